"""What listeners answer, well and ill meant: taken as documented, or refused with the reason."""

import json
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from frontdesk.core.content import Button, Content
from frontdesk.core.fields import UNSTORABLE
from frontdesk.core.listener_answers import MOST_BYTES, AnswerRefused, added, outcome, read
from frontdesk.core.noting import ForgetVariables, SetField, Tag
from frontdesk.core.turn import KeepVariables

WHOLE = {
    "replies": [
        {
            "text": " Your order is on its way. ",
            "buttons": ["Thanks", {"title": "Hours", "intent": "hours"}],
            "language": "en",
        }
    ],
    "fields": {"plan": "gold", "orders": 3, "debt": None},
    "variables": {"order": "A-1", "asked": True, "old": None},
    "tags": ["vip"],
    "contact_tags": ["customer"],
}


def test_a_whole_answer_becomes_replies_and_effects() -> None:
    found = outcome(read(json.dumps(WHOLE).encode()), "crm")
    buttons = (Button(title="Thanks"), Button(title="Hours", payload="/intent hours"))
    assert found.replies == (Content(text="Your order is on its way.", buttons=buttons, language="en"),)
    assert found.effects == (
        SetField(field="plan", value="gold"),
        SetField(field="orders", value=3),
        SetField(field="debt", value=None),
        KeepVariables(values={"order": "A-1", "asked": True}),
        ForgetVariables(names=("old",)),
        Tag(tags=("vip",)),
        Tag(tags=("customer",), of="contact"),
    )
    assert (found.modes, found.onward, found.evidence) == (None, None, "listener crm")


def test_the_record_has_names_and_no_values() -> None:
    kept = added(read(json.dumps(WHOLE).encode()))
    assert kept == {
        "replies": 1,
        "fields": ["debt", "orders", "plan"],
        "variables": ["asked", "old", "order"],
        "tags": ["vip"],
        "contact_tags": ["customer"],
    }


@pytest.mark.parametrize("body", [b"", b" \n", b"{}", b'{"replies": []}'])
def test_nothing_is_an_answer(body: bytes) -> None:
    assert added(read(body)) == {}


REFUSED: list[tuple[Any, str]] = [
    (b"{broken", "not JSON"),
    (b"\xff", "not JSON"),
    (b'{"fields": {"a": NaN}}', "not JSON"),
    (b"[" * 60_000, "not JSON"),
    (b" " + b"x" * MOST_BYTES, "over 65536 bytes"),
    (b'{"fields": {"a": 1e999}}', "fields.a: .* a value is text of 1 to 1000 characters"),
    (b"[]", "answer: "),
    (b"null", "answer: "),
    (b'"hello"', "answer: "),
    ({"reply": "hi"}, "reply: Extra inputs"),
    ({"replies": "hi"}, "replies: "),
    ({"replies": [{"text": ""}]}, "replies.0.text: .* says nothing"),
    ({"replies": [{"text": " \n "}]}, "says nothing"),
    ({"replies": [{"text": "x" * 4001}]}, "replies.0.text: .*4000"),
    ({"replies": [{"text": 5}]}, "replies.0.text"),
    ({"replies": [{"text": "hi"}] * 4}, "replies: .*3 items"),
    ({"replies": [{"text": "hi", "payload": "/stop"}]}, "payload: Extra"),
    ({"replies": [{"text": "hi", "buttons": [{"title": "ok", "payload": "/stop"}]}]}, "payload: Extra"),
    ({"replies": [{"text": "hi", "buttons": ["b"] * 11}]}, "buttons: .*10 items"),
    ({"replies": [{"text": "hi", "language": "../en"}]}, "language"),
    ({"fields": {"a": {"b": 1}}}, "fields.a"),
    ({"fields": {"a": [1]}}, "fields.a"),
    ({"fields": {"a": "x" * 1001}}, "fields.a"),
    ({"fields": {"a": ""}}, "fields.a"),
    ({"fields": {"a": 10**16}}, "fields.a"),
    ({"fields": {"": 1}}, "fields"),
    ({"fields": {"a\nb": 1}}, "fields"),
    ({"fields": {f"f{number}": 1 for number in range(21)}}, "fields: .*20 items"),
    ({"variables": {"/none_meant": 0}}, "variables"),
    ({"variables": {"~since": 0}}, "variables"),
    ({"tags": ["a,b"]}, "tags.0"),
    ({"tags": [""]}, "tags.0"),
    ({"tags": [1]}, "tags.0"),
    ({"tags": "vip"}, "tags"),
    ({"tags": ["\ud800"]}, "tags.0"),
    ({"\ud800": 1}, "answer"),
    ({"fields": {"\ud800": "x"}}, "fields"),
]


@pytest.mark.parametrize(("document", "why"), REFUSED)
def test_anything_else_is_refused_with_the_reason(document: Any, why: str) -> None:
    body = document if isinstance(document, bytes) else json.dumps(document).encode()
    with pytest.raises(AnswerRefused, match=why) as refused:
        read(body)
    said = str(refused.value)
    assert len(said) <= 300
    assert not UNSTORABLE.search(said)


def test_a_refusal_repeats_no_value() -> None:
    with pytest.raises(AnswerRefused) as refused:
        read(json.dumps({"fields": {"pin": ["4711"]}, "replies": [{"text": {"is": "4711"}}]}).encode())
    assert "4711" not in str(refused.value)


SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20)
NAMES = st.text(max_size=8) | st.sampled_from(["a", "plan", "/x", "text", "title", "intent", "language", "buttons"])
TREES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=4), max_leaves=12
)
REPLY = st.fixed_dictionaries({"text": SCALARS}, optional={"buttons": TREES, "language": SCALARS, "more": TREES})
NOTES = st.dictionaries(NAMES, SCALARS, max_size=4)
NEARLY = st.fixed_dictionaries(
    {},
    optional={
        "replies": st.lists(REPLY, max_size=4) | TREES,
        "fields": NOTES | TREES,
        "variables": NOTES | TREES,
        "tags": st.lists(NAMES) | TREES,
        "contact_tags": st.lists(NAMES),
    },
)


@given(st.binary(max_size=200) | (TREES | NEARLY).map(lambda tree: json.dumps(tree).encode()))
def test_whatever_comes_is_taken_whole_or_refused_in_words_that_can_be_kept(body: bytes) -> None:
    try:
        answer, said = read(body), "taken"
    except AnswerRefused as refused:
        answer, said = read(b""), str(refused)
    assert said
    assert not UNSTORABLE.search(said)
    found = outcome(answer, "crm")
    kept = orjson.dumps([found.replies, found.effects, added(answer)]).decode()
    assert not UNSTORABLE.search(json.dumps(json.loads(kept), ensure_ascii=False))
    assert "\\u0000" not in kept
    assert len(found.replies) <= 3
    assert all(reply.text and len(reply.text) <= 4000 for reply in found.replies)
    assert found.modes is None
    assert found.onward is None
    assert {type(effect) for effect in found.effects} <= {SetField, KeepVariables, ForgetVariables, Tag}
