"""Buttons and keyboards under a message: Telegram takes one `reply_markup` of one kind."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

from frontdesk.core.choosing import short_key
from frontdesk.core.content import Button, Content

T = TypeVar("T")
CALLBACK_BYTES = 64
MOST_IN_A_ROW = 8
ROW_WIDTH = 30  # characters a phone shows side by side; Telegram makes the buttons of a row equally wide
SHARE = {"contact": "request_contact", "location": "request_location"}
BARE_ASK = {"contact": "📱", "location": "📍"}


def reply_markup(content: Content, *, group: bool) -> dict[str, Any] | None:
    """Return what goes below the message: its own buttons before a keyboard, a keyboard before its removal."""
    if content.buttons or content.rows:
        return inline_keyboard(content)
    if content.keyboard or (content.asks_for and not group):
        return _keyboard(content, group=group)
    return {"remove_keyboard": True} if content.remove_keyboard else None


def inline_keyboard(content: Content) -> dict[str, Any]:
    """Lay out rows one below the other, then buttons side by side where their titles are short.

    What a press sends back is the payload, or `~<index>` where the payload is over 64 bytes, empty, or could be taken
    for such a key; the index counts the rows first and the buttons after them.
    """
    below = [
        [{"text": row.title, "callback_data": _callback(row.payload, index)}] for index, row in enumerate(content.rows)
    ]
    buttons = [_button(button, index) for index, button in enumerate(content.buttons, len(content.rows))]
    return {"inline_keyboard": below + _side_by_side(buttons, lambda button: button["text"])}


def _button(button: Button, index: int) -> dict[str, str]:
    if button.url is not None:
        return {"text": button.title, "url": button.url}
    return {"text": button.title, "callback_data": _callback(button.answer, index)}


def _callback(payload: str, index: int) -> str:
    return short_key(payload, index, CALLBACK_BYTES)


def _keyboard(content: Content, *, group: bool) -> dict[str, Any]:
    """Lay out one-tap answers; the first of them shares what is asked for, which Telegram allows in private only."""
    titles = content.keyboard or (BARE_ASK[content.asks_for or "contact"],)
    keys: list[dict[str, Any]] = [{"text": title} for title in titles]
    if content.asks_for and not group:
        keys[0][SHARE[content.asks_for]] = True
    layout = _side_by_side(keys, lambda key: str(key["text"]))
    return {"keyboard": layout, "resize_keyboard": True, "one_time_keyboard": True}


def _side_by_side(items: Iterable[T], title: Callable[[T], str]) -> list[list[T]]:
    lines: list[list[T]] = []
    for item in items:
        if lines and _fits([title(each) for each in [*lines[-1], item]]):
            lines[-1].append(item)
        else:
            lines.append([item])
    return lines


def _fits(titles: Sequence[str]) -> bool:
    return len(titles) <= MOST_IN_A_ROW and len(titles) * max(map(len, titles)) <= ROW_WIDTH
