"""Sending: one signed POST for each message, to the address the channel was given."""

import base64
import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from frontdesk.channels.custom.answers import accepted
from frontdesk.channels.custom.signature import key_of, signed_headers
from frontdesk.core.channel import Channel
from frontdesk.core.content import Button, Content, Outbound, OutboundMedia
from frontdesk.core.exchange import Exchange, Request
from frontdesk.errors import OperatorNeeded

AS_THEY_ARE = ("text", "list_title", "place", "target", "emoji", "reply_to", "silent", "only_for", "asks_for")


def send(message: Outbound, channel: Channel) -> Exchange[str]:
    """Post the message and return the `id` of the answer, else our key.

    The key is the `webhook-id`, and the same whenever a message is sent again: the other side tells repeats by it.
    """
    response = yield posted(channel, message.key, body_of(message, channel))
    return accepted(response) or message.key


def posted(channel: Channel, key: str, body: Mapping[str, Any]) -> Request:
    """Return a signed request; OperatorNeeded where the channel has no address, or no secret to sign with."""
    if not channel.api_base:
        raise OperatorNeeded("the channel has no address to post to: give it one as api_base")
    if not key_of(channel):
        raise OperatorNeeded(
            "the channel has no secret it could sign with: give it whsec_ and base64, or any other text"
        )
    encoded = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
    headers = signed_headers(channel, key, encoded, datetime.now(UTC))
    return Request("POST", channel.api_base, {"content-type": "application/json", **headers}, encoded)


def body_of(message: Outbound, channel: Channel) -> dict[str, Any]:
    """Return the message as JSON; what is empty is left out."""
    about = {"channel": str(channel.id), "conversation": message.conversation, "thread": message.thread}
    return _present({"id": message.key, "type": message.content.type, **about, **_content(message.content)})


def _content(content: Content) -> dict[str, Any]:
    fields = asdict(content)
    return {
        **{key: _present(fields[key]) if isinstance(fields[key], dict) else fields[key] for key in AS_THEY_ARE},
        "format": "html" if content.format == "html" and content.text else None,
        "buttons": [_button(button) for button in content.buttons],
        "rows": [_present(asdict(row)) for row in content.rows],
        "keyboard": list(content.keyboard),
        "remove_keyboard": content.remove_keyboard,
        "media": [_file(file) for file in content.media],
        "contacts": [_present({"name": card.name, "phones": list(card.phones)}) for card in content.contacts],
        "link_preview": None if content.link_preview else False,
    }


def _button(button: Button) -> dict[str, Any]:
    if button.url is not None:
        return {"title": button.title, "url": button.url}
    return {"title": button.title, "payload": button.answer}


def _file(file: OutboundMedia) -> dict[str, Any]:
    """Return a file by its address, or with its bytes in base64."""
    data = base64.b64encode(file.data).decode() if file.data is not None else None
    where = {"data": data} if data is not None else {"url": file.url or file.ref}
    return _present({"type": file.type, **where, "mime": file.mime, "filename": file.filename})


def _present(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out what says nothing; false and zero say something where they are not the usual."""
    usual = {"silent": False, "remove_keyboard": False}
    return {
        key: value
        for key, value in fields.items()
        if value not in (None, [], {}) and not (key in usual and value is usual[key])
    }
