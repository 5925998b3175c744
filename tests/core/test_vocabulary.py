"""Events as flat JSON in the corpus's vocabulary."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given

from frontdesk.core.message import (
    ContactCard,
    Event,
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
from frontdesk.core.vocabulary import flatten
from tests.core import test_wire as made

ORIGIN = Origin(conversation="12", sender="7", sender_name="Ada")
AT = datetime(2025, 10, 9, 8, 53, 20, tzinfo=UTC)
PLACE = {"kind": "message", "conversation": "12", "sender": "7", "sender_name": "Ada"}


@pytest.mark.parametrize(
    ("event", "flat"),
    [
        (
            Message(type="text", external_id="1", origin=ORIGIN, text="hi", timestamp=AT),
            {**PLACE, "type": "text", "external_id": "1", "text": "hi", "timestamp": "2025-10-09T08:53:20Z"},
        ),
        (
            Message(type="location", external_id="1", origin=ORIGIN, place=Place(latitude=0.0, longitude=1.5)),
            {**PLACE, "type": "location", "external_id": "1", "latitude": 0.0, "longitude": 1.5},
        ),
        (
            Message(type="image", external_id="1", origin=ORIGIN, media=(Media(type="image", ref="r", mime="x/y"),)),
            {**PLACE, "type": "image", "external_id": "1", "media_ref": "r", "mime": "x/y"},
        ),
        (
            Message(type="button_reply", external_id="1", origin=ORIGIN, press=Press(payload="p")),
            {**PLACE, "type": "button_reply", "external_id": "1", "payload": "p"},
        ),
        (
            Message(type="contacts", external_id="1", origin=ORIGIN, contacts=(ContactCard(name="B", phones=("1",)),)),
            {**PLACE, "type": "contacts", "external_id": "1", "contacts": [{"name": "B", "phones": ["1"]}]},
        ),
        (Status(external_id="1", status="read"), {"kind": "status", "external_id": "1", "status": "read"}),
        (
            Reaction(target="1", action="add", emoji="👍", origin=Origin(conversation="12", group=True)),
            {"kind": "reaction", "target": "1", "action": "add", "emoji": "👍", "conversation": "12", "group": True},
        ),
        (
            Happening(event="chat_migrated", origin=Origin(conversation="1"), detail={"new_conversation": "2"}),
            {"kind": "event", "event": "chat_migrated", "conversation": "1", "new_conversation": "2"},
        ),
        (Ignored(reason="unused"), {"kind": "ignored", "reason": "unused"}),
    ],
)
def test_an_event_is_flat_and_without_empty_values(event: Event, flat: dict[str, object]) -> None:
    assert flatten(event) == flat


@given(event=made.messages | made.statuses | made.reactions | made.happenings | made.ignored)
def test_any_event_can_be_printed_and_keeps_its_kind(event: Event) -> None:
    flat = flatten(event)
    assert json.loads(json.dumps(flat)) == flat
    if not isinstance(event, Happening):
        assert flat["kind"] == event.kind
    if isinstance(event, Message):
        assert flat["type"] == event.type
