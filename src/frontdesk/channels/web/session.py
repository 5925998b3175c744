"""A visitor's session: a signed token that says who writes, and nothing else."""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from frontdesk.core.channel import Channel
from frontdesk.core.exchange import Request
from frontdesk.core.sealing import sign, verified
from frontdesk.core.wording import storable
from frontdesk.errors import InvalidInput, SignatureInvalid

LIFE = timedelta(days=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """Whoever holds a session. Ids of signed-in users begin with `u-`, those of passers-by with `v-`."""

    id: str
    name: str | None = None


def open_session(channel: Channel, body: Mapping[str, Any], now: datetime) -> tuple[str, Visitor, datetime]:
    """Return a token, the visitor and the end of the session.

    A signed-in `user` needs the HMAC-SHA256 of its id under the channel's identity secret, in hex (SignatureInvalid
    otherwise). An earlier `session` of a passer-by is renewed: the visitor stays the same.
    """
    visitor = (
        _signed_in(channel, body.get("user"))
        or _renewed(channel, body.get("session"), now)
        or Visitor(id=f"v-{uuid4()}")
    )
    ends = now + LIFE
    claims = {"v": visitor.id, "n": visitor.name, "c": str(channel.id), "exp": int(ends.timestamp())}
    return sign(claims, _key(channel)), visitor, ends


def visitor_of(token: str, channel: Channel, now: datetime) -> Visitor | None:
    """Return who holds the token, or None where it is not of this channel, forged, or past its end."""
    claims = verified(token, [_key(channel)], now)
    if claims is None or claims.get("c") != str(channel.id):
        return None
    return Visitor(id=str(claims["v"]), name=claims.get("n"))


def verify(request: Request, channel: Channel, now: datetime) -> bool:
    """Say whether the request carries a session of this channel; never raises."""
    return visitor_of(bearer(request), channel, now) is not None


def bearer(request: Request) -> str:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def _signed_in(channel: Channel, user: object) -> Visitor | None:
    if user is None:
        return None
    if not isinstance(user, dict) or not isinstance(user.get("id"), str) or not 0 < len(user["id"]) <= 200:
        raise InvalidInput("user: give an id of 1 to 200 characters, and its hmac")
    secret = channel.secret("identity_secret").encode()
    wanted = hmac.new(secret, user["id"].encode("utf-8", "replace"), hashlib.sha256).hexdigest()
    if not hmac.compare_digest(wanted.encode(), str(user.get("hmac", "")).encode("utf-8", "replace")):
        raise SignatureInvalid(
            "user.hmac is not the HMAC-SHA256 of user.id under the channel's identity secret, in hex"
        )
    name = user.get("name")
    return Visitor(id=f"u-{storable(user['id'])}", name=storable(name)[:100] if isinstance(name, str) else None)


def _renewed(channel: Channel, token: object, now: datetime) -> Visitor | None:
    visitor = visitor_of(token, channel, now) if isinstance(token, str) else None
    return visitor if visitor and visitor.id.startswith("v-") else None


def _key(channel: Channel) -> bytes:
    return channel.secret("session_key").encode()
