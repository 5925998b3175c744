"""People who write to a bot in private, as Telegram posts their updates."""

import time
from typing import Any

from frontdesk.channels.telegram.signature import HEADER
from frontdesk.core.channel import Channel
from frontdesk.core.exchange import Request
from frontdesk.rehearsal.people import Seen

FIRST = 7_000_001
"""The chat of person 0: ids of people are positive."""


def person(index: int) -> str:
    """Return the chat's id, which in private is the person's."""
    return str(FIRST + index)


def external_id(channel: Channel, person: str, number: int) -> str:
    """Return chat and message; a press is named so, too, where Telegram would make up a number."""
    return f"{person}:{number}"


def says(channel: Channel, person: str, number: int, text: str) -> Request:
    """Write a text, with its command marked as Telegram's apps do."""
    command = text.split(maxsplit=1)[0] if text.startswith("/") else ""
    marked = [{"type": "bot_command", "offset": 0, "length": len(command)}] if len(command) > 1 else []
    return _update(channel, person, number, "message", {"text": text, **({"entities": marked} if marked else {})})


def presses(channel: Channel, person: str, number: int, seen: Seen, choice: int) -> Request:
    """Press an inline button under a message of ours."""
    _, payload = seen.choices[choice]
    keyboard = [[{"text": title, "callback_data": data}] for title, data in seen.choices]
    below = {
        "message_id": _message_id(seen.external_id),
        "date": int(time.time()),
        "chat": _chat(person),
        "text": seen.text or "",
        "reply_markup": {"inline_keyboard": keyboard},
    }
    query = {
        "id": external_id(channel, person, number),
        "from": _from(person),
        "message": below,
        "chat_instance": person,
        "data": payload,
    }
    return _posted(channel, person, number, {"callback_query": query})


def sends_image(channel: Channel, person: str, number: int, ref: str, caption: str | None) -> Request:
    """Send a photo in two sizes, of which the larger is the file `ref`."""
    sizes = [_size(f"{ref}-small", 90), _size(ref, 1280)]
    return _update(channel, person, number, "message", {"photo": sizes, **({"caption": caption} if caption else {})})


def reacts(channel: Channel, person: str, number: int, target: str, emoji: str) -> Request:
    """Put an emoji on a message of ours."""
    reaction = {
        "chat": _chat(person),
        "user": _from(person),
        "message_id": _message_id(target),
        "date": int(time.time()),
        "old_reaction": [],
        "new_reaction": [{"type": "emoji", "emoji": emoji}],
    }
    return _posted(channel, person, number, {"message_reaction": reaction})


def edits(channel: Channel, person: str, number: int, text: str) -> Request:
    """Change the words of message `number`."""
    changed = {"text": text, "edit_date": int(time.time())}
    return _update(channel, person, number, "edited_message", changed)


def _update(channel: Channel, person: str, number: int, kind: str, content: dict[str, Any]) -> Request:
    message = {"message_id": number, "date": int(time.time()), "chat": _chat(person), "from": _from(person), **content}
    return _posted(channel, person, number, {kind: message})


def _posted(channel: Channel, person: str, number: int, update: dict[str, Any]) -> Request:
    """Sign an update; its id differs between people."""
    update_id = int(person) % 1_000_000 * 1000 + number
    return Request.post_json("", {"update_id": update_id, **update}, {HEADER: channel.secret("secret_token")})


def _chat(person: str) -> dict[str, Any]:
    return {"id": int(person), "type": "private", "first_name": "Ada"}


def _from(person: str) -> dict[str, Any]:
    return {"id": int(person), "is_bot": False, "first_name": "Ada", "language_code": "en"}


def _size(file_id: str, width: int) -> dict[str, Any]:
    return {
        "file_id": file_id,
        "file_unique_id": f"u{file_id}",
        "width": width,
        "height": width,
        "file_size": width * 100,
    }


def _message_id(external: str) -> int:
    return int(external.rpartition(":")[2])
