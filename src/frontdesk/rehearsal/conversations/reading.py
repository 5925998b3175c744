"""Files of conversation tests, read strictly: every fault with its line and what to do about it."""

import difflib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails
from yaml.composer import ComposerError
from yaml.constructor import ConstructorError
from yaml.nodes import MappingNode, Node, SequenceNode

from frontdesk.core.intents import Intent
from frontdesk.core.rules.rule import Rule
from frontdesk.core.tenant import TenantSettings
from frontdesk.rehearsal.conversations.given import Agent, Given, Intents, Person, Spoken
from frontdesk.rehearsal.conversations.script import Card, Conversation, File, Saying, Script, Spot, Step
from frontdesk.understanding.intents.scalars import Loader

MOST_BYTES = 2_000_000
MOST_FAULTS = 20
ROWS = "for each"
ROW = "\0"
"""What begins the label of a row, so that it is taken for no key of the file."""
PLACE = re.compile(r"\{(\w+)\}")
ENDINGS = (".yaml", ".yml")
PARTS: Mapping[str, type[BaseModel]] = {
    "": Script,
    "steps": Step,
    "given": Given,
    "send": File,
    "location": Spot,
    "contact": Card,
    "bot": Saying,
    "intents": Intents,
    "define": Intent,
    "settings": TenantSettings,
    "rules": Rule,
    "model": Spoken,
}
NAMED: Mapping[str, type[BaseModel]] = {
    "conversations": Conversation,
    "fixtures": Given,
    "contacts": Person,
    "agents": Agent,
}
"""What stands under a key, and under the names in it."""


class NotRows(ValueError):
    """What stands under `for each` is no list of rows."""


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """What is wrong in a file, and where."""

    file: str
    line: int
    words: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.words}"


@dataclass(frozen=True, slots=True)
class Source:
    """A file that could be read: its script, its plain content, and the lines things stand on."""

    path: Path
    script: Script
    document: Mapping[str, Any]
    root: Node

    def line(self, *where: str | int) -> int:
        return line_of(self.root, where)


class Bounded(Loader):
    """Refuses a file that is far larger than it looks; an alias counts for what it stands for."""

    most_nodes = 100_000

    def compose_node(self, parent: Node | None, index: Any) -> Node | None:
        node = super().compose_node(parent, index)
        if self.nodes > self.most_nodes:
            raise ComposerError(None, None, f"over {self.most_nodes:,} entries", None)
        return node


def found(paths: Sequence[Path]) -> list[Path]:
    """Return the files meant: those named, and all of a folder's."""
    inside = (
        sorted(file for file in path.rglob("*") if file.suffix in ENDINGS) if path.is_dir() else [path]
        for path in paths
    )
    return list(dict.fromkeys(file for files in inside for file in files))


def read(path: Path) -> Source | list[Fault]:
    """Return what a file says, or all that is wrong with it."""
    name = str(path)
    try:
        content = path.read_bytes()
    except OSError as error:
        return [Fault(name, 1, f"can't be read ({error.strerror}): name a file or a folder of conversation tests")]
    if len(content) > MOST_BYTES:
        return [Fault(name, 1, f"is over {MOST_BYTES // 1_000_000} MB: split it into several files")]
    loaded = _loaded(name, content)
    if isinstance(loaded, Fault):
        return [loaded]
    document, root = loaded
    try:
        return Source(path, Script.model_validate(_unfolded(document)), document, root)
    except NotRows:
        return [Fault(name, line_of(root, ("conversations",)), "`for each` is a list of rows such as {text: hello}")]
    except ValidationError as error:
        return faults(name, root, error)


def faults(name: str, root: Node, error: ValidationError, prefix: Sequence[str | int] = ()) -> list[Fault]:
    """Return a validation's findings as faults, the first of a line only."""
    told = [Fault(name, line_of(root, (*prefix, *each["loc"])), _words(each)) for each in _own(error.errors())]
    return sorted({(fault.line, fault.words): fault for fault in told}.values())[:MOST_FAULTS]


def _own(found: Sequence[ErrorDetails]) -> list[ErrorDetails]:
    """Leave out that a list is too short where that is because of the faults inside it."""
    within = {each["loc"][:depth] for each in found for depth in range(len(each["loc"]))}
    return [each for each in found if each["type"] != "too_short" or each["loc"] not in within]


