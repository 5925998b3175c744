"""The normalised message model: what every channel's webhooks become, and what every channel can be asked to send."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

MessageType = Literal[
    "text",
    "image",
    "audio",
    "video",
    "document",
    "sticker",
    "location",
    "contacts",
    "button_reply",
    "list_reply",
    "command",
    "form",
    "order",
    "unsupported",
]
MediaType = Literal["image", "audio", "video", "document", "sticker"]
StatusName = Literal["sent", "delivered", "read", "played", "failed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Media:
    """One attachment of an inbound message, as the adapter's `fetch` can download it; an empty `ref` says that it came
    without what a download needs.
    """

    type: MediaType
    ref: str
    mime: str | None = None
    filename: str | None = None
    size: int | None = None
    voice: bool = False
    animation: bool = False
    animated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A point on Earth in degrees, perhaps with a name and an address."""

    latitude: float
    longitude: float
    name: str | None = None
    address: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactCard:
    """A contact somebody shared; `own` where the provider proves that it is the sender's."""

    name: str
    phones: tuple[str, ...] = ()
    own: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Press:
    """A pressed button, a chosen row, or a submitted form."""

    payload: str | Mapping[str, Any]
    action_id: str | None = None
    description: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where an event comes from, as the provider names it: the address an answer goes to, and who spoke.

    `conversation` is None only where nothing can be sent back (a button of a Telegram inline message). `aliases` are
    further ids by which the provider names the same sender (a number beside an account id). `opens` is the thread that an
    answer to this message opens, where it stands in none (a mention in a Slack channel). `enterprise` is the organisation
    whose installation an event came to, where it is not one workspace's (Slack).
    """

    conversation: str | None = None
    thread: str | None = None
    opens: str | None = None
    group: bool = False
    sender: str | None = None
    sender_name: str | None = None
    sender_user_id: str | None = None
    aliases: tuple[str, ...] = ()
    account: str | None = None
    enterprise: str | None = None

    @property
    def talk(self) -> str:
        """The thread the conversation goes on in; empty where there are none."""
        return self.thread or self.opens or ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """Somebody said something.

    `answer_url` is an address the provider gave for answers to this one event (Slack's `response_url`), good until
    `answer_by`; it is a secret. `place_name` and `place_address` are what is known of a location whose coordinates can't
    be read, `product_id` the product of a catalogue somebody asks about. `about` (of a reaction, too) is the external id
    by which `send` returned the message answered, where `reply_to` would name it otherwise if it is ours. `piece` (of every
    kind of event) is the part of a webhook's body that this event was read from, where the body holds more.
    """

    kind: Literal["message"] = "message"
    type: MessageType
    external_id: str
    origin: Origin
    timestamp: datetime | None = None
    text: str | None = None
    reply_to: str | None = None
    about: str | None = None
    forwarded: bool = False
    mentions_bot: bool = False
    media: tuple[Media, ...] = ()
    media_group: str | None = None
    place: Place | None = None
    place_name: str | None = None
    place_address: str | None = None
    contacts: tuple[ContactCard, ...] = ()
    press: Press | None = None
    command: str | None = None
    args: str | None = None
    emoji: str | None = None
    error_code: str | None = None
    referral_source_id: str | None = None
    product_id: str | None = None
    answer_url: str | None = field(default=None, repr=False)
    answer_by: datetime | None = None
    piece: str | None = field(default=None, repr=False, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """The fate of a message we sent."""

    kind: Literal["status"] = "status"
    external_id: str
    status: StatusName
    recipient: str | None = None
    account: str | None = None
    timestamp: datetime | None = None
    error_code: str | None = None
    error_title: str | None = None
    tracker: str | None = None
    piece: str | None = field(default=None, repr=False, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reaction:
    """Somebody put an emoji on a message, or took it away; a replacement is a `remove` and an `add`.

    `symbol` is the character, where the provider names the emoji in another way and its name is known.
    """

    kind: Literal["reaction"] = "reaction"
    target: str
    action: Literal["add", "remove"]
    origin: Origin
    about: str | None = None
    emoji: str | None = None
    symbol: str | None = None
    external_id: str | None = None
    timestamp: datetime | None = None
    piece: str | None = field(default=None, repr=False, compare=False)

    @property
    def shown(self) -> str | None:
        """The character, or the provider's name for it."""
        return self.symbol or self.emoji


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """Something happened that is no message: `event` is a name of the corpus vocabulary (edited, blocked, bot_added …)."""

    kind: Literal["event"] = "event"
    event: str
    origin: Origin
    external_id: str | None = None
    timestamp: datetime | None = None
    target: str | None = None
    type: MessageType | None = None
    text: str | None = None
    detail: Mapping[str, Any] = field(default_factory=dict)
    piece: str | None = field(default=None, repr=False, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ignored:
    """An authentic piece of a webhook that Frontdesk does not use; `reason` is advice for logs and counters.

    `press` is a press the provider still waits for us to acknowledge; nothing else is done with it.
    """

    kind: Literal["ignored"] = "ignored"
    reason: str
    detail: str | None = None
    press: Message | None = None


Event = Message | Status | Reaction | Happening | Ignored
