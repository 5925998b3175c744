"""Secrets: credentials sealed for storage, tokens made, hashed and signed."""

import base64
import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from frontdesk.errors import ConfigurationError


class Seal:
    """Seals values with the first secret key and opens them with any: add a new key in front to rotate."""

    def __init__(self, keys: Sequence[str]) -> None:
        self._keys = tuple(keys)
        self._fernet = MultiFernet([Fernet(base64.urlsafe_b64encode(derive(key, "seal"))) for key in keys])

    def close(self, values: Mapping[str, str]) -> bytes:
        return self._fernet.encrypt(json.dumps(dict(values)).encode())

    def open(self, sealed: bytes) -> dict[str, str]:
        """Return what was sealed; ConfigurationError where none of our keys made it."""
        try:
            return dict(json.loads(self._fernet.decrypt(sealed)))
        except InvalidToken:
            raise ConfigurationError(
                "credentials were sealed with a key that is not in FRONTDESK_SECRET_KEYS: add the old key at the end of the list"
            ) from None

    def derived(self, purpose: str) -> str:
        """Return a password for `purpose`, the same as long as the first key is."""
        return derive(self._keys[0], purpose).hex()

    def signing_keys(self) -> list[bytes]:
        return [derive(key, "sign") for key in self._keys]


def derive(key: str, purpose: str) -> bytes:
    """Return 32 bytes that only holders of `key` can make, different for each purpose."""
    return hmac.new(key.encode(), b"frontdesk:" + purpose.encode(), hashlib.sha256).digest()


def new_token(prefix: str = "") -> str:
    """Return 192 random bits as text fit for a path."""
    return prefix + secrets.token_urlsafe(24).replace("-", "a").replace("_", "b")


def digest(token: str) -> bytes:
    """Return the hash a token is stored and looked up by; tokens are random, so no salt or slow hash is needed."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()


def sign(claims: Mapping[str, Any], key: bytes) -> str:
    """Return `claims` as a token that only holders of `key` can make. `exp`, seconds since 1970, ends its life."""
    body = _encode(json.dumps(dict(claims), separators=(",", ":")).encode())
    return f"{body}.{_encode(hmac.new(key, body.encode(), hashlib.sha256).digest())}"


def verified(token: str, keys: Sequence[bytes], now: datetime) -> dict[str, Any] | None:
    """Return a token's claims, or None where it is forged, broken or past its end; never raises."""
    body, _, signature = token.partition(".")
    given = signature.encode("utf-8", "replace")
    good = [_encode(hmac.new(key, body.encode("utf-8", "replace"), hashlib.sha256).digest()).encode() for key in keys]
    if not any(hmac.compare_digest(given, wanted) for wanted in good):
        return None
    claims = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    return claims if claims.get("exp", 0) > now.timestamp() else None


def _encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
