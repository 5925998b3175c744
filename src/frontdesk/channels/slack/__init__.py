"""Slack: Events API, interactivity and slash commands in, Web API calls out."""

from collections.abc import Sequence
from datetime import timedelta

from frontdesk.channels.slack.courtesies import answer, show_typing
from frontdesk.channels.slack.files import fetch
from frontdesk.channels.slack.installations import account
from frontdesk.channels.slack.memory import recall
from frontdesk.channels.slack.outbound import send
from frontdesk.channels.slack.registration import checks, register
from frontdesk.channels.slack.signature import verify
from frontdesk.channels.slack.updates import parse
from frontdesk.core.channel import EVERY_TYPE, Credential, Limits
from frontdesk.core.plain import acknowledge, known_as, source
from frontdesk.errors import SignatureInvalid

KIND = "slack"
API_BASE = "https://slack.com"
CONTENT_TYPES: Sequence[str] = ("application/json", "application/x-www-form-urlencoded")
ANSWER_WITHIN = timedelta(seconds=2.5)  # Slack waits for three seconds
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
    album=10,
    types=EVERY_TYPE - {"contacts", "location", "template"},
    under_media=False,
    threads="talks",
    per_second=5,  # "some hundred a minute" in a workspace
)
CREDENTIALS: Sequence[Credential] = (
    Credential(name="bot_token", help="the Bot User OAuth Token under OAuth & Permissions, like xoxb-…"),
    Credential(name="signing_secret", help="the Signing Secret under Basic Information, App Credentials"),
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
