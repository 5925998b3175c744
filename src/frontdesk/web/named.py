"""A name for what a visitor's page gave none: the same words are said twice once something was said between."""

import hashlib
import json
from dataclasses import replace
from datetime import timedelta
from uuid import uuid5

from frontdesk.channels.web.inbound import is_id
from frontdesk.channels.web.session import Visitor
from frontdesk.core import clock
from frontdesk.core.channel import Channel
from frontdesk.core.exchange import Request
from frontdesk.errors import DatabaseUnavailable
from frontdesk.store import messages
from frontdesk.web.auth import InTenant

REPEATED_WITHIN = timedelta(minutes=1)
"""How soon the same body, with nothing said to the visitor since, is taken for the same message posted again."""


async def named(request: Request, channel: Channel, who: Visitor, transactions: InTenant) -> Request:
    """Return the request with an id in its body: the page's own, its `Idempotency-Key`, or one made here."""
    body = request.json()
    if not isinstance(body, dict) or is_id(body.get("id")):
        return request
    key = request.headers.get("idempotency-key")
    given = key if is_id(key) else await _made(request, channel, who, transactions)
    return replace(request, body=json.dumps({**body, "id": given}).encode())


async def _made(request: Request, channel: Channel, who: Visitor, transactions: InTenant) -> str:
    now = clock.now()
    try:
        async with transactions(durable=False) as tx:
            after = str(await messages.latest_anchor(tx, channel.id, who.id, now - REPEATED_WITHIN))
    except DatabaseUnavailable:
        after = f"{now:%Y-%m-%dT%H:%M}"  # what was said is not to be known now
    return str(uuid5(channel.id, f"{who.id}/{after}/{hashlib.sha256(request.body).hexdigest()}"))
