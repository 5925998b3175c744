"""Proof that a request comes from Slack: an HMAC over its time and its raw body."""

import hmac
import re
from datetime import datetime
from hashlib import sha256

from frontdesk.core.channel import Channel
from frontdesk.core.exchange import Request

SIGNATURE = "x-slack-signature"
TIMESTAMP = "x-slack-request-timestamp"
SECONDS = re.compile("[0-9]{1,12}")
WINDOW = 300


def verify(request: Request, channel: Channel, now: datetime) -> bool:
    """Compare the v0 signature in constant time, within five minutes of `now`; an app without a secret trusts nobody."""
    secret = channel.credentials.get("signing_secret", "")
    sent_at = asked_at(request)
    if request.method != "POST" or not secret or sent_at is None or abs(now.timestamp() - sent_at) > WINDOW:
        return False
    signed = b"v0:" + request.headers[TIMESTAMP].encode() + b":" + request.body
    expected = b"v0=" + hmac.new(_raw(secret), signed, sha256).hexdigest().encode()
    return hmac.compare_digest(expected, _raw(request.headers.get(SIGNATURE, "")))


def asked_at(request: Request) -> int | None:
    """Return when Slack sent a request, in Unix seconds; None where the header is no plain decimal number."""
    given = request.headers.get(TIMESTAMP, "")
    return int(given) if SECONDS.fullmatch(given) else None


def _raw(text: str) -> bytes:
    """Encode any header value: compare_digest refuses str beyond ASCII."""
    return text.encode("utf-8", "surrogatepass")
