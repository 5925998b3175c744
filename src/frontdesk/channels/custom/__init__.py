"""Custom: a webhook of your own, JSON both ways, signed as the Standard Webhooks scheme has it."""

from collections.abc import Sequence
from datetime import timedelta

from frontdesk.channels.custom.checks import checks
from frontdesk.channels.custom.files import fetch
from frontdesk.channels.custom.outbound import send
from frontdesk.channels.custom.signature import verify
from frontdesk.channels.custom.updates import parse
from frontdesk.core.channel import EVERY_TYPE, Credential, Limits
from frontdesk.core.plain import account, acknowledge, answer, known_as, recall, register, show_typing, source
from frontdesk.errors import SignatureInvalid

KIND = "custom"
API_BASE = ""  # every channel has its own
CONTENT_TYPES: Sequence[str] = ("application/json",)
ANSWER_WITHIN = None
UNSIGNED = SignatureInvalid
RESENDS_IN_DOUBT = True  # the other side knows a repeat by its webhook-id
DOUBT_WAIT = timedelta(0)
MARKS_READ = False
SHARED_BY = None
SENDS_ONCE = False
LIMITS = Limits(
    text=8000,
    caption=8000,
    buttons=50,
    button_title=80,
    rows=100,
    album=10,
    types=EVERY_TYPE - {"template"},
    keyboards=True,
)
CREDENTIALS: Sequence[Credential] = (
    Credential(
        name="secret",
        help="signs posts in both directions: whsec_ and base64, or any other text; made up for you when left out",
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
