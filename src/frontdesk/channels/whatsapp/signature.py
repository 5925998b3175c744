"""Proof that a request comes from Meta: the signature of a webhook, the verify token of the handshake."""

import hmac
from datetime import datetime
from hashlib import sha256

from frontdesk.core.channel import Channel
from frontdesk.core.exchange import Request

HEADER = "x-hub-signature-256"
PREFIX = b"sha256="


def verify(request: Request, channel: Channel, now: datetime) -> bool:
    """Check the signature over the raw body with the app secret, or of a GET the verify token, in constant time.

    Meta signs no time, so `now` decides nothing here: duplicates are caught by the id of the message.
    """
    if request.method == "GET":
        return _shakes_hands(request, channel)
    secret = channel.credentials.get("app_secret", "")
    given = _raw(request.headers.get(HEADER, ""))
    return bool(secret) and hmac.compare_digest(given, signature(secret, request.body))


def signature(secret: str, body: bytes) -> bytes:
    """Return the value of the header that belongs to a body."""
    return PREFIX + hmac.new(_raw(secret), body, sha256).hexdigest().encode()


def _shakes_hands(request: Request, channel: Channel) -> bool:
    expected = channel.credentials.get("verify_token", "")
    given = request.query.get("hub.verify_token", "")
    right = hmac.compare_digest(_raw(given), _raw(expected))
    return bool(expected) and right and request.query.get("hub.mode") == "subscribe"


def _raw(text: str) -> bytes:
    """Encode any value: compare_digest refuses str beyond ASCII."""
    return text.encode("utf-8", "surrogatepass")
