"""Signatures of the Standard Webhooks scheme, the same in both directions."""

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Mapping
from datetime import datetime, timedelta

from frontdesk.core.channel import Channel
from frontdesk.core.exchange import Request

ID, TIMESTAMP, SIGNATURE = "webhook-id", "webhook-timestamp", "webhook-signature"
TOLERANCE = timedelta(minutes=5)
PREFIX = "whsec_"
SECONDS = re.compile("[0-9]{1,12}")


def verify(request: Request, channel: Channel, now: datetime) -> bool:
    """Say whether one of the request's signatures is ours and not older or newer than five minutes."""
    key = key_of(channel)
    key_id, seconds = request.headers.get(ID, ""), request.headers.get(TIMESTAMP, "")
    if not (key and key_id and SECONDS.fullmatch(seconds)):
        return False
    if abs(now.timestamp() - int(seconds)) > TOLERANCE.total_seconds():
        return False
    expected = signature(key, key_id, seconds, request.body).encode()
    given = request.headers.get(SIGNATURE, "").encode("utf-8", "surrogatepass").split()
    return any(hmac.compare_digest(each, expected) for each in given)


def signed_headers(channel: Channel, key_id: str, body: bytes, now: datetime) -> Mapping[str, str]:
    """Return the headers that prove a request to be ours."""
    seconds = str(int(now.timestamp()))
    return {ID: key_id, TIMESTAMP: seconds, SIGNATURE: signature(key_of(channel), key_id, seconds, body)}


def signature(key: bytes, key_id: str, seconds: str, body: bytes) -> str:
    """Sign id, time and body with HMAC-SHA256, as https://www.standardwebhooks.com asks."""
    content = f"{key_id}.{seconds}.".encode("utf-8", "surrogatepass") + body
    return f"v1,{base64.b64encode(hmac.digest(key, content, hashlib.sha256)).decode()}"


def key_of(channel: Channel) -> bytes:
    """Return the key: what stands in base64 after `whsec_`, or the bytes of a secret without that; empty: none."""
    secret = channel.credentials.get("secret", "")
    if not secret.startswith(PREFIX):
        return secret.encode()
    try:
        return base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError):
        return b""
