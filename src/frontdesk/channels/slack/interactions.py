"""Interactivity: pressed buttons, chosen rows, submitted views, shortcuts."""

from collections.abc import Iterable
from typing import Any

from frontdesk.channels.slack.commands import good_until
from frontdesk.channels.slack.elements import chosen, form_of, type_of
from frontdesk.channels.slack.installations import (
    App,
    account_of_interaction,
    is_group,
    origin,
    our_app,
    thread_of,
)
from frontdesk.channels.slack.payloads import Fields, moment, part, parts, stamp, storable, words
from frontdesk.core.channel import Channel
from frontdesk.core.exchange import Request
from frontdesk.core.message import Event, Happening, Ignored, Message, Origin, Press

OPENS_LINK = "link:"
"""How the `action_id` of our buttons that open an address starts."""
SUGGESTIONS = frozenset({"block_suggestion", "dialog_suggestion"})
INTERACTIONS = SUGGESTIONS | {
    "block_actions",
    "dialog_cancellation",
    "dialog_submission",
    "interactive_message",
    "message_action",
    "shortcut",
    "view_closed",
    "view_submission",
}


def read_interaction(payload: Fields, request: Request, channel: Channel) -> list[Event]:
    """Return what a person did with something we showed; a body with several actions says as many things."""
    app = our_app(channel, payload)
    match payload.get("type"):
        case "block_actions" | "interactive_message":
            return _read_presses(payload, request, app)
        case "view_submission":
            view = part(payload, "view")
            form = form_of(part(part(view, "state"), "values"))
            return [_form(payload, app, words(view, "callback_id"), form, words(view, "private_metadata"))]
        case "dialog_submission":
            form = {storable(key): words({"value": text}, "value") for key, text in _items(payload, "submission")}
            given = {key: text for key, text in form.items() if text is not None}
            return [_form(payload, app, words(payload, "callback_id"), given, words(payload, "state"))]
        case "shortcut" | "message_action":
            return [_shortcut(payload, app)]
        case kind:
            return [Ignored(reason="unsupported", detail=str(kind))]


def _read_presses(payload: Fields, request: Request, app: App) -> list[Event]:
    actions = parts(payload, "actions")
    trigger = words(payload, "trigger_id")
    if not actions or trigger is None or words(part(payload, "user"), "id") is None:
        return [Ignored(reason="malformed", detail="a press without trigger, user or action")]
    names = [trigger] if len(actions) == 1 else [f"{trigger}:{index}" for index in range(len(actions))]
    return [_press(payload, action, name, request, app) for action, name in zip(actions, names, strict=True)]


def _press(payload: Fields, action: Fields, external_id: str, request: Request, app: App) -> Event:
    """Return one press. The text of blocks isn't escaped, unlike that of events."""
    action_id = words(action, "action_id") or words(action, "name")
    if action.get("type") == "button" and (action.get("url") or (action_id or "").startswith(OPENS_LINK)):
        return Ignored(reason="unsupported", detail="a link was opened")
    answer = chosen(action)
    values = answer.values if answer else (action_id or "",) if action.get("type") == "button" else ("",)
    address = words(payload, "response_url")
    return Message(
        type=type_of(action),
        external_id=external_id,
        origin=_below(payload, app),
        timestamp=moment(action, "action_ts") or moment(payload, "action_ts"),
        text=_title(payload, action, answer.text if answer else None),
        reply_to=_pressed(payload),
        press=Press(payload=",".join(values), action_id=action_id, description=answer.description if answer else None),
        answer_url=address,
        answer_by=good_until(request) if address else None,
    )


def _title(payload: Fields, action: Fields, chosen_text: str | None) -> str | None:
    """Find what the choice says on the screen; an old attachment's button doesn't tell, its message does."""
    if payload.get("type") == "interactive_message":
        shown = part(payload, "original_message")
        offered = (each for attachment in parts(shown, "attachments") for each in parts(attachment, "actions"))
        same = (each for each in offered if all(each.get(key) == action.get(key) for key in ("name", "value")))
        found = next(same, {}) if action.get("type") == "button" else {}
        return words(found, "text") or (chosen_text if action.get("type") != "button" else None)
    return words(part(action, "text"), "text") or chosen_text


def _pressed(payload: Fields) -> str | None:
    channel, ts = _channel(payload), _message_ts(payload)
    return f"{channel}:{ts}" if channel and ts else None


def _message_ts(payload: Fields) -> str | None:
    container = part(payload, "container")
    return (
        stamp(container, "message_ts") or stamp(payload, "message_ts") or stamp(part(payload, "message"), "ts") or None
    )


def _channel(payload: Fields) -> str | None:
    return words(part(payload, "channel"), "id") or words(part(payload, "container"), "channel_id")


def _below(payload: Fields, app: App) -> Origin:
    """Return where the message with the buttons stands; a press inside a view stands nowhere."""
    ts = _message_ts(payload)
    message, container = part(payload, "message"), part(payload, "container")
    shown = {"thread_ts": container.get("thread_ts") or message.get("thread_ts"), "ts": ts}
    return _origin(payload, app, _channel(payload), thread_of(shown))


def _origin(payload: Fields, app: App, channel: str | None = None, thread: str | None = None) -> Origin:
    user = part(payload, "user")
    return origin(
        account_of_interaction(payload, app),
        conversation=channel,
        thread=thread,
        group=is_group(channel),
        sender=words(user, "id"),
        sender_name=words(user, "name") or words(user, "username"),
    )


def _form(payload: Fields, app: App, callback: str | None, form: dict[str, Any], metadata: str | None) -> Event:
    if words(part(payload, "user"), "id") is None:
        return Ignored(reason="malformed", detail="a form nobody submitted")
    detail = {"callback_id": callback, "payload": form, "private_metadata": metadata}
    view = part(payload, "view")
    name = words(payload, "trigger_id") or words(view, "hash") or words(payload, "action_ts")
    return Happening(
        event="form_submitted",
        origin=_origin(payload, app, _channel(payload)),
        external_id=name,
        timestamp=moment(payload, "action_ts"),
        detail={key: value for key, value in detail.items() if value is not None},
    )


def _shortcut(payload: Fields, app: App) -> Event:
    """Return a shortcut, with the message it was used on where there is one."""
    if words(part(payload, "user"), "id") is None:
        return Ignored(reason="malformed", detail="a shortcut nobody used")
    callback = words(payload, "callback_id")
    return Happening(
        event="shortcut",
        origin=_origin(payload, app, _channel(payload), thread_of(part(payload, "message"))),
        external_id=words(payload, "trigger_id"),
        timestamp=moment(payload, "action_ts"),
        target=_pressed(payload),
        detail={"callback_id": callback} if callback else {},
    )


def _items(payload: Fields, key: str) -> Iterable[tuple[str, Any]]:
    return part(payload, key).items()
