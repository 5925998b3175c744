"""Signal through signal-cli-rest-api: its webhook, websocket or polling in, its REST calls out."""

from collections.abc import Sequence
from datetime import timedelta

from frontdesk.channels.signal.authors import account
from frontdesk.channels.signal.checks import checks
from frontdesk.channels.signal.courtesies import acknowledge, show_typing
from frontdesk.channels.signal.files import fetch, kept
from frontdesk.channels.signal.frames import parse
from frontdesk.channels.signal.listening import register, source
from frontdesk.channels.signal.outbound import send
from frontdesk.channels.signal.secret import verify
from frontdesk.channels.signal.targets import known_as
from frontdesk.core.channel import EVERY_TYPE, Credential, Limits
from frontdesk.core.plain import answer, recall
from frontdesk.errors import SecretRefused

KIND = "signal"
API_BASE = "http://127.0.0.1:8080"
CONTENT_TYPES: Sequence[str] = ("application/json",)
ANSWER_WITHIN = None
UNSIGNED = SecretRefused
RESENDS_IN_DOUBT = True
DOUBT_WAIT = timedelta(seconds=5)  # a delivery receipt may tell; one for a phone that is off comes days later
MARKS_READ = True
SHARED_BY = "webhook_secret"
SENDS_ONCE = True  # one try, and whatever is posted while nobody takes it is lost
LIMITS = Limits(
    text=1900,  # bytes; above 2000 it would travel as a file
    caption=1900,
    buttons=0,
    button_title=0,
    rows=0,
    album=32,
    unit="bytes",
    types=EVERY_TYPE - {"template", "location", "contacts"},
    links="no",
    mixed=False,
    under_media=False,
)
CREDENTIALS: Sequence[Credential] = (
    Credential(name="number", help="the account's number with + and country code, like +4915112345678", secret=False),
    Credential(
        name="webhook_secret",
        help="what a reverse proxy adds to every webhook as the header X-Webhook-Secret; without it any POST is taken",
        required=False,
    ),
    Credential(
        name="api_authorization",
        help="the Authorization header a reverse proxy before the bridge asks for, like Basic dXNlcjpwYXNz",
        required=False,
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
    "kept",
    "known_as",
    "parse",
    "recall",
    "register",
    "send",
    "show_typing",
    "source",
    "verify",
]
