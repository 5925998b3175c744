"""What posted events become, by the fixtures of the channel's folder, and that nothing posted breaks the reading."""

import json
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from frontdesk.channels import custom
from frontdesk.core.message import Ignored, Message
from frontdesk.core.vocabulary import flatten
from frontdesk.errors import MalformedPayload
from tests.channels.custom.builders import CASES, a_channel, webhook

CHANNEL = a_channel()
DROPPED = object()
STRANGE = st.one_of(
    st.none(),
    st.booleans(),
    st.sampled_from(
        [0, -1, 2**63, 10**400, 0.5, 1e308, [], {}, [None], {"id": {}}, "\x00", "\ud800", "x" * 50_000, "9" * 30]
    ),
    st.text(max_size=20),
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["case"])
def test_the_fixtures_become_what_they_expect(case: dict[str, Any]) -> None:
    assert [flatten(event) for event in custom.parse(webhook(case["payload"]), CHANNEL)] == case["expect"]


def test_a_body_that_is_no_json_is_malformed() -> None:
    with pytest.raises(MalformedPayload):
        custom.parse(webhook('{"id": NaN}'), CHANNEL)


def test_each_of_several_events_keeps_its_own_part_of_the_body() -> None:
    events = custom.parse(
        webhook(
            {
                "events": [
                    {"id": 1, "sender": {"id": 2}, "text": "a\x00"},
                    {"type": "status", "target": "x", "status": "read"},
                ]
            }
        ),
        CHANNEL,
    )
    pieces = [json.loads(event.piece or "") for event in events if not isinstance(event, Ignored)]
    assert [piece.get("id", piece.get("target")) for piece in pieces] == [1, "x"]
    (alone,) = custom.parse(webhook({"id": 1, "sender": {"id": 2}, "text": "a"}), CHANNEL)
    assert isinstance(alone, Message)
    assert alone.piece is None


def _inside(value: Any) -> Iterable[tuple[Any, Any]]:
    return value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list | tuple) else ()


def _places(value: Any, here: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    return [path for key, item in _inside(value) for path in [(*here, key), *_places(item, (*here, key))]]


def _changed(value: Any, changes: dict[Any, Any], here: tuple[Any, ...] = ()) -> Any:
    if here in changes:
        return changes[here]
    inner = [(key, _changed(item, changes, (*here, key))) for key, item in _inside(value)]
    kept = [(key, item) for key, item in inner if item is not DROPPED]
    return dict(kept) if isinstance(value, dict) else [item for _, item in kept] if isinstance(value, list) else value


@st.composite
def mutated_payloads(draw: st.DrawFn) -> Any:
    """Drop one to four things of a fixture's payload, or put something strange in their place."""
    payload = draw(st.sampled_from([case["payload"] for case in CASES]))
    places = st.sampled_from(_places(payload))
    return _changed(payload, draw(st.dictionaries(places, st.just(DROPPED) | STRANGE, min_size=1, max_size=4)))


def _all_texts(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else [text for _, item in _inside(value) for text in _all_texts(item)]


def _survives(body: str) -> None:
    try:
        events = custom.parse(webhook(body), CHANNEL)
    except MalformedPayload:
        return
    assert events
    for event in events:
        json.dumps(flatten(event), allow_nan=False)
        assert not [
            text
            for text in _all_texts(asdict(event))
            if "\x00" in text or text != text.encode("utf-8", "replace").decode()
        ]
        assert not isinstance(event, Message) or (len(event.external_id) <= 200 and event.origin.conversation)


@given(mutated_payloads())
@settings(max_examples=400, derandomize=True, deadline=None)
def test_a_mutated_event_never_raises_and_leaves_only_what_can_be_stored(payload: Any) -> None:
    _survives(json.dumps(payload))


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
        lambda inner: (
            st.lists(inner, max_size=5)
            | st.dictionaries(st.sampled_from(["id", "events", "sender", "type", "x"]), inner)
        ),
    )
)
@settings(max_examples=300, derandomize=True, deadline=None)
def test_any_json_at_all_is_survived(payload: Any) -> None:
    _survives(json.dumps(payload))


def test_an_event_that_is_nested_too_deep_is_refused_or_ignored() -> None:
    _survives('{"sender":' * 5000 + "1" + "}" * 5000)
    _survives('{"events":[' * 900 + "1" + "]}" * 900)
