"""What stands in a work row comes out as it went in."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frontdesk.core import wire
from frontdesk.core.content import Button, Content, Outbound, OutboundMedia, Row
from frontdesk.core.message import (
    ContactCard,
    Happening,
    Ignored,
    Media,
    Message,
    Origin,
    Place,
    Press,
    Reaction,
    Status,
)
from frontdesk.core.wire import Delivery, Received
from frontdesk.errors import InvalidInput

words = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20)
maybe = st.none() | words
moments = st.none() | st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))
json_values = st.recursive(
    st.booleans() | st.integers(-(2**53), 2**53) | words,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3),
    max_leaves=5,
)
origins = st.builds(
    Origin, conversation=maybe, thread=maybe, group=st.booleans(), sender=maybe, sender_name=maybe, account=maybe
)
places = st.builds(Place, latitude=st.floats(-90, 90), longitude=st.floats(-180, 180), name=maybe, address=maybe)
presses = st.builds(Press, payload=words | st.dictionaries(words, json_values, max_size=3), action_id=maybe)
media = st.builds(Media, type=st.sampled_from(["image", "audio", "video"]), ref=words, size=st.none() | st.integers(0))
messages = st.builds(
    Message,
    type=st.sampled_from(["text", "image", "location", "button_reply", "command", "unsupported"]),
    external_id=words,
    origin=origins,
    timestamp=moments,
    text=maybe,
    reply_to=maybe,
    media=st.lists(media, max_size=2).map(tuple),
    place=st.none() | places,
    contacts=st.lists(st.builds(ContactCard, name=words, phones=st.lists(words).map(tuple)), max_size=2).map(tuple),
    press=st.none() | presses,
    command=maybe,
)
statuses = st.builds(Status, external_id=words, status=st.sampled_from(["sent", "read", "failed"]), timestamp=moments)
reactions = st.builds(Reaction, target=words, action=st.sampled_from(["add", "remove"]), origin=origins, emoji=maybe)
happenings = st.builds(
    Happening,
    event=words,
    origin=origins,
    target=maybe,
    text=maybe,
    detail=st.dictionaries(words, json_values, max_size=3),
)
ignored = st.builds(Ignored, reason=words, press=st.none() | messages)
contents = st.builds(
    Content,
    text=maybe,
    buttons=st.lists(st.builds(Button, title=words, payload=maybe), max_size=3).map(tuple),
    rows=st.lists(st.builds(Row, title=words, payload=words), max_size=3).map(tuple),
    media=st.lists(st.builds(OutboundMedia, type=st.just("image"), url=maybe), max_size=2).map(tuple),
    place=st.none() | places,
    keyboard=st.lists(words, max_size=3).map(tuple),
    silent=st.booleans(),
)


@given(event=messages | statuses | reactions | happenings | ignored, raw=maybe)
def test_received_events_survive_the_queue(event: Message, raw: str | None) -> None:
    received = Received(channel_id=UUID(int=7), event=event, raw=raw, received_at=datetime(2025, 1, 1, tzinfo=UTC))
    assert wire.load_received(wire.dump_received(received)) == received


@given(event=messages | reactions | happenings)
def test_stored_events_are_read_again(event: Message) -> None:
    assert wire.load_event(wire.dump_event(event)) == event


@given(content=contents, thread=maybe, purpose=st.sampled_from(["answer", "person", "notice"]), consent=st.booleans())
def test_deliveries_survive_the_queue(content: Content, thread: str | None, purpose: str, consent: bool) -> None:
    delivery = Delivery(
        channel_id=UUID(int=1),
        conversation_id=UUID(int=2),
        message_id=UUID(int=3),
        outbound=Outbound(key="k", conversation="c", thread=thread, content=content),
        purpose=purpose,
        consent_reply=consent,
    )
    assert wire.load_delivery(wire.dump_delivery(delivery)) == delivery
    assert wire.load_content(wire.dump_content(content)) == content


def test_a_conversation_is_one_group_and_its_deliveries_another() -> None:
    channel = UUID(int=9)
    origin = Origin(conversation="12", thread="3", sender="7")
    said = Message(type="text", external_id="1", origin=origin)
    liked = Reaction(target="1", action="add", origin=origin)
    pressed = Ignored(reason="no data", press=said)
    groups = {wire.group_of(channel, event) for event in (said, liked, pressed)}
    assert groups == {wire.conversation_group(channel, "12", "3")}
    assert wire.delivery_group(*groups) not in groups
    assert wire.group_of(channel, Status(external_id="1", status="sent", recipient="12")) == f"{channel}:12:"
    assert wire.group_of(channel, Message(type="text", external_id="1", origin=Origin(sender="7"))) == f"{channel}:7:"


@pytest.mark.parametrize("kind", [wire.EVENT, wire.DELIVERY])
@pytest.mark.parametrize("payload", ["", "{}", "[]", "null", '{"channel_id": "x"}', "\ud800"])
def test_an_edited_payload_that_reads_as_nothing_is_refused(kind: str, payload: str) -> None:
    with pytest.raises(InvalidInput, match="does not read as"):
        wire.checked(kind, payload)
