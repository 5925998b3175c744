"""Whatever the body holds, parse returns events or says that it can't be read, and what it returns can be stored."""

import json
import random
from collections.abc import Iterable, Iterator
from dataclasses import fields, is_dataclass
from typing import Any
from urllib.parse import urlencode

from hypothesis import given, settings
from hypothesis import strategies as st

from frontdesk.channels import slack
from frontdesk.core.exchange import Request
from frontdesk.core.vocabulary import flatten
from frontdesk.errors import MalformedPayload
from tests.channels.slack.builders import FIXTURES, a_channel, cases

settings.register_profile("slack_hostile", max_examples=10_000, derandomize=True, deadline=None)
settings.register_profile("slack_any", max_examples=500, derandomize=True, deadline=None)
CASES = cases(FIXTURES)
PAYLOADS = [
    payload for case in CASES if isinstance(payload := case.get("payload_decoded", case["payload"]), dict) and payload
]
FORMS = [case["payload"] for case in CASES if "urlencoded" in case["headers"]["content-type"]]
DROPPED = object()
CHANNEL = a_channel(bot_user_id="U0DESK", bot_id="B0DESK", app_id="A0DESK", team_id="T0HOME")
FORM = {"content-type": "application/x-www-form-urlencoded", "x-slack-request-timestamp": "1760000000"}
JSON = {"content-type": "application/json"}


def _nested(depth: int) -> Any:
    value: Any = {"type": "text", "text": "x"}
    for _ in range(depth):
        value = {"type": "rich_text", "elements": [value], "event": value if depth < 5 else None}
    return value


STRANGE = [
    None,
    *["", "\x00", "\ud800", "a\udfffb\x00", "x" * 10_000, "/", ":", "9" * 30, "٣", "NaN", "1.1", "&amp;lt;", "link:"],
    *[0, -1, 2**31, 2**63, -(2**64), 10**400, 0.5, 1e308, -0.0, True, False],
    *[[], {}, [[]], [None], [{}], {"id": {}}, {"": 0}, {"\x00": "\ud800"}, ["\x00"], "message_changed"],
    *[_nested(depth) for depth in (1, 4, 40, 90)],
]


def _inside(value: Any) -> Iterable[tuple[Any, Any]]:
    return value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list | tuple) else ()


def _places(value: Any, here: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the path of everything inside a payload."""
    return [path for key, item in _inside(value) for path in [(*here, key), *_places(item, (*here, key))]]


PLACES = [_places(payload) for payload in PAYLOADS]
WILD = [*STRANGE, *[DROPPED] * 8]


def _mutated(chosen: random.Random) -> Any:
    """Drop one to four things of a fixture's payload, or put something strange in their place."""
    number = chosen.randrange(len(PAYLOADS))
    places = chosen.choices(PLACES[number], k=chosen.randint(1, 4))
    return _changed(PAYLOADS[number], {place: chosen.choice(WILD) for place in places})


def _changed(value: Any, changes: dict[Any, Any], here: tuple[Any, ...] = ()) -> Any:
    if here in changes:
        return changes[here]
    inner = [(key, _changed(item, changes, (*here, key))) for key, item in _inside(value)]
    kept = [(key, item) for key, item in inner if item is not DROPPED]
    return dict(kept) if isinstance(value, dict) else [item for _, item in kept] if isinstance(value, list) else value


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif is_dataclass(value):
        for field in fields(value):
            yield from _texts(getattr(value, field.name))
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _texts(key)
            yield from _texts(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _texts(item)


def _survives(body: bytes, headers: dict[str, str]) -> None:
    request = Request("POST", "/webhook", headers, body)
    assert slack.answer(request, [], CHANNEL).status == 200
    try:
        events = slack.parse(request, CHANNEL)
    except MalformedPayload:
        return
    assert events
    for event in events:
        json.dumps(flatten(event), allow_nan=False)
        assert not [text for text in _texts(event) if "\x00" in text or not _is_encodable(text)]


def _is_encodable(text: str) -> bool:
    return text == text.encode("utf-8", "replace").decode()


@settings.get_profile("slack_hostile")
@given(st.integers(0, 2**64))
def test_a_mutated_request_never_raises_and_leaves_only_what_can_be_stored(seed: int) -> None:
    chosen = random.Random(seed)
    body = json.dumps(_mutated(chosen))
    as_form = chosen.random() < 0.5
    _survives(urlencode({"payload": body}).encode() if as_form else body.encode(), FORM if as_form else JSON)


@settings.get_profile("slack_any")
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
        max_leaves=12,
    )
)
def test_any_json_at_all_is_survived(payload: Any) -> None:
    _survives(json.dumps(payload).encode(), JSON)


@settings.get_profile("slack_any")
@given(st.sampled_from([json.dumps(payload) for payload in PAYLOADS] + FORMS), st.data())
def test_a_cut_or_garbled_body_is_survived(body: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, max(len(body) - 1, 0)))
    junk = data.draw(
        st.sampled_from(["", "NaN", "[" * 5000, "9" * 5000, '"\\ud800"', "\x00", "&&&=", "%00", "%ff", "%"])
    )
    garbled = f"{body[:at]}{junk}{body[at + 1 :]}".encode()
    for headers in (JSON, FORM, {}):
        _survives(garbled, headers)


@settings.get_profile("slack_any")
@given(st.binary(max_size=300))
def test_any_bytes_at_all_are_survived(body: bytes) -> None:
    for headers in (JSON, FORM, {}):
        _survives(body, headers)


@settings.get_profile("slack_any")
@given(
    st.dictionaries(st.sampled_from(["command", "text", "trigger_id", "channel_id", "user_id", "payload"]), st.text())
)
def test_any_form_at_all_is_survived(fields_: dict[str, str]) -> None:
    _survives(urlencode({key: value.encode("utf-8", "replace") for key, value in fields_.items()}).encode(), FORM)
