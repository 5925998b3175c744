"""People of a custom channel: what their side posts to us, signed as the channel asks."""

import time
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from frontdesk.channels.custom.signature import signed_headers
from frontdesk.core.channel import Channel
from frontdesk.core.exchange import Request
from frontdesk.rehearsal.people import Seen


def person(index: int) -> str:
    """Return the id of a person, whose conversation has the same."""
    return f"person-{index}"


def external_id(channel: Channel, person: str, number: int) -> str:
    """Return the id their side gives a message."""
    return f"{person}/{number}"


def says(channel: Channel, person: str, number: int, text: str) -> Request:
    """Write a text."""
    return _posted(channel, person, number, {"type": "text", "text": text})


def presses(channel: Channel, person: str, number: int, seen: Seen, choice: int) -> Request:
    """Press a button, or write its number where there is none to press."""
    if choice >= len(seen.choices):
        return says(channel, person, number, str(choice + 1))
    title, payload = seen.choices[choice]
    press = {"type": "button_reply", "payload": payload, "text": title, "reply_to": seen.external_id}
    return _posted(channel, person, number, press if payload else {"type": "text", "text": title})


def sends_image(channel: Channel, person: str, number: int, ref: str, caption: str | None) -> Request:
    """Send a picture that lies at the stub."""
    file = {"url": f"{channel.api_base}/files/{quote(ref, safe='')}", "mime": "image/png", "filename": f"{ref}.png"}
    return _posted(channel, person, number, {"type": "image", "media": [file], "text": caption})


def reacts(channel: Channel, person: str, number: int, target: str, emoji: str) -> Request:
    """Put an emoji on a message of ours."""
    return _posted(channel, person, number, {"type": "reaction", "target": target, "emoji": emoji})


def edits(channel: Channel, person: str, number: int, text: str) -> Request:
    """Change the words of message `number`."""
    target = external_id(channel, person, number)
    event = {"type": "edited", "target": target, "text": text}
    return _posted(channel, person, number, event, f"{target}/{time.time_ns()}")


def _posted(channel: Channel, person: str, number: int, event: dict[str, Any], named: str | None = None) -> Request:
    own = named or external_id(channel, person, number)
    sender = {"id": person, "name": "Ada"}
    body = {"id": own, "conversation": person, "sender": sender, "timestamp": time.time(), **event}
    request = Request.post_json("", body)
    signed = signed_headers(channel, own, request.body, datetime.now(UTC))
    return Request("POST", "", {**request.headers, **signed}, request.body)
