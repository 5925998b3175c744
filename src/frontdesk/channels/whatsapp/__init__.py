"""WhatsApp Cloud API: Meta's webhooks in, Graph API calls out."""

from collections.abc import Sequence
from datetime import timedelta

from frontdesk.channels.whatsapp.addresses import known_as
from frontdesk.channels.whatsapp.checks import checks
from frontdesk.channels.whatsapp.courtesies import acknowledge, answer, show_typing
from frontdesk.channels.whatsapp.files import fetch
from frontdesk.channels.whatsapp.outbound import send
from frontdesk.channels.whatsapp.registration import register
from frontdesk.channels.whatsapp.signature import verify
from frontdesk.channels.whatsapp.updates import parse
from frontdesk.core.channel import Channel, Credential, Limits
from frontdesk.core.plain import recall, source
from frontdesk.errors import SecretRefused

KIND = "whatsapp"
API_BASE = "https://graph.facebook.com"
CONTENT_TYPES: Sequence[str] = ("application/json",)
ANSWER_WITHIN = None
UNSIGNED = SecretRefused
RESENDS_IN_DOUBT = True
DOUBT_WAIT = timedelta(seconds=20)  # a receipt brings our key back
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
    types=frozenset(
        {
            "text",
            "image",
            "audio",
            "voice",
            "video",
            "document",
            "sticker",
            "location",
            "contacts",
            "reaction",
            "template",
        }
    ),
    captioned=frozenset({"image", "video", "document"}),
    links="alone",
    mixed=False,
    under_media=False,
    window=timedelta(hours=24),
    advert_window=timedelta(hours=72),
    per_second=80,
)
CREDENTIALS: Sequence[Credential] = (
    Credential(name="access_token", help="a system user's token with whatsapp_business_messaging, like EAAG…"),
    Credential(name="app_secret", help="the Meta app's secret, 32 hex digits: App settings, Basic"),
    Credential(
        name="phone_number_id", help="the number's id (not the number itself): WhatsApp, API setup", secret=False
    ),
    Credential(
        name="verify_token",
        help="what Meta says when it shakes hands with the webhook; made up for you when left out",
        required=False,
        generated=True,
    ),
)


def account(channel: Channel) -> str | None:
    """Return the number's id: one app's webhook brings the messages of all its numbers."""
    return channel.credentials.get("phone_number_id")


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
