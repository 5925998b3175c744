"""Ten thousand strange bodies for each kind whose own tests throw fewer: nothing but MalformedPayload is raised."""

import json
import random
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from frontdesk.channels import adapter, web
from frontdesk.core import wire
from frontdesk.core.channel import Channel
from frontdesk.core.exchange import Request
from frontdesk.core.message import Happening, Message, Reaction
from frontdesk.core.vocabulary import flatten
from frontdesk.errors import MalformedPayload

SRC = Path(web.__file__).parents[1]
MANY = 10_000
STRANGE: list[Any] = [
    None,
    "",
    "\x00",
    "\ud800",
    "a\udfff",
    "x" * 5000,
    0,
    -1,
    2**63,
    10**400,
    0.5,
    -1e300,
    True,
    [],
    {},
]
STRANGE += [[[[]]], {"a": {"a": {}}}, ["x"] * 50, "9" * 400, "~1", "/start", "1e999"]
DROPPED = object()
SAID = [
    {"text": "hello", "id": "m1", "reply_to": "x"},
    {"type": "image", "media_ref": "5", "mime": "image/png", "filename": "a", "size": 3, "text": "c"},
    {"type": "location", "latitude": 1.5, "longitude": 2},
    {"type": "button_reply", "payload": "yes"},
    {"type": "reaction", "target": "x", "emoji": "👍", "action": "remove"},
]


def bodies(kind: str) -> list[Any]:
    if kind == web.KIND:
        return SAID
    fixtures = sorted((SRC / kind / "fixtures").glob("*.json"))
    found = [json.loads(path.read_text()).get("payload") for path in fixtures]
    return [body for body in found if isinstance(body, dict | list)]


def places(value: Any, above: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the way to every part of a document."""
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [above, *(place for key, part in inside for place in places(part, (*above, key)))]


def changed(value: Any, changes: dict[tuple[Any, ...], Any], here: tuple[Any, ...] = ()) -> Any:
    if here in changes:
        return changes[here]
    if isinstance(value, dict):
        parts = {key: changed(part, changes, (*here, key)) for key, part in value.items()}
        return {key: part for key, part in parts.items() if part is not DROPPED}
    if isinstance(value, list):
        parts = [changed(part, changes, (*here, index)) for index, part in enumerate(value)]  # type: ignore[assignment]
        return [part for part in parts if part is not DROPPED]
    return value


def survives(kind: str, channel: Channel, body: bytes) -> None:
    try:
        events = adapter(kind).parse(Request("POST", "", {"content-type": "application/json"}, body), channel)
    except MalformedPayload:
        return
    for event in events:
        json.dumps(flatten(event)).encode()
        if isinstance(event, Message | Reaction | Happening):
            assert "\x00" not in wire.dump_event(event)


@pytest.mark.parametrize("kind", ["custom", "telegram", web.KIND])
def test_ten_thousand_bodies_with_swapped_dropped_and_strange_parts_are_survived(kind: str) -> None:
    chosen = random.Random(kind)
    known = [(body, places(body)) for body in bodies(kind)]
    credentials = {"token": "1:a", "secret_token": "s", "session_key": "k", "identity_secret": "i", "secret": "s"}
    channel = Channel(
        id=UUID(int=1), tenant="t", kind=kind, name="c", api_base="", credentials=credentials, settings={}
    )
    for _ in range(MANY):
        body, ways = chosen.choice(known)
        picked = chosen.sample(ways, min(len(ways), chosen.randint(1, 3)))
        strange = {way: chosen.choice([DROPPED, *STRANGE, chosen.choice(known)[0]]) for way in picked}
        made = changed(body, strange)
        survives(kind, channel, json.dumps(None if made is DROPPED else made).encode())


@pytest.mark.parametrize("kind", ["custom", "telegram", web.KIND])
@pytest.mark.parametrize("depth", [10, 900, 100_000])
def test_deep_nesting_is_survived(kind: str, depth: int) -> None:
    channel = Channel(id=UUID(int=1), tenant="t", kind=kind, name="c", api_base="", credentials={"session_key": "k"})
    survives(kind, channel, b'{"message":' * depth + b"1" + b"}" * depth)
    survives(kind, channel, b"[" * depth + b"]" * depth)
