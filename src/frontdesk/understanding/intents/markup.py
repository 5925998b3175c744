"""Rasa's entity markup: `[words](entity)` and `[words]{"entity": …, "role": …, "value": …}`."""

import json
import re
from collections.abc import Mapping
from typing import Any

from frontdesk.understanding.intents.data import Annotation

MARK = re.compile(
    r"\[(?P<words>[^\[\]]+)\]"
    r"(?:\((?P<entity>[^:()]+)(?::(?P<value>[^()]+))?\)|(?P<keys>\{[^{}]*\})|\[(?P<several>\{[^\[\]]*\})\])"
)


def parse(marked: str) -> tuple[str, tuple[Annotation, ...]]:
    """Return the plain text and its annotations; what looks like markup and can't be read stays text."""
    text, annotations, last = "", [], 0
    for match in MARK.finditer(marked):
        found = _keys(match)
        text += marked[last : match.start()]
        start, last = len(text), match.end()
        text += match["words"] if found else match[0]
        annotations += [_annotation(start, len(text), keys) for keys in found]
    return text + marked[last:], tuple(annotations)


def render(text: str, annotations: tuple[Annotation, ...]) -> str:
    """Return the text with its annotations written into it; those of one place share one mark."""
    places: dict[tuple[int, int], list[Annotation]] = {}
    for annotation in sorted(annotations, key=lambda annotation: (annotation.start, annotation.end)):
        places.setdefault((annotation.start, annotation.end), []).append(annotation)
    marked, last = "", 0
    for (start, end), several in places.items():
        marked += f"{text[last:start]}[{text[start:end]}]{_mark(several)}"
        last = end
    return marked + text[last:]


def _keys(match: re.Match[str]) -> list[Mapping[str, Any]]:
    if match["entity"]:
        return [{"entity": match["entity"], **({"value": match["value"]} if match["value"] else {})}]
    try:
        read = json.loads(match["keys"] or f"[{match['several']}]")
    except ValueError:
        return []
    found = read if isinstance(read, list) else [read]
    return found if all(isinstance(keys, dict) and isinstance(keys.get("entity"), str) for keys in found) else []


def _annotation(start: int, end: int, keys: Mapping[str, Any]) -> Annotation:
    rest = dict(keys)
    known = {name: rest.pop(name) for name in ("value", "role", "group") if isinstance(rest.get(name), str)}
    return Annotation(start, end, rest.pop("entity"), **known, further=rest)


def _mark(several: list[Annotation]) -> str:
    first = several[0]
    if len(several) == 1 and not (first.value or first.role or first.group or first.further):
        return f"({first.entity})"
    written = [json.dumps(_written(annotation), ensure_ascii=False) for annotation in several]
    return written[0] if len(written) == 1 else f"[{', '.join(written)}]"


def _written(annotation: Annotation) -> dict[str, Any]:
    known = {name: getattr(annotation, name) for name in ("entity", "role", "group", "value")}
    return {name: value for name, value in known.items() if value is not None} | dict(annotation.further)
