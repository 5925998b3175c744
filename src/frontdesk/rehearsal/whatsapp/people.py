"""People who write to a number, as Meta posts what they do."""

import time
from typing import Any

from frontdesk.channels.whatsapp.signature import HEADER, signature
from frontdesk.core.channel import Channel
from frontdesk.core.exchange import Request
from frontdesk.rehearsal.people import Seen

FIRST = 77_010_000_001
"""The number of person 0."""


def person(index: int) -> str:
    """Return the number, which is the conversation, too."""
    return str(FIRST + index)


def external_id(channel: Channel, person: str, number: int) -> str:
    """Return the wamid of a person's message."""
    return f"wamid.{person}.{number}"


def says(channel: Channel, person: str, number: int, text: str) -> Request:
    """Write a text."""
    return _message(channel, person, number, "text", {"body": text})


def presses(channel: Channel, person: str, number: int, seen: Seen, choice: int) -> Request:
    """Press a button, choose a row, or press the quick reply of a template."""
    title, payload = seen.choices[choice]
    context = {"context": {"from": channel.secret("phone_number_id"), "id": seen.external_id}}
    if seen.type == "template":
        return _message(channel, person, number, "button", {"text": title, "payload": payload}, context)
    kind = "list_reply" if len(seen.choices) > 3 else "button_reply"
    reply = {"type": kind, kind: {"id": payload, "title": title}}
    return _message(channel, person, number, "interactive", reply, context)


def sends_image(channel: Channel, person: str, number: int, ref: str, caption: str | None) -> Request:
    """Send a picture the stub holds as file `ref`."""
    image = {"id": ref, "mime_type": "image/jpeg", **({"caption": caption} if caption else {})}
    return _message(channel, person, number, "image", image)


def reacts(channel: Channel, person: str, number: int, target: str, emoji: str) -> Request:
    """Put an emoji on a message of ours."""
    return _message(channel, person, number, "reaction", {"message_id": target, "emoji": emoji})


def edits(channel: Channel, person: str, number: int, text: str) -> Request:
    """Change the words of message `number`; the change has an id of its own."""
    change = {
        "original_message_id": external_id(channel, person, number),
        "message": {"type": "text", "text": {"body": text}},
    }
    return _message(channel, person, number, "edit", change, {"id": f"{external_id(channel, person, number)}.edit"})


def _message(
    channel: Channel, person: str, number: int, kind: str, content: dict[str, Any], more: dict[str, Any] | None = None
) -> Request:
    message = {
        "from": person,
        "id": external_id(channel, person, number),
        "timestamp": str(int(time.time())),
        "type": kind,
        kind: content,
        **(more or {}),
    }
    contact = {"profile": {"name": "Ada"}, "wa_id": person}
    return _posted(channel, {"contacts": [contact], "messages": [message]})


def _posted(channel: Channel, value: dict[str, Any]) -> Request:
    """Sign a change for the channel's number."""
    phone = channel.secret("phone_number_id")
    metadata = {"display_phone_number": phone, "phone_number_id": phone}
    change = {"field": "messages", "value": {"messaging_product": "whatsapp", "metadata": metadata, **value}}
    document = {"object": "whatsapp_business_account", "entry": [{"id": "1", "changes": [change]}]}
    request = Request.post_json("", document)
    signed = signature(channel.secret("app_secret"), request.body).decode()
    return Request("POST", "", {**request.headers, HEADER: signed}, request.body)
