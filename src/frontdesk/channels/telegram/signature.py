"""Proof that an update comes from Telegram: the secret token the webhook was set with."""

import hmac
from datetime import datetime

from frontdesk.core.channel import Channel
from frontdesk.core.exchange import Request

HEADER = "x-telegram-bot-api-secret-token"


def verify(request: Request, channel: Channel, now: datetime) -> bool:
    """Compare the secret token in constant time; a channel without one trusts nobody.

    Telegram signs neither body nor time, so `now` decides nothing here.
    """
    expected = channel.credentials.get("secret_token", "")
    given = request.headers.get(HEADER, "")
    return bool(expected) and hmac.compare_digest(_raw(given), _raw(expected))


def _raw(text: str) -> bytes:
    """Encode any header value: compare_digest refuses str beyond ASCII."""
    return text.encode("utf-8", "surrogatepass")
