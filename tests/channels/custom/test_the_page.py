"""The page about adding a channel shows the code as it is, and names all there is to know."""

import ast
import json
import re

import pytest

from frontdesk.core import channel as contract
from frontdesk.core import message
from tests.channels.custom.builders import CASES, FOLDER, ROOT

PAGE = (ROOT / "docs/adding-a-channel.md").read_text("utf-8")
README = (FOLDER / "README.md").read_text("utf-8")
EXCERPTS = re.findall(r"```(?:python|json)\n(?:#|//) (\S+)\n(.*?)```", PAGE, re.DOTALL)


@pytest.mark.parametrize(("path", "code"), EXCERPTS, ids=[path.rpartition("/")[2] for path, _ in EXCERPTS])
def test_every_excerpt_stands_in_its_file(path: str, code: str) -> None:
    assert code in (ROOT / path).read_text("utf-8")


def test_there_are_excerpts_of_every_step() -> None:
    files = {path.rpartition("/")[2] for path, _ in EXCERPTS}
    assert files >= {
        "__init__.py",
        "signature.py",
        "updates.py",
        "outbound.py",
        "answers.py",
        "files.py",
        "reaction.json",
    }


def test_every_name_of_the_contract_is_explained() -> None:
    tree = ast.parse((ROOT / "src/frontdesk/core/channel.py").read_text("utf-8"))
    (adapter,) = [
        node for node in tree.body if isinstance(node, ast.ClassDef) and node.name == contract.Adapter.__name__
    ]
    names = [
        node.target.id for node in adapter.body if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name)
    ]
    names += [node.name for node in adapter.body if isinstance(node, ast.FunctionDef)]
    assert len(names) > 20
    assert not [name for name in names if f"| `{name}` |" not in PAGE]


def test_the_files_listed_are_those_there_are() -> None:
    listed = set(re.findall(r"^  ([\w.]+(?:\.py|\.md|/)) ", PAGE, re.MULTILINE))
    there = {path.name + "/" * path.is_dir() for path in FOLDER.iterdir() if path.name != "__pycache__"}
    assert listed == there


def test_every_type_an_event_can_have_stands_in_the_protocol() -> None:
    types = {
        event.get("type", "text")
        for case in CASES
        for event in case["payload"].get("events", [case["payload"]])
        if isinstance(event, dict)
    }
    assert not [kind for kind in types - {"poll"} if f"`{kind}`" not in README]
    assert not [status for status in message.StatusName.__args__ if f"`{status}`" not in README]


@pytest.mark.parametrize("shown", re.findall(r"```json\n(.*?)```", README, re.DOTALL))
def test_the_examples_of_the_protocol_are_json(shown: str) -> None:
    assert json.loads(shown)["conversation"] == "c-7"
