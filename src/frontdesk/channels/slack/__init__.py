"""Slack: Events API, interactivity and slash commands in, Web API calls out."""

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
from frontdesk.errors import DeliveryRejected, SignatureInvalid

KIND = "slack"
API_BASE = "https://slack.com"
CONTENT_TYPES: Sequence[str] = ("application/json", "application/x-www-form-urlencoded")
UNSIGNED = SignatureInvalid
RESENDS_IN_DOUBT = True
DOUBT_WAIT = timedelta(seconds=3)
MARKS_READ = False
SHARED_BY = "signing_secret"
SENDS_ONCE = False
LIMITS = Limits(
    text=3900,
    caption=3900,
    buttons=25,
    button_title=75,
    rows=100,
    row_title=75,
    row_description=75,
    list_title=150,
    body=2900,
    under_media=False,
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
