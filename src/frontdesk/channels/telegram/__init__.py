"""Telegram bots: the Bot API's webhooks in, its methods out."""

from collections.abc import Sequence
from datetime import timedelta

from frontdesk.channels.telegram.checks import checks
from frontdesk.channels.telegram.courtesies import acknowledge, answer, show_typing
from frontdesk.channels.telegram.files import fetch
from frontdesk.channels.telegram.outbound import send
from frontdesk.channels.telegram.registration import register
from frontdesk.channels.telegram.signature import verify
from frontdesk.channels.telegram.updates import parse
from frontdesk.core.channel import Credential, Limits
from frontdesk.core.plain import account, known_as, recall, source
from frontdesk.errors import SecretRefused

KIND = "telegram"
API_BASE = "https://api.telegram.org"
CONTENT_TYPES: Sequence[str] = ("application/json",)
ANSWER_WITHIN = None
RESENDS_IN_DOUBT = True
DOUBT_WAIT = timedelta(0)  # nothing tells whether a message arrived
MARKS_READ = False
SHARED_BY = None  # a webhook is one bot's
SENDS_ONCE = False
UNSIGNED = SecretRefused
LIMITS = Limits(
    text=4096,
    caption=1024,
    buttons=100,
    button_title=64,  # Telegram names no limit; phones cut what is longer
    rows=100,
    row_description=0,
    album=10,
    unit="utf16",
    keyboards=True,
    per_second=30,
)
CREDENTIALS: Sequence[Credential] = (
    Credential(name="token", help="the bot's token from BotFather, like 110201543:AAHdqTcv…"),
    Credential(
        name="secret_token",
        help="comes back with every webhook: 1–256 of A–Z a–z 0–9 _ -; made up for you when left out",
        required=False,
        generated=True,
    ),
)

__all__ = [
    "ANSWER_WITHIN",
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
    "known_as",
    "parse",
    "recall",
    "register",
    "send",
    "show_typing",
    "source",
    "verify",
]
