"""Rasa's entity markup: `[words](entity)` and `[words]{"entity": …, "role": …, "value": …}`."""

import json
import math
import re
from collections.abc import Iterable, Mapping
from typing import Any

from frontdesk.understanding.intents.data import Annotation

WORDS = re.compile(r"\[(?P<words>[^\[\]]+)\](?:\((?P<entity>[^:()]+)(?::(?P<value>[^()]+))?\)|(?=[{\[]))")
MOST_OF_A_MARK = 2_000
SHORT = re.compile(r"[^:()]+")
SURROGATE = re.compile("[\ud800-\udfff]")


def parse(marked: str) -> tuple[str, tuple[Annotation, ...]]:
    """Return the plain text and its annotations; what looks like markup and can't be read stays text."""
    text, annotations, last = "", [], 0
    match = WORDS.search(marked)
    while match:
        found, end = _keys(match)
        if found:
            text += marked[last : match.start()] + match["words"]
            annotations += [_annotation(len(text) - len(match["words"]), len(text), keys) for keys in found]
            last = end
        match = WORDS.search(marked, end)
    return text + marked[last:], tuple(annotations)


def render(text: str, annotations: tuple[Annotation, ...]) -> str | None:
    """Return the text with its annotations written into it; None where markup would be read otherwise."""
    places: dict[tuple[int, int], list[Annotation]] = {}
    for annotation in annotations:
        places.setdefault((annotation.start, annotation.end), []).append(annotation)
    marked, last = "", 0
    for (start, end), several in places.items():
        marked += f"{text[last:start]}[{text[start:end]}]{_mark(several)}"
        last = end
    marked += text[last:]
    return marked if parse(marked) == (text, annotations) else None


def listed(written: Any, length: int) -> tuple[Annotation, ...]:
    """Return annotations given with their places, in order of those; ValueError says what is wrong."""
    if not isinstance(written, list) or not all(_is_known(keys) for keys in written):
        raise ValueError("entities have to be a list of mappings with `start`, `end` and `entity`")
    found = [_annotation(keys["start"], keys["end"], _without_places(keys)) for keys in written]
    if not all(0 <= entity.start < entity.end <= length for entity in found):
        raise ValueError("an entity is outside its text")
    return tuple(sorted(found, key=lambda entity: (entity.start, entity.end)))


def as_list(annotations: Iterable[Annotation]) -> list[dict[str, Any]]:
    """Return annotations as mappings that `listed` reads."""
    return [{"start": entity.start, "end": entity.end, **_written(entity)} for entity in annotations]


def _keys(match: re.Match[str]) -> tuple[list[Mapping[str, Any]], int]:
    """Return what the mark says and where it ends; nothing, and the end of the words, where it can't be read."""
    if match["entity"]:
        return [{"entity": match["entity"], **({"value": match["value"]} if match["value"] else {})}], match.end()
    try:
        read, length = json.JSONDecoder().raw_decode(match.string[match.end() : match.end() + MOST_OF_A_MARK])
    except (ValueError, RecursionError):
        return [], match.end()
    found = read if isinstance(read, list) else [read]
    return (found, match.end() + length) if all(_is_entity(keys) for keys in found) else ([], match.end())


def _is_entity(keys: Any) -> bool:
    return isinstance(keys, dict) and isinstance(keys.get("entity"), str) and all(map(_is_storable, keys.values()))


def _is_storable(value: Any) -> bool:
    if isinstance(value, str):
        return "\0" not in value and not SURROGATE.search(value)
    return value is None or isinstance(value, bool | int) or (isinstance(value, float) and math.isfinite(value))


def _is_known(keys: Any) -> bool:
    return _is_entity(keys) and type(keys.get("start")) is int and type(keys.get("end")) is int


def _without_places(keys: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in keys.items() if name not in ("start", "end")}


def _annotation(start: int, end: int, keys: Mapping[str, Any]) -> Annotation:
    rest = dict(keys)
    known = {name: rest.pop(name) for name in ("value", "role", "group") if isinstance(rest.get(name), str)}
    return Annotation(start, end, rest.pop("entity"), **known, further=rest)


def _mark(several: list[Annotation]) -> str:
    first = several[0]
    if len(several) == 1 and _written(first) == {"entity": first.entity} and SHORT.fullmatch(first.entity):
        return f"({first.entity})"
    written = [json.dumps(_written(annotation), ensure_ascii=False) for annotation in several]
    return written[0] if len(written) == 1 else f"[{', '.join(written)}]"


def _written(annotation: Annotation) -> dict[str, Any]:
    known = {name: getattr(annotation, name) for name in ("entity", "role", "group", "value")}
    return {name: value for name, value in known.items() if value is not None} | dict(annotation.further)
