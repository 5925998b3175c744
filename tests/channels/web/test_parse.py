"""Whatever a page posts, parsing returns events or says MalformedPayload, and what it keeps can be stored."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from frontdesk.channels import web
from frontdesk.core import wire
from frontdesk.core.exchange import Request
from frontdesk.core.message import Ignored, Message, Reaction
from frontdesk.core.vocabulary import flatten
from frontdesk.core.wire import Received
from frontdesk.errors import MalformedPayload
from tests.builders import a_channel

CHANNEL = a_channel("web")
NOW = datetime.now(UTC)
TOKEN, VISITOR, _ = web.open_session(CHANNEL, {}, NOW)
FIELDS = [
    "type",
    "text",
    "id",
    "payload",
    "media_ref",
    "mime",
    "filename",
    "size",
    "voice",
    "latitude",
    "longitude",
    "target",
    "emoji",
    "action",
    "reply_to",
    "session",
]
TYPES = ["text", "image", "audio", "location", "button_reply", "list_reply", "reaction", "command", "sticker"]
scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text()
    | st.sampled_from(TYPES)
)
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3)
)
bodies = st.dictionaries(st.sampled_from(FIELDS), values) | values


def a_request(body: bytes, token: str = TOKEN) -> Request:
    return Request("POST", "", {"authorization": f"Bearer {token}", "content-type": "application/json"}, body)


def parse(body: Any) -> Any:
    (event,) = web.parse(a_request(json.dumps(body).encode()), CHANNEL)
    return event


@given(st.binary(max_size=300))
@settings(max_examples=200, deadline=None)
def test_any_bytes_are_events_or_malformed(body: bytes) -> None:
    try:
        events = web.parse(a_request(body), CHANNEL)
    except MalformedPayload:
        return
    assert len(events) == 1


@given(bodies)
@settings(max_examples=200, deadline=None)
def test_any_json_is_one_event_that_the_queue_can_carry(body: Any) -> None:
    event = parse(body)
    assert isinstance(event, Message | Reaction | Ignored)
    flatten(event)
    if isinstance(event, Ignored):
        return
    assert event.origin.sender == VISITOR.id
    # the endpoint fills in what is known of a file, so only a body without one goes straight to the queue
    if isinstance(event, Message) and event.media:
        return
    received = Received(channel_id=CHANNEL.id, event=event, raw=None, received_at=NOW)
    assert wire.load_received(wire.dump_received(received)) == received


@given(st.text(max_size=200))
@settings(max_examples=200, deadline=None)
def test_any_token_is_a_visitor_or_nobody(token: str) -> None:
    assert web.visitor_of(token, CHANNEL, NOW) is None
    assert web.verify(a_request(b"{}", token), CHANNEL, NOW) is False


@pytest.mark.parametrize("depth", [500, 5000, 100_000])
def test_deep_nesting_is_malformed_or_nothing_we_use(depth: int) -> None:
    try:
        (event,) = web.parse(a_request(b"[" * depth + b"]" * depth), CHANNEL)
    except MalformedPayload:
        return
    assert isinstance(event, Ignored)


def test_a_session_says_who_writes() -> None:
    message = parse({"text": "hello", "id": "m1", "sender": "somebody else", "visitor": "v-other"})
    assert message.origin.sender == message.origin.conversation == VISITOR.id
    assert message.external_id == f"{VISITOR.id}/m1"


def test_a_session_ends() -> None:
    assert web.visitor_of(TOKEN, CHANNEL, NOW + timedelta(days=29)) == VISITOR
    assert web.visitor_of(TOKEN, CHANNEL, NOW + timedelta(days=31)) is None


def test_a_session_of_one_channel_opens_no_other() -> None:
    other = a_channel("web", credentials=dict(CHANNEL.credentials))
    assert web.visitor_of(TOKEN, other, NOW) == VISITOR
    from uuid import UUID

    elsewhere = a_channel("web", id=UUID(int=2), credentials=dict(CHANNEL.credentials))
    assert web.visitor_of(TOKEN, elsewhere, NOW) is None


@pytest.mark.parametrize(("text", "command", "args"), [("/help", "help", None), ("/start now  ", "start", "now")])
def test_a_slash_begins_a_command(text: str, command: str, args: str | None) -> None:
    message = parse({"text": text})
    assert (message.type, message.command, message.args, message.text) == ("command", command, args, text)


@pytest.mark.parametrize("text", ["/", "/ 1", "/1", "a /help", "//"])
def test_a_slash_alone_does_not(text: str) -> None:
    assert parse({"text": text}).type == "text"
