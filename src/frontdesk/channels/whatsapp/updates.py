"""Meta's webhooks as events: one POST holds changes of several accounts, and each stands for itself."""

from collections.abc import Callable

from frontdesk.channels.whatsapp.accounts import read_account_event
from frontdesk.channels.whatsapp.calling import read_calls
from frontdesk.channels.whatsapp.inbound import read_messages
from frontdesk.channels.whatsapp.payloads import UNSTORABLE, Fields, items, part, words
from frontdesk.channels.whatsapp.preferences import read_preferences, read_user_ids
from frontdesk.channels.whatsapp.statuses import read_errors, read_statuses
from frontdesk.core.channel import Channel
from frontdesk.core.exchange import Request
from frontdesk.core.message import Event, Ignored
from frontdesk.core.pieces import with_piece

OBJECT = "whatsapp_business_account"
LEFT_ALONE = {
    "smb_message_echoes": "echo",  # the business wrote it itself, on its phone
    "history": "sync",
    "smb_app_state_sync": "sync",
}


def parse(request: Request, channel: Channel) -> list[Event]:
    """Return the events of every change, in order; only MalformedPayload is raised, for a body that is no JSON.

    What is JSON and not understood is Ignored: for any answer but 200 Meta sends the whole POST again, for up to 7 days.
    """
    if request.method == "GET":
        return [Ignored(reason="verification")]
    body = request.json()
    match body:
        case {"object": "whatsapp_business_account", "entry": list(entries)}:
            events = [event for entry in entries for event in _read_entry(entry, alone=len(entries) == 1)]
            return events or [Ignored(reason="empty", detail="a webhook without entries")]
        case {"object": str(other)} if other != OBJECT:
            return [Ignored(reason="unsupported", detail=f"object {_short(other)}")]
        case _:
            return [Ignored(reason="malformed", detail="no webhook of a WhatsApp business account")]


def _read_entry(entry: object, *, alone: bool) -> list[Event]:
    """Read an entry's changes; unless the body holds nothing else, each event keeps its change, or its part of it."""
    match entry:
        case {"changes": [change]} if isinstance(entry, dict) and alone:
            return _read_change(change, entry)
        case dict() if isinstance(entry.get("changes"), list):
            read = [(change, event) for change in entry["changes"] for event in _read_change(change, entry)]
            return [event if getattr(event, "piece", None) else with_piece(event, change) for change, event in read]
        case _:
            return [Ignored(reason="malformed", detail="an entry without changes")]


def _read_change(change: object, entry: Fields) -> list[Event]:
    match change:
        case {"field": str(field), "value": dict(value)}:
            return _read_field(field, value, entry)
        case {"field": str(field)} if field not in READERS:
            return [_unknown(field)]
        case _:
            return [Ignored(reason="malformed", detail="a change without field or value")]


def _read_field(field: str, value: Fields, entry: Fields) -> list[Event]:
    if reason := LEFT_ALONE.get(field):
        return [Ignored(reason=reason)]
    if reader := READERS.get(field):
        return reader(value)
    event = read_account_event(field, value, entry)
    return [event or _unknown(field)]


def _unknown(field: str) -> Ignored:
    return Ignored(reason="unsupported", detail=f"field {_short(field)}")


def _short(text: str) -> str:
    return UNSTORABLE.sub("\ufffd", text[:40])


def _read_conversation(value: Fields) -> list[Event]:
    """Read the field `messages`: what people said, what became of what we said, and what went wrong."""
    events = [*read_messages(value), *read_statuses(value), *read_errors(value)]
    if events:
        return events
    said = words(part(value, "metadata"), "phone_number_id") is None and any(items(value, key) for key in value)
    return [Ignored(reason="malformed" if said else "empty", detail="a change without messages, statuses or errors")]


READERS: dict[str, Callable[[Fields], list[Event]]] = {
    "messages": _read_conversation,
    "calls": read_calls,
    "user_preferences": read_preferences,
    "user_id_update": read_user_ids,
}
