"""Messages with something to press: reply buttons, a list, one button that opens an address, a request for the place."""

from collections.abc import Iterable, Sequence
from typing import Any

from frontdesk.channels.whatsapp.markup import spoken, title
from frontdesk.channels.whatsapp.uploads import File
from frontdesk.core.choosing import MARK, short_key
from frontdesk.core.content import Button, Content, Row
from frontdesk.errors import DeliveryRejected

MOST_BUTTONS, BUTTON_TITLE, BUTTON_ID = 3, 20, 256
MOST_ROWS, ROW_TITLE, ROW_ID, ROW_DESCRIPTION = 10, 24, 200, 72
LIST_TITLE = 20
BODY = 1024
LIST_MARK = "☰"
NO_WORDS = "…"


def is_pressable(content: Content) -> bool:
    """Say whether there is something to press under the words."""
    return has_choices(content) or content.asks_for == "location"


def has_choices(content: Content) -> bool:
    return bool(content.buttons or content.rows or _keys(content))


def interactive(content: Content, header: File | None = None) -> dict[str, Any]:
    """Return the `interactive` object; DeliveryRejected where one message can't hold all there is to choose."""
    if content.rows and (content.buttons or header):
        raise DeliveryRejected("a WhatsApp list stands alone: send buttons and files with a message of their own")
    if _asks_for_the_place(content) and not header:
        return {"type": "location_request_message", "body": _body(content), "action": {"name": "send_location"}}
    if content.rows:
        return {"type": "list", "body": _body(content), "action": _list(content.rows, content.list_title)}
    buttons = content.buttons or tuple(Button(title=key) for key in _keys(content))
    if any(button.url is not None for button in buttons):
        return {"type": "cta_url", **_header(header), "body": _body(content), "action": _link(buttons)}
    return {"type": "button", **_header(header), "body": _body(content), "action": _replies(buttons)}


def listed(content: Content) -> str:
    """Return the choices as lines of text, for groups: WhatsApp shows buttons and lists only to one person."""
    lines = [f"• {row.title}" + (f" – {row.description}" if row.description else "") for row in content.rows]
    lines += [f"• {button.title}" + (f": {button.url}" if button.url else "") for button in content.buttons]
    return "\n".join(lines or [f"• {key}" for key in content.keyboard])


def _keys(content: Content) -> tuple[str, ...]:
    """Return one-tap answers, where they are few enough to be buttons; more of them are for typing."""
    few = 0 < len(content.keyboard) <= MOST_BUTTONS
    return content.keyboard if few and content.asks_for is None else ()


def _asks_for_the_place(content: Content) -> bool:
    """Say whether to show the button that shares the place: it stands alone, and for the one title that was to ask."""
    plain = all(button.payload is None and button.url is None for button in content.buttons)
    return content.asks_for == "location" and not content.rows and len(content.buttons) <= 1 and plain


def _body(content: Content) -> dict[str, str]:
    text = spoken(content, BODY).strip() or NO_WORDS
    if len(text) > BODY:
        raise DeliveryRejected(f"the text over buttons is {len(text)} characters: WhatsApp takes {BODY}")
    return {"text": text}


def _header(file: File | None) -> dict[str, Any]:
    return {"header": {"type": file.type, file.type: file.shown()}} if file else {}


def _replies(buttons: Sequence[Button]) -> dict[str, Any]:
    if len(buttons) > MOST_BUTTONS:
        raise DeliveryRejected(f"{len(buttons)} buttons: WhatsApp shows {MOST_BUTTONS} under a message")
    ids = _ids([button.answer for button in buttons], BUTTON_ID)
    titles = _titles([button.title for button in buttons], BUTTON_TITLE)
    return {
        "buttons": [
            {"type": "reply", "reply": {"id": key, "title": shown}} for key, shown in zip(ids, titles, strict=True)
        ]
    }


def _list(rows: Sequence[Row], label: str | None) -> dict[str, Any]:
    if len(rows) > MOST_ROWS:
        raise DeliveryRejected(f"{len(rows)} rows: a WhatsApp list holds {MOST_ROWS}")
    ids = _ids([row.payload for row in rows], ROW_ID)
    titles = _titles([row.title for row in rows], ROW_TITLE)
    shown = [{"id": key, "title": each} for key, each in zip(ids, titles, strict=True)]
    for line, row in zip(shown, rows, strict=True):
        if row.description:
            line["description"] = title(row.description, ROW_DESCRIPTION)
    return {"button": title(label or LIST_MARK, LIST_TITLE), "sections": [{"rows": shown}]}


def _link(buttons: Sequence[Button]) -> dict[str, Any]:
    button = buttons[0]
    if len(buttons) > 1 or not (button.url or "").startswith(("https://", "http://")):
        raise DeliveryRejected("a WhatsApp message shows one button that opens a web address, and no other beside it")
    return {"name": "cta_url", "parameters": {"display_text": title(button.title, BUTTON_TITLE), "url": button.url}}


def _ids(payloads: Sequence[str], most_bytes: int) -> list[str]:
    """Return what a press brings back; of two alike the second goes by its place, since ids have to differ."""
    ids: list[str] = []
    for index, payload in enumerate(payloads):
        key = short_key(payload, index, most_bytes)
        ids.append(f"{MARK}{index}" if key in ids else key)
    return ids


def _titles(texts: Iterable[str], most: int) -> list[str]:
    """Return titles that all differ: of two alike the second has its number behind it."""
    titles: list[str] = []
    for text in texts:
        shown, count = title(text, most), 2
        while shown in titles:
            mark = f" ({count})"
            shown, count = title(text, most - len(mark)) + mark, count + 1
        titles.append(shown)
    return titles
