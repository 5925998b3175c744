"""What Telegram refuses about the keyboards below a message."""

from typing import Any
from urllib.parse import urlsplit

from frontdesk.rehearsal.telegram.refusal import Refusal, require

MOST_BUTTONS = 100
MOST_IN_A_ROW = 8
CALLBACK_BYTES = 64
KINDS = ("inline_keyboard", "keyboard", "remove_keyboard", "force_reply")
ACTIONS = ("callback_data", "url", "web_app", "login_url", "switch_inline_query", "copy_text", "pay")
PRIVATE = {
    "request_contact": "phone number can be requested in private chats only",
    "request_location": "location can be requested in private chats only",
}


def check_markup(markup: object, *, private: bool) -> None:
    """Refuse a `reply_markup` that is not exactly one keyboard within the limits."""
    if not isinstance(markup, dict):
        raise Refusal("object expected as reply markup")
    kinds = [kind for kind in KINDS if kind in markup]
    require(len(kinds) == 1, "can't parse reply keyboard markup JSON object")
    if "inline_keyboard" in markup:
        for button in _buttons(markup["inline_keyboard"]):
            _check_inline(button)
    elif "keyboard" in markup:
        for button in _buttons(markup["keyboard"]):
            _check_key(button, private)


def _buttons(rows: object) -> list[Any]:
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise Refusal("can't parse keyboard: field must be of type Array of Array")
    require(all(len(row) <= MOST_IN_A_ROW for row in rows), "BUTTON_ROW_TOO_LONG")
    buttons = [button for row in rows for button in row]
    require(len(buttons) <= MOST_BUTTONS, "reply markup is too long")
    return buttons


def _check_inline(button: object) -> None:
    if not isinstance(button, dict):
        raise Refusal("can't parse inline keyboard button: expected an Object")
    _check_title(button.get("text"))
    actions = [action for action in ACTIONS if action in button]
    require(actions, "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
    require(len(actions) == 1, "can't parse inline keyboard button: exactly one action is allowed")
    if "callback_data" in button:
        _check_callback(button["callback_data"])
    if "url" in button:
        _check_url(button["url"])


def _check_title(text: object) -> None:
    require(isinstance(text, str) and text.strip(), 'can\'t parse keyboard button: Field "text" must be non-empty')


def _check_callback(data: object) -> None:
    require(isinstance(data, str) and 0 < len(data.encode()) <= CALLBACK_BYTES, "BUTTON_DATA_INVALID")


def _check_url(url: object) -> None:
    parts = urlsplit(str(url))
    good = parts.scheme == "tg" or (parts.scheme in ("http", "https", "") and "." in (parts.hostname or parts.path))
    require(good, f"inline keyboard button URL '{url}' is invalid: Wrong HTTP URL")


def _check_key(button: object, private: bool) -> None:
    if isinstance(button, str):
        return _check_title(button)
    if not isinstance(button, dict):
        raise Refusal("can't parse keyboard button: expected an Object or a String")
    _check_title(button.get("text"))
    for name, description in PRIVATE.items():
        require(private or not button.get(name), description)
    return None
