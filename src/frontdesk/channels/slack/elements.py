"""What people chose or typed: the elements of Block Kit and of old attachments, one reader for all."""

from dataclasses import dataclass
from typing import Any

from frontdesk.channels.slack.payloads import Fields, part, parts, several, whole, words
from frontdesk.channels.slack.texts import said
from frontdesk.core.message import MessageType

ONE = ("selected_user", "selected_channel", "selected_conversation", "selected_date", "selected_time")
MANY = ("selected_users", "selected_channels", "selected_conversations")
TYPED = frozenset({"plain_text_input", "email_text_input", "url_text_input", "number_input", "rich_text_input"})


@dataclass(frozen=True, slots=True)
class Chosen:
    """An answer: its value, or several; what it says on the screen; the lines below that."""

    values: tuple[str, ...]
    several: bool = False
    text: str | None = None
    description: str | None = None


def type_of(action: Fields) -> MessageType:
    """Return what an action is to us: a press, a choice from a list, or typed words."""
    kind = action.get("type")
    if kind == "button":
        return "button_reply"
    return "text" if isinstance(kind, str) and kind in TYPED else "list_reply"


def chosen(action: Fields) -> Chosen | None:
    """Return what an element holds; None where nothing was chosen or typed."""
    if "selected_option" in action:
        option = part(action, "selected_option")
        return _option(option) if option else None
    if "selected_options" in action:
        return _options(parts(action, "selected_options"))
    for key in ONE:
        if (value := words(action, key)) is not None:
            return Chosen((value,), text=value)
    if (seconds := whole(action, "selected_date_time")) is not None:
        return Chosen((str(seconds),), text=str(seconds))
    for key in MANY:
        if names := several(action, key):
            return Chosen(tuple(names), several=True, text=", ".join(names))
    return _typed(action)


def _typed(action: Fields) -> Chosen | None:
    if (value := words(action, "value")) is not None:
        return Chosen((value,), text=value)
    if rich := part(action, "rich_text_value"):
        text = said({"blocks": [rich]})
        return Chosen((text,), text=text) if text else None
    files = tuple(name for file in parts(action, "files") if (name := words(file, "id")))
    return Chosen(files, several=True) if files else None


def form_of(values: Fields) -> dict[str, Any]:
    """Return a submitted view's fields as `block_id.action_id`; those left empty are missing."""
    form: dict[str, Any] = {}
    for block in values:
        for action, element in part(values, block).items():
            if isinstance(element, dict) and (answer := chosen(element)):
                key = words({"key": f"{block}.{action}"}, "key") or ""
                form[key] = list(answer.values) if answer.several else answer.values[0]
    return form


def _option(option: Fields) -> Chosen | None:
    value, text = words(option, "value"), words(part(option, "text"), "text")
    if value is None and text is None:
        return None
    description = words(part(option, "description"), "text")
    return Chosen((value if value is not None else text or "",), text=text, description=description)


def _options(options: list[Fields]) -> Chosen | None:
    answers = [answer for option in options if (answer := _option(option))]
    if not answers:
        return None
    texts = ", ".join(answer.text for answer in answers if answer.text)
    return Chosen(tuple(answer.values[0] for answer in answers), several=True, text=texts or None)
