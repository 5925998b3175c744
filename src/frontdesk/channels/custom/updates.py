"""What is posted to us, as events: one object, or several under `events`."""

from typing import Any, get_args

from frontdesk.channels.custom.messages import read_message
from frontdesk.channels.custom.origins import origin_of
from frontdesk.channels.custom.payloads import Fields, moment, name, part, words
from frontdesk.core.channel import Channel
from frontdesk.core.exchange import Request
from frontdesk.core.message import Event, Happening, Ignored, Reaction, Status, StatusName
from frontdesk.core.pieces import with_piece

STATUSES: tuple[StatusName, ...] = get_args(StatusName)
HAPPENINGS = frozenset(
    {"edited", "deleted", "blocked", "unblocked", "bot_added", "bot_removed", "conversation_started"}
)
LONGEST_TITLE = 200
ABOUT_A_MESSAGE = frozenset({"edited", "deleted"})


def parse(request: Request, channel: Channel) -> list[Event]:
    """Return the events of the body, in order; only MalformedPayload is raised, for a body that is no JSON.

    What is JSON and not understood is Ignored, so that one bad event of several holds none of the others back.
    """
    body = request.json()
    if isinstance(body, dict) and isinstance(body.get("events"), list):
        return [with_piece(_read(each), each) for each in body["events"]] or [Ignored(reason="empty")]
    return [_read(body)]


def _read(fields: Any) -> Event:
    if not isinstance(fields, dict):
        return _malformed("an event is a JSON object")
    match fields.get("type", "text"):
        case "reaction":
            return _reaction(fields)
        case "status":
            return _status(fields)
        case str(kind) if kind in HAPPENINGS:
            return _happening(fields, kind)
        case str(kind):
            return read_message(fields, kind)
        case _:
            return _malformed("type is a word such as text")


def _reaction(fields: Fields) -> Event:
    origin, target, action = origin_of(fields), name(fields, "target"), fields.get("action", "add")
    if origin is None or target is None or action not in ("add", "remove"):
        return _malformed("a reaction needs a conversation or sender, a target, and an action add or remove")
    return Reaction(
        target=target,
        action=action,
        emoji=(words(fields, "emoji") or "")[:64] or None,
        origin=origin,
        external_id=name(fields, "id"),
        timestamp=moment(fields, "timestamp"),
    )


def _status(fields: Fields) -> Event:
    target, error = name(fields, "target"), part(fields, "error")
    status = next((each for each in STATUSES if each == fields.get("status")), None)
    if target is None or status is None:
        return _malformed(f"a status needs a target and a status out of {', '.join(STATUSES)}")
    return Status(
        external_id=target,
        status=status,
        recipient=name(fields, "conversation"),
        timestamp=moment(fields, "timestamp"),
        error_code=name(error, "code"),
        error_title=(words(error, "title") or "")[:LONGEST_TITLE] or None,
    )


def _happening(fields: Fields, kind: str) -> Event:
    origin, target = origin_of(fields), name(fields, "target")
    if origin is None or (target is None and kind in ABOUT_A_MESSAGE):
        return _malformed(f"{kind} needs a conversation or sender, and a target where it is about a message")
    return Happening(
        event=kind,
        origin=origin,
        external_id=name(fields, "id"),
        timestamp=moment(fields, "timestamp"),
        target=target,
        text=words(fields, "text"),
    )


def _malformed(detail: str) -> Ignored:
    return Ignored(reason="malformed", detail=detail)
