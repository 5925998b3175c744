"""What people decided about us: whether they want marketing, and by which id we know them."""

from frontdesk.channels.whatsapp.origins import Desk, desk, speaker
from frontdesk.channels.whatsapp.payloads import Fields, items, moment, name, part, words
from frontdesk.channels.whatsapp.system import PREFERENCES
from frontdesk.core.message import Event, Happening, Ignored


def read_preferences(value: Fields) -> list[Event]:
    """Return who wants no more marketing, or wants it again."""
    at = desk(value)
    if at is None:
        return [Ignored(reason="malformed", detail="preferences that don't say for which number")]
    return [_preference(each, at) for each in items(value, "user_preferences")] or [Ignored(reason="empty")]


def _preference(preference: object, at: Desk) -> Event:
    if not isinstance(preference, dict):
        return Ignored(reason="malformed", detail="a preference that is no object")
    who = speaker(name(preference, "wa_id"), name(preference, "user_id"), at)
    event = PREFERENCES.get(words(preference, "value") or "")
    if who is None or event is None:
        return Ignored(reason="malformed" if who is None else "unsupported", detail="a preference of a new kind")
    said_at = name(preference, "timestamp")
    return Happening(
        event=event,
        origin=who,
        external_id=f"user_preferences:{who.sender}:{said_at}" if said_at else None,
        timestamp=moment(preference),
    )


def read_user_ids(value: Fields) -> list[Event]:
    """Return whose BSUID is a new one."""
    at = desk(value)
    if at is None:
        return [Ignored(reason="malformed", detail="user ids that don't say for which number")]
    return [_user_id(each, at) for each in items(value, "user_id_update")] or [Ignored(reason="empty")]


def _user_id(update: object, at: Desk) -> Event:
    if not isinstance(update, dict):
        return Ignored(reason="malformed", detail="a user id that is no object")
    ids = part(update, "user_id")
    new = name(ids, "current")
    who = speaker(name(ids, "previous"), None, at) or speaker(name(update, "wa_id"), None, at)
    if who is None or new is None:
        return Ignored(reason="malformed", detail="a new user id of nobody")
    return Happening(
        event="number_changed",
        origin=who,
        external_id=f"user_id_update:{who.sender}:{new}",
        timestamp=moment(update),
        detail={"new_sender": new},
    )
