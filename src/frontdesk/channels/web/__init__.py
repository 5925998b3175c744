"""Web chat: the channel whose provider is Frontdesk itself."""

from collections.abc import Sequence
from datetime import timedelta

from frontdesk.channels.web.checks import checks
from frontdesk.channels.web.inbound import answer, parse
from frontdesk.channels.web.outbound import acknowledge, fetch, register, send, show_typing
from frontdesk.channels.web.session import open_session, verify, visitor_of
from frontdesk.core.channel import Credential, Limits
from frontdesk.core.plain import account, known_as, recall, source
from frontdesk.errors import Unauthenticated

KIND = "web"
API_BASE = ""
CONTENT_TYPES: Sequence[str] = ("application/json",)
ANSWER_WITHIN = None
RESENDS_IN_DOUBT = True
DOUBT_WAIT = timedelta(0)
MARKS_READ = False
SHARED_BY = None
SENDS_ONCE = False
UNSIGNED = Unauthenticated
LIMITS = Limits(text=8000, caption=8000, buttons=50, button_title=80, rows=100, album=10, keyboards=True)
CREDENTIALS: Sequence[Credential] = (
    Credential(name="session_key", help="signs visitors' sessions; made up for you", required=False, generated=True),
    Credential(
        name="identity_secret",
        help="shared with your own server, which signs the ids of signed-in users with it; made up for you",
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
    "open_session",
    "parse",
    "recall",
    "register",
    "send",
    "show_typing",
    "source",
    "verify",
    "visitor_of",
]
