"""Whatever the body holds, parse returns events or says that it is no JSON, and what it returns can be stored."""

import json
import random
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from frontdesk.channels import signal
from frontdesk.core import wire
from frontdesk.core.content import Outbound
from frontdesk.core.exchange import Response
from frontdesk.core.message import Happening, Message, Reaction
from frontdesk.core.vocabulary import flatten
from frontdesk.errors import DeliveryError, MalformedPayload
from tests.channels.signal.builders import FIXTURES, GROUP, a_channel, an_outbound, cases, drive, webhook

hostile = settings(max_examples=300, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
PAYLOADS = [case["payload"] for case in cases(FIXTURES) if not isinstance(case["payload"], str)]
DROPPED = object()
CHANNEL = a_channel(account_uuid="9d0e")


def _nested(depth: int) -> Any:
    value: Any = {}
    for _ in range(depth):
        value = {"envelope": value, "dataMessage": value if depth < 8 else None}
    return value


TEXTS = st.sampled_from(
    ["", " ", "\x00", "\ud800", "a\udfffb\x00", "x" * 100_000, "+", ":", "9" * 30, "٣", "NaN", "1e999", "𝟙", "receive"]
)
NUMBERS = st.sampled_from([0, -1, 2**31, 2**63, -(2**64), 10**400, 0.5, 1e308, -0.0, 1.7e12, True, False])
STRANGE = st.one_of(
    st.none(),
    TEXTS,
    NUMBERS,
    st.text(max_size=20),
    st.sampled_from([[], {}, [[]], [None], [{}], {"id": {}}, {"": 0}, {"type": "UPDATE"}, [{"phone": [{}]}]]),
    st.integers(1, 100).map(_nested),
)


def _inside(value: Any) -> Iterable[tuple[Any, Any]]:
    return value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list | tuple) else ()


def _places(value: Any, here: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the path of everything inside a payload."""
    return [path for key, item in _inside(value) for path in [(*here, key), *_places(item, (*here, key))]]


@st.composite
def mutated_payloads(draw: st.DrawFn) -> Any:
    """Drop one to four things of a fixture's payload, or put something strange in their place."""
    payload = draw(st.sampled_from(PAYLOADS))
    places = st.sampled_from(_places(payload) or [("nowhere",)])
    return _changed(payload, draw(st.dictionaries(places, st.just(DROPPED) | STRANGE, min_size=1, max_size=4)))


def _changed(value: Any, changes: dict[Any, Any], here: tuple[Any, ...] = ()) -> Any:
    if here in changes:
        return changes[here]
    inner = [(key, _changed(item, changes, (*here, key))) for key, item in _inside(value)]
    kept = [(key, item) for key, item in inner if item is not DROPPED]
    return dict(kept) if isinstance(value, dict) else [item for _, item in kept] if isinstance(value, list) else value


def _all_texts(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else [text for _, item in _inside(value) for text in _all_texts(item)]


def _survives(body: str) -> None:
    try:
        events = signal.parse(webhook(body), CHANNEL)
    except MalformedPayload:
        return
    assert events or json.loads(body) == []
    for event in events:
        json.dumps(flatten(event), allow_nan=False)
        assert not [text for text in _all_texts(asdict(event)) if "\x00" in text or not _is_encodable(text)]
        if isinstance(event, Message | Reaction | Happening):
            assert wire.load_event(wire.dump_event(event)) == event
            assert len(event.origin.conversation or "") <= 400


def _is_encodable(text: str) -> bool:
    return text == text.encode("utf-8", "replace").decode()


@hostile
@given(mutated_payloads())
def test_a_mutated_body_never_raises_and_leaves_only_what_can_be_stored(payload: Any) -> None:
    _survives(json.dumps(payload))


@settings(hostile, max_examples=100)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
def test_any_json_at_all_is_survived(payload: Any) -> None:
    _survives(json.dumps(payload))


@hostile
@given(st.sampled_from(PAYLOADS).map(json.dumps), st.data())
def test_a_cut_or_garbled_body_is_survived(body: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, max(len(body) - 1, 0)))
    _survives(
        body[:at]
        + data.draw(st.sampled_from(["", "NaN", "[" * 5000, "9" * 5000, '"\\ud800"', "\x00"]))
        + body[at + 1 :]
    )


MANY = 10_000
PLAIN = [
    None,
    "",
    " ",
    "\x00",
    "\ud800",
    "+",
    "9" * 30,
    "x" * 600,
    0,
    -1,
    2**63,
    10**30,
    0.5,
    True,
    [],
    {},
    [[]],
    [None],
    {"a": {}},
]


def test_ten_thousand_bodies_with_swapped_dropped_and_strange_parts_are_survived() -> None:
    chosen = random.Random(20)
    known = [(payload, _places(payload)) for payload in PAYLOADS]
    for _ in range(MANY):
        payload, places = chosen.choice(known)
        changes: dict[Any, Any] = {}
        for place in chosen.sample(places, min(len(places), chosen.randint(1, 3))):
            changes[place] = chosen.choice([DROPPED, *PLAIN, chosen.choice(PAYLOADS)])
        _survives(json.dumps(_changed(payload, changes)))


KEYS = ["error", "code", "message", "data", "response", "results", "type", "token", "errors", "recipients"]
KEYS += ["reason", "timestamp", "challenge_tokens", "retryAfterSeconds"]
ANSWERS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=9) | st.sampled_from(["1760000200123", "SUCCESS"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(KEYS),
            inner,
            max_size=5,
        )
    ),
)


@settings(hostile, max_examples=200)
@given(ANSWERS, st.sampled_from([200, 201, 302, 400, 429, 500]), st.booleans())
def test_whatever_the_bridge_answers_is_a_timestamp_or_a_delivery_error(body: Any, status: int, group: bool) -> None:
    message = an_outbound(GROUP, text="Hi") if group else an_outbound(text="Hi")
    answers = [Response(status, json.dumps(body).encode())] * 3
    said = _outcome(message, answers)
    assert _is_encodable(said)
    assert "\x00" not in said


def _outcome(message: Outbound, answers: list[Response]) -> str:
    try:
        _, external_id = drive(signal.send(message, a_channel(trust_new_identities=True)), answers)
    except DeliveryError as error:
        return str(error)
    assert external_id.isdecimal()
    return str(external_id)


@pytest.mark.parametrize("body", [b"", b"\xff\xfe", b"[" * 100_000, b"null", b"5"])
@pytest.mark.parametrize("status", [201, 400, 500])
def test_an_answer_that_is_no_object_is_a_delivery_error(body: bytes, status: int) -> None:
    with pytest.raises(DeliveryError):
        drive(signal.send(an_outbound(text="Hi"), a_channel()), [Response(status, body)])
