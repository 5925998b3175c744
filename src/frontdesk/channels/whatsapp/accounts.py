"""What Meta tells about the business account itself: its standing, and its templates."""

from typing import Any

from frontdesk.channels.whatsapp.origins import desk
from frontdesk.channels.whatsapp.payloads import Fields, moment, name, words
from frontdesk.core.message import Event, Happening, Origin

FIELDS = {
    "message_template_status_update": ("template_status", "event"),
    "message_template_quality_update": ("template_quality", "new_quality_score"),
    "template_category_update": ("template_category", "new_category"),
    "account_update": ("account_update", "event"),
}
TOLD = {
    "template": "message_template_name",
    "language": "message_template_language",
    "reason": "reason",
    "before": "previous_quality_score",
    "category_before": "previous_category",
}


def read_account_event(field: str, value: Fields, entry: Fields) -> Event | None:
    """Return what happened to the account, None for a field that is about something else.

    Such changes name no number, only the business account (`waba`).
    """
    if field not in FIELDS:
        return None
    event, status = FIELDS[field]
    at = desk(value)
    waba, happened_at = name(entry, "id"), moment(entry, "time")
    detail: dict[str, Any] = {"waba": waba, "status": words(value, status)}
    detail |= {key: words(value, source) for key, source in TOLD.items()}
    told = {key: given for key, given in detail.items() if given}
    return Happening(
        event=event,
        origin=Origin(account=at.account if at else None),
        external_id=_identity(field, waba, told, entry),
        timestamp=happened_at,
        detail=told,
    )


def _identity(field: str, waba: str | None, told: dict[str, Any], entry: Fields) -> str | None:
    """Name the event, so that its second delivery is recognised; Meta gives it no id."""
    time = name(entry, "time")
    if time is None:
        return None
    return ":".join(
        [field, waba or "", time, told.get("template", ""), told.get("language", ""), told.get("status", "")]
    )
