"""`frontdesk test` as a tenant runs it: what it prints, what it writes, and how it ends."""

import json
import xml.etree.ElementTree as ElementTree
from pathlib import Path

from typer.testing import CliRunner

from frontdesk.cli import app
from tests.cli.command import Command

GOOD = "  Good:\n    - user: tea\n      bot: Tea it is.\n"
BAD = "  Bad:\n    - user: tea\n      bot: Coffee it is.\n"
HEAD = "settings: {keyword_rules: [{keywords: [tea], reply: Tea it is.}]}\nconversations:\n"


def written(folder: Path, name: str, content: str) -> Path:
    path = folder / name
    path.write_text(content)
    return path


async def test_it_says_what_went_wrong_and_writes_it_down(alone: Command, tmp_path: Path) -> None:
    talks, junit = written(tmp_path, "talks.yaml", HEAD + GOOD + BAD), tmp_path / "junit.xml"
    done = await alone("test", str(talks), "--junit", str(junit), code=1)
    assert "FAILED" in done.out
    assert f"{talks}:7: step 1" in done.out
    assert "the bot said 'Tea it is.', and not 'Coffee it is.'" in done.out
    assert "because: keyword 'tea'" in done.out
    assert "1 passed, 1 failed in" in done.out
    root = ElementTree.parse(junit).getroot()
    assert (root.get("tests"), root.get("failures"), root.get("errors")) == ("2", "1", "0")
    assert not list(alone.data_dir.glob("postgres")), "it leaves the installation of the place alone"


async def test_json_is_all_it_prints_and_a_filter_chooses(alone: Command, tmp_path: Path) -> None:
    written(tmp_path, "talks.yaml", HEAD + GOOD + BAD)
    done = await alone("test", str(tmp_path), "-k", "good", "--json")
    told = json.loads(done.out)
    assert [(each["name"], each["outcome"]) for each in told["conversations"]] == [("Good", "passed")]


def said(*words: str) -> tuple[int, str]:
    """Return exit code and output of a run that starts no server."""
    done = CliRunner().invoke(app, ["test", *words])
    return done.exit_code, done.output


def test_files_that_cannot_be_read_end_with_two(tmp_path: Path) -> None:
    path = written(tmp_path, "talks.yaml", HEAD + "  One:\n    - usr: tea\n")
    assert said(str(path)) == (2, f"{path}:4: `usr` is not known here; did you mean `user`?\n")
    code, words = said(str(tmp_path / "nowhere"))
    assert (code, "can't be read" in words) == (2, True)
    good = written(tmp_path, "talks.yaml", HEAD + GOOD)
    assert said(str(good), "-k", "like none") == (2, "no conversation has all the words of 'like none'\n")


def test_a_list_and_help_start_nothing(tmp_path: Path) -> None:
    path = written(tmp_path, "talks.yaml", HEAD + GOOD)
    assert said(str(path), "--list") == (0, f"{path}:3: Good\n")
    code, words = said("--help")
    assert code == 0
    assert all(word in words for word in ("PATH", "--junit", "--json", "-k", "Exit code", "conversation-tests.md"))
