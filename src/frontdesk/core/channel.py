"""A tenant's connection to one provider, and what an adapter for such a kind offers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal, Protocol, get_args
from uuid import UUID

from frontdesk.core.content import ContentType, Outbound
from frontdesk.core.exchange import Exchange, Request, Response
from frontdesk.core.measuring import Unit
from frontdesk.core.message import Event, Media, Message
from frontdesk.errors import AccessError, ConfigurationError

EVERY_TYPE: frozenset[ContentType] = frozenset(get_args(ContentType))
MEDIA_TYPES: frozenset[ContentType] = frozenset(
    {"image", "audio", "voice", "video", "animation", "document", "sticker", "album"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """One tenant's channel with its decrypted credentials; `settings` hold what the tenant chose for it."""

    id: UUID
    tenant: str
    kind: str
    name: str
    api_base: str
    credentials: Mapping[str, str] = field(default_factory=dict, repr=False)
    settings: Mapping[str, Any] = field(default_factory=dict)
    status: str = "active"
    version: int = 1

    def secret(self, name: str) -> str:
        """Return a credential; ConfigurationError names the missing one."""
        try:
            return self.credentials[name]
        except KeyError:
            raise ConfigurationError(f"channel {self.name!r} ({self.kind}) has no credential {name!r}") from None


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one message of a channel kind can show. What it can't, `core/fitting.py` says in another way.

    Lengths are in `unit`: characters, UTF-16 units, or bytes of UTF-8. `body` is the longest text above buttons or rows,
    where that is shorter than `text`. No `buttons` and no `rows`: choices become numbered text. Rows without room for a
    description (`row_description` 0) have theirs in the text above. `types` are the contents the channel has a form of
    its own for, `captioned` those that may carry words. `links` says whether buttons that open an address may stand with
    others, only alone (one a message), or not at all; `mixed` whether buttons and rows may share a message,
    `under_media` whether they may stand under a file, a place or a contact; `keyboards` whether one-tap answers can take
    the place of the person's keyboard. `window` is how long after a person's last message free text may be sent,
    `advert_window` after one that came from an advert. `threads` are rooms of their own within a group (a forum's
    topics), or talks about one message: in a talk that we take part in, everything is said to us.
    """

    text: int
    caption: int
    buttons: int
    button_title: int
    rows: int
    row_title: int = 100
    row_description: int = 200
    list_title: int = 100
    body: int | None = None
    album: int = 1
    unit: Unit = "characters"
    types: frozenset[ContentType] = EVERY_TYPE - {"template"}
    captioned: frozenset[ContentType] = MEDIA_TYPES - {"sticker"}
    links: Literal["with", "alone", "no"] = "with"
    mixed: bool = True
    under_media: bool = True
    keyboards: bool = False
    window: timedelta | None = None
    advert_window: timedelta | None = None
    per_second: float | None = None
    threads: Literal["rooms", "talks"] = "rooms"


@dataclass(frozen=True, slots=True, kw_only=True)
class Credential:
    """One value an operator gives when adding a channel; what is no `secret` is shown while it is typed."""

    name: str
    help: str
    required: bool = True
    generated: bool = False
    secret: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Download:
    """A fetched attachment."""

    data: bytes
    mime: str | None = None
    filename: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a check of a channel's setup found to be right, in words.

    `learned` are settings the provider told us (a bot's own user id), which are kept with the channel.
    """

    detail: str
    learned: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that must be right for a channel to work: its exchange returns what it found, or raises the FrontdeskError
    whose message names the fault and the remedy.
    """

    what: str
    exchange: Exchange[Found]


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where a provider that posts no webhooks is listened to: a websocket, or an address to ask again and again.

    Every frame, and every answer that is not empty, is parsed as the body of a webhook.
    """

    way: Literal["websocket", "poll"]
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    every: timedelta = timedelta(seconds=1)


class Adapter(Protocol):
    """One channel kind: functions over values, no I/O. A package `frontdesk.channels.<kind>` has these names.

    `core/plain.py` has the functions of a channel whose provider has nothing of the kind. One name more may be there:
    `kept(media, channel)`, an exchange that tells the provider that a file is kept here.
    """

    KIND: str
    LIMITS: Limits
    CREDENTIALS: Sequence[Credential]
    API_BASE: str
    CONTENT_TYPES: Sequence[str]
    UNSIGNED: type[AccessError]
    RESENDS_IN_DOUBT: bool
    """Whether a message that may have arrived is sent again, unless the channel's setting `in_doubt` says otherwise."""
    DOUBT_WAIT: timedelta
    """How long a message in doubt waits for a sign that it arrived (a receipt that bears our key) before that."""
    MARKS_READ: bool
    """Whether `acknowledge` has something to say about every message, and not only about presses."""
    SHARED_BY: str | None
    """The credential that channels of one provider's app have in common: its webhook may bring events of any of them."""
    ANSWER_WITHIN: timedelta | None
    """How soon the provider wants its answer, where that is sooner than the installation's own deadline."""
    SENDS_ONCE: bool
    """Whether the provider never sends a webhook again, so that it must be kept even while PostgreSQL is away."""

    def verify(self, request: Request, channel: Channel, now: datetime) -> bool:
        """Say whether the provider sent these raw bytes; never raises."""

    def parse(self, request: Request, channel: Channel) -> list[Event]:
        """Return what the body holds, in order; only MalformedPayload is raised."""

    def answer(self, request: Request, events: Sequence[Event], channel: Channel) -> Response:
        """Return what the provider hears once the events are on disk."""

    def send(self, message: Outbound, channel: Channel) -> Exchange[str]:
        """Deliver one message and return its external id; a DeliveryError says why not."""

    def known_as(self, recipient: str) -> str:
        """Return a recipient as this channel's events name it, however a program wrote it."""

    def fetch(self, media: Media, channel: Channel) -> Exchange[Download]:
        """Download one attachment."""

    def show_typing(
        self, conversation: str, thread: str | None, answering: str | None, channel: Channel
    ) -> Exchange[None]:
        """Show that an answer is being written to the message `answering`; lasts a few seconds at the provider."""

    def acknowledge(self, message: Message, channel: Channel) -> Exchange[None]:
        """Tell the provider that a press was taken, or a message read; may yield nothing."""

    def register(self, channel: Channel, webhook_url: str) -> Exchange[str]:
        """Point the provider's webhook at `webhook_url`; return what was set up in words."""

    def checks(self, channel: Channel, webhook_url: str | None) -> Sequence[Check]:
        """Return what has to be right at the provider for this channel to work, in the order to mend it."""

    def account(self, channel: Channel) -> str | None:
        """Return which `account` of the events is this channel's; None: all of them."""

    def recall(self, message: Outbound, channel: Channel) -> Exchange[str | None]:
        """Return the external id of a message in doubt if the provider can tell that it arrived, else None."""

    def source(self, channel: Channel) -> Source | None:
        """Return where to listen for this channel's messages, None where they come by webhook."""
