"""A tenant's connection to one provider, and what an adapter for such a kind offers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from frontdesk.core.content import Outbound
from frontdesk.core.exchange import Exchange, Request, Response
from frontdesk.core.message import Event, Media, Message
from frontdesk.errors import AccessError, ConfigurationError


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
    """What one message of a channel kind can hold; `None` is no limit. Lengths count as the provider counts them."""

    text: int
    caption: int
    buttons: int
    button_title: int
    rows: int
    album: int = 1
    utf16: bool = False
    per_second: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Credential:
    """One value an operator gives when adding a channel."""

    name: str
    help: str
    required: bool = True
    generated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Download:
    """A fetched attachment."""

    data: bytes
    mime: str | None = None
    filename: str | None = None


class Adapter(Protocol):
    """One channel kind: functions over values, no I/O. A package `frontdesk.channels.<kind>` has these names."""

    KIND: str
    LIMITS: Limits
    CREDENTIALS: Sequence[Credential]
    API_BASE: str
    CONTENT_TYPES: Sequence[str]
    RESENDS_IN_DOUBT: bool
    UNSIGNED: type[AccessError]

    def verify(self, request: Request, channel: Channel, now: datetime) -> bool:
        """Say whether the provider sent these raw bytes; never raises."""

    def parse(self, request: Request, channel: Channel) -> list[Event]:
        """Return what the body holds, in order; only MalformedPayload is raised."""

    def answer(self, request: Request, events: Sequence[Event], channel: Channel) -> Response:
        """Return what the provider hears once the events are on disk."""

    def send(self, message: Outbound, channel: Channel) -> Exchange[str]:
        """Deliver one message and return its external id; a DeliveryError says why not."""

    def fetch(self, media: Media, channel: Channel) -> Exchange[Download]:
        """Download one attachment."""

    def show_typing(self, conversation: str, thread: str | None, channel: Channel) -> Exchange[None]:
        """Show that an answer is being written; lasts a few seconds at the provider."""

    def acknowledge(self, message: Message, channel: Channel) -> Exchange[None]:
        """Tell the provider that a press was taken, where it waits for that; may yield nothing."""

    def register(self, channel: Channel, webhook_url: str) -> Exchange[str]:
        """Point the provider's webhook at `webhook_url`; return what was set up in words."""
