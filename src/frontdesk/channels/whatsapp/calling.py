"""Calls: that somebody rang, and what became of it. Frontdesk takes none."""

from frontdesk.channels.whatsapp.origins import Desk, desk, speaker
from frontdesk.channels.whatsapp.payloads import Fields, items, moment, name, words
from frontdesk.core.message import Event, Happening, Ignored

FIRST = "connect"


def read_calls(value: Fields) -> list[Event]:
    """Return the calls of a change, and the stages of calls we made."""
    at = desk(value)
    if at is None:
        return [Ignored(reason="malformed", detail="calls that don't say for which number")]
    told = [*items(value, "calls"), *items(value, "statuses")]
    return [_call(call, at) for call in told] or [Ignored(reason="empty")]


def _call(call: object, at: Desk) -> Event:
    call_id = name(call, "id") if isinstance(call, dict) else None
    if not isinstance(call, dict) or call_id is None:
        return Ignored(reason="malformed", detail="a call without an id")
    ours = call.get("direction") == "BUSINESS_INITIATED"
    number = name(call, "to" if ours else "from") or name(call, "recipient_id")
    who = speaker(number, name(call, "from_user_id") or name(call, "recipient_user_id"), at)
    if who is None:
        return Ignored(reason="malformed", detail="a call of nobody")
    stage = words(call, "event") or words(call, "status") or FIRST
    return Happening(
        event="call",
        origin=who,
        external_id=call_id if stage == FIRST else f"{call_id}:{stage}",
        timestamp=moment(call),
        detail={"status": stage},
    )
