"""What stands in a work row: events on their way in, messages on their way out, as JSON."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Discriminator, TypeAdapter, ValidationError

from frontdesk.core.content import Content, Outbound
from frontdesk.core.message import Event, Happening, Ignored, Message, Origin, Reaction, Status
from frontdesk.core.policy import Facts, Purpose
from frontdesk.errors import InvalidInput

EVENT = "event"
DELIVERY = "delivery"
MEDIA = "media"
TRAIN = "train"
SUMMARISE = "summarise"
REMIND = "remind"
WISH = "wish"
"""Kinds of work."""

KNOWN_FOR = timedelta(seconds=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """One event of a webhook, with the raw body it came in."""

    channel_id: UUID
    event: Annotated[Message | Status | Reaction | Happening | Ignored, Discriminator("kind")]
    raw: str | None = None
    received_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One outbound message to hand to its provider.

    `known` is what policy has to know, as the turn that queued the message knew it at `known_at`.
    """

    channel_id: UUID
    conversation_id: UUID
    message_id: UUID
    outbound: Outbound
    purpose: Purpose = "answer"
    consent_reply: bool = False
    known: Facts | None = None
    known_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Brought:
    """One inbound message whose files are to be kept."""

    channel_id: UUID
    message_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """One version of the intents' model that is to be trained."""

    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Long:
    """One conversation whose summary has fallen behind."""

    conversation_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Waking:
    """One reminder to look at; `failed` is the message that could not be sent, where another way is looked for."""

    reminder_id: UUID
    failed: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a contact wants done with what there is of them, said in this conversation."""

    contact_id: UUID
    conversation_id: UUID
    wants: Literal["erasure", "export"]


_received = TypeAdapter(Received)
_delivery = TypeAdapter(Delivery)
_brought = TypeAdapter(Brought)
_wanted = TypeAdapter(Wanted)
_long = TypeAdapter(Long)
_waking = TypeAdapter(Waking)
_wish = TypeAdapter(Wish)
_content = TypeAdapter(Content)
_event = TypeAdapter(Annotated[Message | Reaction | Happening, Discriminator("kind")])


def dump_received(received: Received) -> str:
    return _received.dump_json(received, exclude_none=True, exclude={"event": {"piece"}}).decode()


def load_received(payload: str) -> Received:
    return _received.validate_json(payload)


def dump_delivery(delivery: Delivery) -> str:
    return _delivery.dump_json(delivery, exclude_defaults=True).decode()


def load_delivery(payload: str) -> Delivery:
    return _delivery.validate_json(payload)


def dump_media(brought: Brought) -> str:
    return _brought.dump_json(brought).decode()


def load_media(payload: str) -> Brought:
    return _brought.validate_json(payload)


def dump_wanted(wanted: Wanted) -> str:
    return _wanted.dump_json(wanted).decode()


def load_wanted(payload: str) -> Wanted:
    return _wanted.validate_json(payload)


def dump_long(long: Long) -> str:
    return _long.dump_json(long).decode()


def load_long(payload: str) -> Long:
    return _long.validate_json(payload)


def dump_waking(waking: Waking) -> str:
    return _waking.dump_json(waking, exclude_none=True).decode()


def load_waking(payload: str) -> Waking:
    return _waking.validate_json(payload)


def dump_wish(wish: Wish) -> str:
    return _wish.dump_json(wish).decode()


def load_wish(payload: str) -> Wish:
    return _wish.validate_json(payload)


def message_of(payload: str) -> UUID | None:
    """Return the message a delivery is about, None where the payload can't be read."""
    try:
        return load_delivery(payload).message_id
    except ValidationError:
        return None


def dump_content(content: Content) -> str:
    return _content.dump_json(content, exclude_defaults=True).decode()


def load_content(text: str) -> Content:
    return _content.validate_json(text)


def dump_event(event: Message | Reaction | Happening) -> str:
    return _event.dump_json(event, exclude_none=True, exclude={"piece"}).decode()


def load_event(text: str) -> Message | Reaction | Happening:
    return _event.validate_json(text)


def group_of(channel_id: UUID, event: Event) -> str:
    """Return the key within which events are handled in order: a conversation of a channel."""
    if isinstance(event, Status):
        return conversation_group(channel_id, event.recipient or "")
    origin = event.press.origin if isinstance(event, Ignored) and event.press else getattr(event, "origin", Origin())
    return conversation_group(channel_id, origin.conversation or origin.sender or "", origin.talk)


def conversation_group(channel_id: UUID, conversation: str, thread: str = "") -> str:
    return f"{channel_id}:{conversation}:{thread}"


def delivery_group(group: str) -> str:
    """Return the group of a conversation's deliveries: they wait for each other, and not for its turns."""
    return f">{group}"


def still_known(delivery: Delivery, attempts: int, now: datetime) -> Facts | None:
    """Return what the turn knew, if this is the first try and it is fresh; None says to look again."""
    fresh = delivery.known_at is not None and now - delivery.known_at < KNOWN_FOR
    return delivery.known if fresh and attempts == 1 else None


_LOADS: dict[str, Callable[[str], object]] = {
    DELIVERY: load_delivery,
    MEDIA: load_media,
    TRAIN: load_wanted,
    SUMMARISE: load_long,
    WISH: load_wish,
    REMIND: load_waking,
}


def checked(kind: str, payload: str) -> str:
    """Return an edited payload if it reads as work of this kind; InvalidInput says what is wrong with it."""
    try:
        _LOADS.get(kind, load_received)(payload)
    except ValidationError as error:
        faults = [f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in error.errors()[:5]]
        raise InvalidInput(f"this does not read as {kind}: {'; '.join(faults)}") from None
    return payload
