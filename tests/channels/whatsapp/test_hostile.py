"""Whatever the body holds, parse returns events or says that it is no JSON, and what it returns can be stored."""

import json
import random
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from frontdesk.channels import whatsapp
from frontdesk.core.vocabulary import flatten
from frontdesk.errors import MalformedPayload
from tests.channels.whatsapp.builders import FIXTURES, a_channel, cases, webhook

QUICK = settings(max_examples=300, derandomize=True, deadline=None, database=None)
EACH = 40  # 250 seeds of these are 10,000 mutated webhooks
PAYLOADS = [case["payload"] for case in cases(FIXTURES) if not isinstance(case["payload"], str)]
DROPPED = object()
CHANNEL = a_channel()


def _nested(depth: int) -> Any:
    value: Any = {}
    for _ in range(depth):
        value = {"context": value, "changes": [value] if depth < 8 else None}
    return value


TEXTS = st.sampled_from(
    [
        "",
        "\x00",
        "\ud800",
        "a\udfffb\x00",
        "x" * 100_000,
        "system",
        "edit",
        "{",
        "[" * 500,
        "-",
        "9" * 30,
        "٣",
        "NaN",
        "1e999",
        "𝟙",
    ]
)
NUMBERS = st.sampled_from([0, -1, 2**31, 2**63, -(2**64), 10**400, 0.5, 1e308, -0.0, True, False])
STRANGE = st.one_of(
    st.none(),
    TEXTS,
    NUMBERS,
    st.text(max_size=20),
    st.sampled_from([[], {}, [[]], [None], [{}], {"id": {}}, {"": 0}]),
    st.integers(1, 100).map(_nested),
)


ODDITIES = [
    DROPPED,
    *(
        None,
        "",
        "\x00",
        "\ud800",
        "a\udfffb\x00",
        "x" * 5000,
        "1" * 30,
        "NaN",
        "1e999",
        "𝟙",
        "{",
        "image",
        "system",
        "edit",
    ),
    *(0, -1, 2**63, 10**400, 0.5, 1e308, True, False),
    *([], {}, [[]], [None], [{}], {"id": {}}, {"": 0}, _nested(5), _nested(90)),
]


def _inside(value: Any) -> Iterable[tuple[Any, Any]]:
    return value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list | tuple) else ()


def _places(value: Any, here: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the path of everything inside a payload."""
    return [path for key, item in _inside(value) for path in [(*here, key), *_places(item, (*here, key))]]


ALL_PLACES = [(payload, _places(payload)) for payload in PAYLOADS if isinstance(payload, dict)]
WITH_PLACES = [(payload, st.sampled_from(_places(payload) or [("nowhere",)])) for payload in PAYLOADS]


@st.composite
def mutated_payloads(draw: st.DrawFn) -> Any:
    """Drop one to four things of a fixture's payload, or put something strange in their place."""
    payload, places = draw(st.sampled_from(WITH_PLACES))
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
        events = whatsapp.parse(webhook(body), CHANNEL)
    except MalformedPayload:
        return
    assert events
    for event in events:
        json.dumps(flatten(event), allow_nan=False)
        assert not [text for text in _all_texts(asdict(event)) if "\x00" in text or not _is_encodable(text)]


def _is_encodable(text: str) -> bool:
    return text == text.encode("utf-8", "replace").decode()


@QUICK
@given(mutated_payloads())
def test_a_mutated_webhook_never_raises_and_leaves_only_what_can_be_stored(payload: Any) -> None:
    _survives(json.dumps(payload))


@settings(QUICK, max_examples=250)
@given(st.integers(0, 2**32))
def test_ten_thousand_more_are_survived(seed: int) -> None:
    chance = random.Random(seed)
    for _ in range(EACH):
        payload, places = chance.choice(ALL_PLACES)
        changed = chance.sample(places, min(len(places), chance.randint(1, 4)))
        _survives(json.dumps(_changed(payload, {place: chance.choice(ODDITIES) for place in changed})))


@QUICK
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
def test_any_json_at_all_is_survived(payload: Any) -> None:
    _survives(json.dumps(payload))


@QUICK
@given(st.sampled_from(PAYLOADS).map(json.dumps), st.data())
def test_a_cut_or_garbled_body_is_survived(body: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(body) - 1))
    _survives(
        body[:at]
        + data.draw(st.sampled_from(["", "NaN", "[" * 5000, "9" * 5000, '"\\ud800"', "\x00"]))
        + body[at + 1 :]
    )
