"""Receipts: what became of messages we sent; and the errors Meta tells beside them."""

from typing import get_args

from frontdesk.channels.whatsapp.advice import remedy
from frontdesk.channels.whatsapp.origins import desk
from frontdesk.channels.whatsapp.payloads import Fields, items, moment, name, parts, storable, whole, words
from frontdesk.core.message import Event, Happening, Ignored, Origin, Status, StatusName
from frontdesk.core.pieces import pieced

NAMES: tuple[StatusName, ...] = get_args(StatusName)


def read_statuses(value: Fields) -> list[Event]:
    """Return every receipt, in the order they came: they repeat, and overtake each other."""
    at = desk(value)
    statuses = items(value, "statuses")
    if at is None:
        return [Ignored(reason="malformed", detail="statuses that don't say for which number")] if statuses else []
    return pieced([_read_status(status, at.account) for status in statuses], statuses)


def _read_status(status: object, account: str) -> Event:
    external_id = name(status, "id") if isinstance(status, dict) else None
    if not isinstance(status, dict) or external_id is None:
        return Ignored(reason="malformed", detail="a status without an id")
    stage = status.get("status")
    if stage not in NAMES:
        return Ignored(reason="unsupported", detail="a status of a new kind")
    code = whole(parts(status, "errors")[0], "code") if parts(status, "errors") else None
    return Status(
        external_id=external_id,
        status=stage,
        recipient=name(status, "recipient_id") or name(status, "recipient_user_id"),
        account=account,
        timestamp=moment(status),
        error_code=None if code is None else str(code),
        error_title=None if code is None else remedy(code),
        tracker=words(status, "biz_opaque_callback_data"),
    )


def read_errors(value: Fields) -> list[Event]:
    """Return what Meta complains of beside messages and statuses; 0 is a code, too."""
    at = desk(value)
    return [
        Happening(
            event="provider_error",
            origin=Origin(account=at.account if at else None),
            detail={
                "error_code": whole(error, "code"),
                "title": storable(error.get("title")),
                "advice": remedy(whole(error, "code")),
            },
        )
        for error in parts(value, "errors")
    ]
