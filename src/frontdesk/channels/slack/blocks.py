"""Buttons, lists and pictures as Block Kit, within its limits."""

from collections.abc import Sequence
from typing import Any

from frontdesk.channels.slack.interactions import OPENS_LINK
from frontdesk.channels.slack.markup import mrkdwn, split
from frontdesk.core.choosing import MARK, short_key
from frontdesk.core.content import Button, Content, Row
from frontdesk.core.formatting import plain
from frontdesk.errors import DeliveryRejected

Block = dict[str, Any]

SECTION = 3000
IN_A_BLOCK = 25
BUTTON_VALUE = 2000
OPTIONS = 100
OPTION_VALUE = 150
LABEL = 75
PLACEHOLDER = 150
ALT_TEXT = 2000
LONGEST_URL = 3000
MOST_MARKED = 6000
MOST_CHARACTERS = 12_000  # Slack refuses about 13,000 in all the blocks of a message
BUTTONS = "choice:"
LIST = "list:"


def blocks_of(content: Content) -> list[Block]:
    """Return the blocks of a message: a picture by its address, words, a list, buttons; none where words are all."""
    pictured = content.type == "image" and bool(content.media)
    if not (pictured or content.buttons or content.rows):
        return []
    picture = [_picture(content)] if pictured else []
    said = _sections(content)
    return [*picture, *said, *_lists(content, sum(len(block["text"]["text"]) for block in said)), *_buttons(content)]


def _picture(content: Content) -> Block:
    media = content.media[0]
    alt = _cut(content.text or media.filename or "image", ALT_TEXT)
    return {"type": "image", "image_url": media.url, "alt_text": alt}


def _sections(content: Content) -> list[Block]:
    """Return the words; where escaping them would take up the room of all else, as plain text, which needs none."""
    marked = split(mrkdwn(content), SECTION)
    if sum(map(len, marked)) <= MOST_MARKED:
        return [_section("mrkdwn", text) for text in marked]
    words = plain(content.text or "") if content.format == "html" else content.text or ""
    return [_section("plain_text", text) for text in split(words, SECTION)]


def _section(kind: str, text: str) -> Block:
    return {"type": "section", "text": {"type": kind, "text": text}}


def _buttons(content: Content) -> list[Block]:
    elements = [_button(button, index) for index, button in enumerate(content.buttons, len(content.rows))]
    return [
        {"type": "actions", "elements": elements[start : start + IN_A_BLOCK]}
        for start in range(0, len(elements), IN_A_BLOCK)
    ]


def _button(button: Button, index: int) -> Block:
    label = {"type": "button", "text": _plain(button.title, LABEL)}
    if button.url is None:
        value = short_key(button.answer, index, BUTTON_VALUE)
        return {**label, "action_id": f"{BUTTONS}{index}", "value": value}
    if len(button.url) > LONGEST_URL:
        raise DeliveryRejected(f"the address of a Slack button ends at {LONGEST_URL} characters: shorten it")
    return {**label, "action_id": f"{OPENS_LINK}{index}", "url": button.url}


def _lists(content: Content, used: int) -> list[Block]:
    """Return rows as lists to choose from.

    Where a message would grow too long, its values travel as short keys, and then its descriptions stay behind.
    """
    for short, described in ((False, True), (True, True), (True, False)):
        options = [_option(row, index, short, described) for index, row in enumerate(content.rows)]
        if used + sum(_weight(option) for option in options) <= MOST_CHARACTERS:
            break
    return [
        {"type": "actions", "elements": [_select(content.list_title, options[start : start + OPTIONS], start)]}
        for start in range(0, len(options), OPTIONS)
    ]


def _select(title: str | None, options: Sequence[Block], start: int) -> Block:
    return {
        "type": "static_select",
        "action_id": f"{LIST}{start}",
        "placeholder": _plain(title or "…", PLACEHOLDER),
        "options": list(options),
    }


def _option(row: Row, index: int, short: bool, described: bool) -> Block:
    value = f"{MARK}{index}" if short else short_key(row.payload, index, OPTION_VALUE)
    option: Block = {"text": _plain(row.title, LABEL), "value": value}
    if row.description and described:
        option["description"] = _plain(row.description, LABEL)
    return option


def _weight(option: Block) -> int:
    described = option.get("description", {}).get("text", "")
    return len(option["text"]["text"]) + len(option["value"]) + len(described)


def _plain(text: str, limit: int) -> Block:
    return {"type": "plain_text", "text": _cut(text.strip() or "…", limit), "emoji": False}


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else f"{text[: limit - 1]}…"
