"""WhatsApp Cloud API: Meta's webhooks in, Graph API calls out."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from frontdesk.core.channel import Channel, Credential, Limits
from frontdesk.core.content import Outbound
from frontdesk.core.exchange import Exchange, Request
from frontdesk.core.message import Event
from frontdesk.core.plain import (
    account,
    acknowledge,
    answer,
    checks,
    fetch,
    recall,
    register,
    show_typing,
    source,
)
from frontdesk.errors import DeliveryRejected, SecretRefused

KIND = "whatsapp"
API_BASE = "https://graph.facebook.com"
CONTENT_TYPES: Sequence[str] = ("application/json",)
UNSIGNED = SecretRefused
RESENDS_IN_DOUBT = True
DOUBT_WAIT = timedelta(seconds=20)
MARKS_READ = True
SHARED_BY = "app_secret"
SENDS_ONCE = False
LIMITS = Limits(
    text=4096,
    caption=1024,
    buttons=3,
    button_title=20,
    rows=10,
    row_title=24,
    row_description=72,
    list_title=20,
    body=1024,
    links="alone",
    mixed=False,
    under_media=False,
    window=timedelta(hours=24),
    per_second=80,
)
CREDENTIALS: Sequence[Credential] = ()


def verify(request: Request, channel: Channel, now: datetime) -> bool:
    return False


def parse(request: Request, channel: Channel) -> list[Event]:
    return []


def send(message: Outbound, channel: Channel) -> Exchange[str]:
    yield from ()
    raise DeliveryRejected("not built yet")


__all__ = [
    "API_BASE",
    "CONTENT_TYPES",
    "CREDENTIALS",
    "DOUBT_WAIT",
    "KIND",
    "LIMITS",
    "MARKS_READ",
    "RESENDS_IN_DOUBT",
    "SENDS_ONCE",
    "SHARED_BY",
    "UNSIGNED",
    "account",
    "acknowledge",
    "answer",
    "checks",
    "fetch",
    "parse",
    "recall",
    "register",
    "send",
    "show_typing",
    "source",
    "verify",
]
