"""What people see of the calls a bot made."""

from collections.abc import Iterable
from typing import Any

from frontdesk.rehearsal.people import Seen
from frontdesk.rehearsal.telegram.stub import Call

TYPES = {
    "sendmessage": "text",
    "sendphoto": "image",
    "sendaudio": "audio",
    "sendvoice": "voice",
    "sendvideo": "video",
    "sendanimation": "animation",
    "senddocument": "document",
    "sendsticker": "sticker",
    "sendmediagroup": "album",
    "sendlocation": "location",
    "sendvenue": "location",
    "sendcontact": "contacts",
    "setmessagereaction": "reaction",
    "editmessagetext": "edit",
    "editmessagecaption": "edit",
    "deletemessage": "delete",
}


def seen(calls: Iterable[Call]) -> list[Seen]:
    """Return what became visible, in order."""
    return [_seen(call, TYPES[call.method.lower()]) for call in calls if call.method.lower() in TYPES]


def _seen(call: Call, kind: str) -> Seen:
    fields = call.fields
    target = f"{call.chat_id}:{fields.get('message_id')}" if call.message_id is None else None
    return Seen(
        at=call.at,
        account=call.token,
        conversation=str(call.chat_id),
        external_id=f"{call.chat_id}:{call.message_id}" if target is None else target,
        type=kind,
        text=call.text,
        choices=_choices(fields),
        place=(float(fields["latitude"]), float(fields["longitude"])) if "latitude" in fields else None,
        emoji=_emoji(fields),
        target=target,
    )


def _choices(fields: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    markup = fields.get("reply_markup")
    lines = markup.get("inline_keyboard", []) if isinstance(markup, dict) else []
    return tuple((button["text"], button.get("callback_data", "")) for line in lines for button in line)


def _emoji(fields: dict[str, Any]) -> str | None:
    reaction = fields.get("reaction")
    return reaction[0].get("emoji") if isinstance(reaction, list) and reaction else None
