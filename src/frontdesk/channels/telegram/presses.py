"""Presses of inline buttons."""

from frontdesk.channels.telegram.origins import message_identity, origin, topic
from frontdesk.channels.telegram.payloads import Fields, part, words
from frontdesk.core.message import Event, Ignored, Message, Press


def read_press(query: Fields) -> list[Event]:
    """Return a press as a message; one that says nothing is ignored, with the press still to acknowledge.

    The payload is what we gave the button, or `~<index>` where that was too long for Telegram. There is no time of the
    press: `message.date` is that of the message with the buttons.
    """
    query_id = words(query, "id")
    if query_id is None:
        return [Ignored(reason="malformed", detail="a callback query without an id")]
    payload = words(query, "data") or words(query, "game_short_name")
    below = part(query, "message")
    press = Message(
        type="button_reply",
        external_id=query_id,
        origin=origin(part(below, "chat"), part(query, "from"), thread=topic(below)),
        text=_title(below, payload),
        reply_to=message_identity(below),
        press=Press(payload=payload) if payload is not None else None,
    )
    if payload is None:
        return [Ignored(reason="unsupported", detail="a press without data", press=press)]
    return [press]


def _title(message: Fields, payload: str | None) -> str | None:
    """Find what the pressed button says; an inaccessible message no longer shows its buttons."""
    rows = part(message, "reply_markup").get("inline_keyboard")
    for row in rows if isinstance(rows, list) else []:
        for button in row if isinstance(row, list) else []:
            if isinstance(button, dict) and payload is not None and words(button, "callback_data") == payload:
                return words(button, "text")
    return None
