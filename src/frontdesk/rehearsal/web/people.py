"""Visitors of a web chat, as their pages would post: signed-in users, so that a person is the same in every process.

The web chat has an endpoint of its own, so the requests bear its path.
"""

import hashlib
import hmac
from datetime import UTC, datetime
from typing import Any

from frontdesk.channels import web
from frontdesk.core.channel import Channel
from frontdesk.core.exchange import Request
from frontdesk.errors import InvalidInput
from frontdesk.rehearsal.people import Seen


def person(index: int) -> str:
    """Return the id of a signed-in user, as conversations name it."""
    return f"u-visitor-{index}"


def external_id(channel: Channel, person: str, number: int) -> str:
    """Return the id under which the page's message number is kept."""
    return f"{person}/m{number}"


def says(channel: Channel, person: str, number: int, text: str) -> Request:
    """Write a text."""
    return _posted(channel, person, {"id": f"m{number}", "text": text})


def presses(channel: Channel, person: str, number: int, seen: Seen, choice: int) -> Request:
    """Press a button, or choose a row."""
    _, payload = seen.choices[choice]
    return _posted(channel, person, {"id": f"m{number}", "type": "button_reply", "payload": payload})


def sends_image(channel: Channel, person: str, number: int, ref: str, caption: str | None) -> Request:
    """Send a picture this person uploaded before: `ref` is its media_ref."""
    words = {"text": caption} if caption else {}
    return _posted(channel, person, {"id": f"m{number}", "type": "image", "media_ref": ref, **words})


def reacts(channel: Channel, person: str, number: int, target: str, emoji: str) -> Request:
    """Put an emoji on a message."""
    return _posted(channel, person, {"type": "reaction", "target": target, "emoji": emoji})


def edits(channel: Channel, person: str, number: int, text: str) -> Request:
    """Refuse: nothing a visitor said can be changed."""
    raise InvalidInput("visitors of the web chat can't edit what they said")


def _posted(channel: Channel, person: str, body: dict[str, Any]) -> Request:
    path = f"/web/tenants/{channel.tenant}/channels/{channel.secret('path_token')}/messages"
    return Request.post_json(path, body, {"authorization": f"Bearer {session(channel, person)}"})


def session(channel: Channel, person: str) -> str:
    """Open a session as the site's own server would vouch for the user."""
    user = person.removeprefix("u-")
    vouched = hmac.new(channel.secret("identity_secret").encode(), user.encode(), hashlib.sha256).hexdigest()
    token, _, _ = web.open_session(channel, {"user": {"id": user, "hmac": vouched}}, datetime.now(UTC))
    return token