def _loaded(name: str, content: bytes) -> tuple[dict[str, Any], Node] | Fault:
    try:
        loader = Bounded(content)
        try:
            root = loader.get_single_node()
            document = loader.construct_document(root) if root else None
        finally:
            loader.dispose()
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        quotes = (
            ""
            if isinstance(error, ComposerError | ConstructorError)
            else ": texts with signs such as ? : # [ ] , go in quotes"
        )
        return Fault(name, line, f"this is no YAML we take: {error.problem or error.context}{quotes}")
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError, ValueError) as error:
        return Fault(name, 1, f"this is no YAML: {' '.join(str(error).split())[:200]}")
    if root is None or not isinstance(document, dict) or not all(isinstance(key, str) for key in document):
        return Fault(name, 1, "a file is a mapping with `conversations`, which are steps by name")
    return document, root


def _unfolded(document: Mapping[str, Any]) -> dict[str, Any]:
    """Write every conversation as its variants: one for each row of `for each`, the row's values in place."""
    talks = document.get("conversations")
    if not isinstance(talks, dict):
        return dict(document)
    return {**document, "conversations": {str(name): variants(talk) for name, talk in talks.items()}}


def variants(talk: Any) -> Any:
    """Return a conversation by the label of each of its rows; one without rows has the empty label."""
    whole = {"steps": talk} if isinstance(talk, list) else talk
    rows = whole.get(ROWS) if isinstance(whole, dict) else None
    if not rows:
        return {ROW: whole}
    if not isinstance(rows, list) or not all(isinstance(row, dict) and row for row in rows):
        raise NotRows
    rest = {key: value for key, value in whole.items() if key != ROWS}
    labels = [", ".join(f"{name}={value}" for name, value in row.items())[:80] for row in rows]
    return {f"{ROW}{label}": filled(rest, row) for label, row in zip(labels, rows, strict=True)}


def filled(value: Any, row: Mapping[str, Any]) -> Any:
    """Put a row's values where its names stand in braces; a text that is nothing but a name becomes the value itself."""
    match value:
        case str():
            whole = PLACE.fullmatch(value)
            if whole and whole[1] in row:
                return row[whole[1]]
            return PLACE.sub(lambda found: str(row.get(found[1], found[0])), value)
        case dict():
            return {key: filled(each, row) for key, each in value.items()}
        case list():
            return [filled(each, row) for each in value]
    return value


def line_of(root: Node, where: Sequence[str | int]) -> int:
    """Return the line something stands on, or of the nearest thing around it; steps the file does not have are left out."""
    node, line = root, root.start_mark.line + 1
    for step in where:
        for key, at, value in _children(node):
            if key == step:
                node, line = value, at
                break
    return line


def _children(node: Node) -> Iterator[tuple[str | int, int, Node]]:
    if isinstance(node, MappingNode):
        yield from ((key.value, key.start_mark.line + 1, value) for key, value in node.value)
    elif isinstance(node, SequenceNode):
        yield from ((index, value.start_mark.line + 1, value) for index, value in enumerate(node.value))


def _words(error: ErrorDetails) -> str:
    where = [part for part in error["loc"] if isinstance(part, str) and not part.startswith(ROW)]
    last = where[-1] if where else "the file"
    match error["type"]:
        case "extra_forbidden":
            return _unknown(last, where[:-1])
        case "missing":
            return f"`{last}` is missing"
        case "too_short":
            return f"`{last}` is empty"
        case "datetime_parsing" | "datetime_from_date_parsing" | "datetime_type":
            return f"`{last}` is a date and a time such as 2026-03-29T08:00, not {error['input']!r:.60}"
        case "value_error":
            return error["msg"].removeprefix("Value error, ")
        case _:
            given = error["input"]
            shown = f", not {given!r:.60}" if isinstance(given, str | int | float | bool | None) else ""
            return f"`{last}`: {error['msg'][:1].lower()}{error['msg'][1:]}{shown}"


def _unknown(name: str, around: Sequence[str]) -> str:
    known = _known(around)
    near = difflib.get_close_matches(name, known, 1)
    if near:
        return f"`{name[:40]}` is not known here; did you mean `{near[0]}`?"
    return f"`{name[:40]}` is not known here" + (f"; there are {', '.join(known)}" if known else "")


def _known(around: Sequence[str]) -> list[str]:
    """Return what may stand in the part of a file these keys lead to, where that is one of ours."""
    around = ("", *around)
    part = PARTS.get(around[-1]) or (NAMED.get(around[-2]) if len(around) > 1 else None)
    return [field.alias or name for name, field in part.model_fields.items()] if part else []
