"""Signatures of the Standard Webhooks scheme (https://www.standardwebhooks.com), for what we send."""

import base64
import binascii
import hashlib
import hmac
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime

from frontdesk.errors import InvalidInput

ID, TIMESTAMP, SIGNATURE = "webhook-id", "webhook-timestamp", "webhook-signature"
PREFIX = "whsec_"
SHORTEST, LONGEST = 24, 64
"""Bytes of a key, as the scheme has it."""


def new_secret() -> str:
    """Return a secret nobody has: 256 random bits, written as the scheme writes them."""
    return PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def key_of(secret: str) -> bytes:
    """Return the key a secret stands for; InvalidInput, which doesn't repeat it, where it stands for none."""
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if not secret.startswith(PREFIX) or not SHORTEST <= len(key) <= LONGEST:
        raise InvalidInput(f"a secret is written `{PREFIX}` and {SHORTEST} to {LONGEST} bytes in base64")
    return key


def signed_headers(keys: Sequence[bytes], event_id: str, body: bytes, now: datetime) -> Mapping[str, str]:
    """Return the headers that prove a request to be ours: one signature for each key, so that keys can be changed."""
    seconds = str(int(now.timestamp()))
    signatures = " ".join(signature(key, event_id, seconds, body) for key in keys)
    return {ID: event_id, TIMESTAMP: seconds, SIGNATURE: signatures}


def signature(key: bytes, event_id: str, seconds: str, body: bytes) -> str:
    """Sign id, time and body with HMAC-SHA256."""
    content = f"{event_id}.{seconds}.".encode() + body
    return f"v1,{base64.b64encode(hmac.digest(key, content, hashlib.sha256)).decode()}"
