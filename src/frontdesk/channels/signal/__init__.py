"""Signal through signal-cli-rest-api: its webhook, websocket or polling in, its REST calls out."""

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

KIND = "signal"
API_BASE = "http://127.0.0.1:8080"
CONTENT_TYPES: Sequence[str] = ("application/json",)
UNSIGNED = SecretRefused
RESENDS_IN_DOUBT = True
DOUBT_WAIT = timedelta(seconds=5)
MARKS_READ = True
SHARED_BY = "webhook_secret"
SENDS_ONCE = True
LIMITS = Limits(text=1900, caption=1900, buttons=0, button_title=0, rows=0, unit="bytes", links="no", album=32)
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
