"""What Slack refuses about blocks: shapes, lengths and counts of Block Kit."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from frontdesk.rehearsal.slack.refusal import Refusal, require

MOST_BLOCKS = 50
MOST_CHARACTERS = 13_200
INVALID = "invalid_blocks"


def check_blocks(blocks: object) -> None:
    """Refuse a list of blocks that Slack would refuse."""
    if not isinstance(blocks, list):
        raise Refusal("invalid_blocks_format")
    require(len(blocks) <= MOST_BLOCKS, INVALID, "no more than 50 items allowed [json-pointer:/blocks]")
    names: list[str] = []
    for number, block in enumerate(blocks):
        at = f"[json-pointer:/blocks/{number}]"
        require(isinstance(block, dict) and block.get("type") in RULES, INVALID, f"unsupported type {at}")
        require(len(str(block.get("block_id", ""))) <= 255, INVALID, f"block_id is too long {at}")
        RULES[block["type"]](block, at)
        names += [element.get("action_id") for element in block.get("elements", []) if "action_id" in element]
    require(len(set(names)) == len(names), INVALID, "`action_id` already exists")
    require(sum(_lengths(blocks)) <= MOST_CHARACTERS, "msg_blocks_too_long")


def _lengths(value: object) -> list[int]:
    """Return the lengths of all that is shown or sent back."""
    if isinstance(value, dict):
        shown = [len(text) for key in ("text", "value") if isinstance(text := value.get(key), str)]
        return shown + [length for inner in value.values() for length in _lengths(inner)]
    return [length for inner in value for length in _lengths(inner)] if isinstance(value, list) else []


def _section(block: dict[str, Any], at: str) -> None:
    require("text" in block or "fields" in block, INVALID, f"missing required field: text {at}")
    if "text" in block:
        _text(block["text"], 3000, at)
    require(len(block.get("fields", [])) <= 10, INVALID, f"no more than 10 items allowed {at}")
    for field in block.get("fields", []):
        _text(field, 2000, at)


def _actions(block: dict[str, Any], at: str) -> None:
    elements = block.get("elements")
    if not isinstance(elements, list) or not 1 <= len(elements) <= 25:
        raise Refusal(INVALID, response_metadata={"messages": [f"[ERROR] must have 1 to 25 elements {at}"]})
    for element in elements:
        require(isinstance(element, dict) and element.get("type") in ELEMENTS, INVALID, f"unsupported element {at}")
        require(len(element.get("action_id", "")) <= 255, INVALID, f"action_id is too long {at}")
        ELEMENTS[element["type"]](element, at)


def _button(element: dict[str, Any], at: str) -> None:
    _text(element.get("text"), 75, at, plain=True)
    require(len(element.get("value", "")) <= 2000, INVALID, f"must be less than 2001 characters {at}/value")
    if "url" in element:
        require(_is_address(element["url"]), INVALID, f"invalid url {at}/url")
    require(element.get("style") in (None, "primary", "danger"), INVALID, f"unknown style {at}/style")


def _select(element: dict[str, Any], at: str) -> None:
    options = element.get("options")
    if not isinstance(options, list) or not 1 <= len(options) <= 100:
        raise Refusal(INVALID, response_metadata={"messages": [f"[ERROR] must have 1 to 100 options {at}"]})
    if "placeholder" in element:
        _text(element["placeholder"], 150, at, plain=True)
    for option in options:
        require(isinstance(option, dict), INVALID, f"an option is an object {at}")
        _text(option.get("text"), 75, at, plain=True)
        value = option.get("value")
        require(isinstance(value, str) and len(value) <= 150, INVALID, f"must be less than 151 characters {at}/value")
        if "description" in option:
            _text(option["description"], 75, at, plain=True)


def _image(block: dict[str, Any], at: str) -> None:
    require("slack_file" in block or _is_address(block.get("image_url")), INVALID, f"invalid image_url {at}")
    alt = block.get("alt_text")
    require(isinstance(alt, str) and len(alt) <= 2000, INVALID, f"missing required field: alt_text {at}")


def _context(block: dict[str, Any], at: str) -> None:
    require(1 <= len(block.get("elements", [])) <= 10, INVALID, f"must have 1 to 10 elements {at}")


def _header(block: dict[str, Any], at: str) -> None:
    _text(block.get("text"), 150, at, plain=True)


def _nothing(block: dict[str, Any], at: str) -> None:
    """Accept."""


def _text(text: object, most: int, at: str, *, plain: bool = False) -> None:
    kinds = ("plain_text",) if plain else ("plain_text", "mrkdwn")
    if not isinstance(text, dict) or text.get("type") not in kinds or not isinstance(text.get("text"), str):
        raise Refusal(INVALID, response_metadata={"messages": [f"[ERROR] must provide a text object {at}"]})
    require(text["text"], INVALID, f"must be more than 0 characters {at}/text")
    require(len(text["text"]) <= most, INVALID, f"must be less than {most + 1} characters {at}/text")


def _is_address(url: object) -> bool:
    if not isinstance(url, str) or len(url) > 3000:
        return False
    parts = urlsplit(url)
    return parts.scheme in ("http", "https") and bool(parts.netloc)


RULES: dict[str, Callable[[dict[str, Any], str], None]] = {
    "section": _section,
    "actions": _actions,
    "image": _image,
    "context": _context,
    "header": _header,
    "divider": _nothing,
    "rich_text": _nothing,
    "markdown": _nothing,
}
ELEMENTS: dict[str, Callable[[dict[str, Any], str], None]] = {
    "button": _button,
    "static_select": _select,
    "overflow": _select,
    "radio_buttons": _select,
    "checkboxes": _select,
    "datepicker": _nothing,
}
