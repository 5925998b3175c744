"""YAML whose plain words stay words: `yes`, `no`, dates and numbers with a leading nought are texts, as in YAML 1.2."""

import math
import re
from collections.abc import Callable
from typing import Any

import yaml
from yaml.composer import ComposerError
from yaml.constructor import ConstructorError, SafeConstructor
from yaml.events import AliasEvent
from yaml.nodes import MappingNode, Node

TAG = "tag:yaml.org,2002:"
MOST_DEPTH = 50
MOST_NODES = 2_000_000
"""Also counts what aliases repeat, so a few lines can't stand for a million."""

FOLDED = re.compile("[\r\x85\u2028\u2029]")
"""Ends of lines to YAML, which come back as blanks or plain ends unless they are escaped."""

PLAIN = {
    "null": (re.compile(r"~|null|Null|NULL|"), ["~", "n", "N", ""]),
    "bool": (re.compile(r"true|True|TRUE|false|False|FALSE"), list("tTfF")),
    "int": (re.compile(r"[-+]?(0|[1-9][0-9]{0,99})"), list("-+0123456789")),
    "float": (re.compile(r"[-+]?[0-9]+\.[0-9]+([eE][-+]?[0-9]+)?"), list("-+0123456789")),
    "merge": (re.compile(r"<<"), ["<"]),
}


class Loader(yaml.SafeLoader):
    """A SafeLoader that guesses less, and refuses repeated keys, other tags, bombs and texts nobody can store."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012 - the library's own
    yaml_constructors = {None: SafeConstructor.construct_undefined}  # noqa: RUF012 - the library's own

    def __init__(self, stream: str | bytes) -> None:
        super().__init__(stream)
        self.depth = self.nodes = 0
        self.sizes: dict[str, int] = {}

    def compose_node(self, parent: Node | None, index: Any) -> Node | None:
        """Compose as ever, but count how deep and how much, aliases at their full size."""
        event, before = self.peek_event(), self.nodes  # type: ignore[no-untyped-call]
        is_alias = isinstance(event, AliasEvent)
        if is_alias and event.anchor in self.anchors and event.anchor not in self.sizes:
            raise ComposerError(None, None, f"`{event.anchor}` stands for itself", event.start_mark)
        self.nodes += self.sizes.get(event.anchor, 0) if is_alias else 1
        self.depth += 1
        if self.depth > MOST_DEPTH or self.nodes > MOST_NODES:
            limit = f"over {MOST_DEPTH} levels deep" if self.depth > MOST_DEPTH else f"over {MOST_NODES:,} entries"
            raise ComposerError(None, None, f"{limit}: that is no training data", event.start_mark)
        node: Node | None = super().compose_node(parent, index)
        self.depth -= 1
        if not is_alias and event.anchor:
            self.sizes[event.anchor] = self.nodes - before
        return node

    def compose_mapping_node(self, anchor: Any) -> MappingNode:
        """Compose as ever; a key that stands twice would lose what the first one holds."""
        mapping = super().compose_mapping_node(anchor)
        keys: set[str] = set()
        for key in (key for key, _ in mapping.value if isinstance(key.value, str)):
            if key.value in keys:
                raise ComposerError(None, None, f"`{key.value[:40]}` stands twice in one mapping", key.start_mark)
            keys.add(key.value)
        return mapping


class Dumper(yaml.SafeDumper):
    """A SafeDumper that writes several lines as a block; it quotes whatever any reader might take for more than text."""


def _text(loader: Loader, node: Any) -> str:
    text = str(loader.construct_scalar(node))
    try:
        text.encode()
    except UnicodeEncodeError:  # JSON spells one character beyond the first plane as two
        text = _joined(text, node)
    if "\0" in text:
        raise ConstructorError(None, None, "a text holds the character NUL", node.start_mark)
    return text


def _joined(text: str, node: Any) -> str:
    try:
        return text.encode("utf-16", "surrogatepass").decode("utf-16")
    except UnicodeDecodeError:
        raise ConstructorError(None, None, "a text holds half a character", node.start_mark) from None


def _float(loader: Loader, node: Any) -> float | str:
    value = SafeConstructor.construct_yaml_float(loader, node)
    return value if math.isfinite(value) else _text(loader, node)


def _checked(kind: str, construct: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    def construct_checked(loader: Loader, node: Any) -> Any:
        if not PLAIN[kind][0].fullmatch(str(loader.construct_scalar(node))):
            raise ConstructorError(None, None, f"{node.value[:40]!r} is no {kind}", node.start_mark)
        return construct(loader, node)

    return construct_checked


def _written(dumper: Dumper, text: str) -> Any:
    style = '"' if FOLDED.search(text) else "|" if "\n" in text else None
    return dumper.represent_scalar(f"{TAG}str", text, style=style)


for _kind, (_pattern, _firsts) in PLAIN.items():
    Loader.add_implicit_resolver(f"{TAG}{_kind}", re.compile(rf"^(?:{_pattern.pattern})$"), _firsts)
for _kind, _construct in {
    "null": SafeConstructor.construct_yaml_null,
    "bool": SafeConstructor.construct_yaml_bool,
    "int": SafeConstructor.construct_yaml_int,
    "float": _float,
}.items():
    Loader.add_constructor(f"{TAG}{_kind}", _checked(_kind, _construct))
Loader.add_constructor(f"{TAG}str", _text)
Loader.add_constructor(f"{TAG}merge", _text)
Loader.add_constructor(f"{TAG}seq", Loader.construct_yaml_seq)  # type: ignore[type-var]
Loader.add_constructor(f"{TAG}map", Loader.construct_yaml_map)  # type: ignore[type-var]
Dumper.add_representer(str, _written)
