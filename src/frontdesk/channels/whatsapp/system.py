"""System messages: a contact changed the number, the BSUID, the keys of the phone, or what they want to get."""

from typing import Any

from frontdesk.channels.whatsapp.origins import Desk, speaker
from frontdesk.channels.whatsapp.payloads import UNSTORABLE, Fields, moment, name, part
from frontdesk.core.message import Event, Happening, Ignored

PREFERENCES = {"stop": "marketing_opt_out", "resume": "marketing_opt_in", "signup": "marketing_opt_in"}


def read_system(message: Fields, external_id: str, at: Desk) -> Event:
    """Return what a system message tells, by its type: its `body` is prose that is not to be parsed."""
    system = part(message, "system")
    about = speaker(name(message, "from"), name(message, "from_user_id") or name(system, "previous_user_id"), at)
    event, detail = _told(system)
    if about is None:
        return Ignored(reason="malformed", detail="a system message about nobody")
    if event is None:
        return Ignored(reason="system", detail=_short(system.get("type")))
    return Happening(event=event, origin=about, external_id=external_id, timestamp=moment(message), detail=detail)


def _told(system: Fields) -> tuple[str | None, dict[str, Any]]:
    new_user_id = name(system, "user_id")
    match system.get("type"):
        case "user_changed_number" | "customer_changed_number":
            new = name(system, "wa_id") or name(system, "new_wa_id") or new_user_id
            return ("number_changed" if new else None), _present(new_sender=new, new_user_id=new_user_id)
        case "user_changed_user_id":
            return ("number_changed" if new_user_id else None), _present(new_sender=new_user_id)
        case "user_identity_changed" | "customer_identity_changed":
            return "identity_changed", {}
        case "user_preference_changed":
            return PREFERENCES.get(name(system, "marketing") or ""), {}
        case _:
            return None, {}


def _present(**detail: str | None) -> dict[str, Any]:
    return {key: value for key, value in detail.items() if value}


def _short(kind: object) -> str:
    return UNSTORABLE.sub("\ufffd", kind[:40]) if isinstance(kind, str) else "no type"
