"""What Meta refuses of messages with something to press."""

import re
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from frontdesk.rehearsal.whatsapp.refusal import known, many, maybe, one, require, text

Fields = dict[str, Any]

MOST_BODY, MOST_HEADER, MOST_FOOTER = 1024, 60, 60
HEADERS = ("text", "image", "video", "document")
MARKUP = re.compile(r"(?<!\w)([*_~`])\S(.*\S)?\1(?!\w)")


def check_interactive(shown: Fields) -> None:
    """Refuse what can't be shown; each kind has an action of its own."""
    kind = shown.get("type")
    require(isinstance(kind, str) and kind in ACTIONS, f"interactive type {kind!r} is unknown", 100)
    known(shown, "type", "header", "body", "footer", "action")
    text(one(shown, "body"), "text", MOST_BODY)
    if "footer" in shown:
        text(one(shown, "footer"), "text", MOST_FOOTER)
    if "header" in shown:
        _check_header(one(shown, "header"), list_only=kind == "list")
    ACTIONS[str(kind)](one(shown, "action"))


def _check_header(header: Fields, *, list_only: bool) -> None:
    kind = header.get("type")
    require(kind in (("text",) if list_only else HEADERS), f"a header of type {kind!r} is not allowed here", 100)
    known(header, "type", str(kind))
    if kind == "text":
        text(header, "text", MOST_HEADER)


def _buttons(action: Fields) -> None:
    known(action, "buttons")
    replies = []
    for button in many(action, "buttons", 3):
        known(button, "type", "reply")
        require(button.get("type") == "reply", "a button's type has to be reply", 100)
        replies.append(one(button, "reply"))
    for reply in replies:
        known(reply, "id", "title")
        text(reply, "id", 256)
        _title(reply, "title", 20)
    _differ([reply["id"] for reply in replies], "id")
    _differ([reply["title"] for reply in replies], "title")


def _list(action: Fields) -> None:
    known(action, "button", "sections")
    _title(action, "button", 20)
    sections = many(action, "sections", 10)
    rows: list[Fields] = []
    for section in sections:
        known(section, "title", "rows")
        if len(sections) > 1 or "title" in section:
            text(section, "title", 24)
        rows += many(section, "rows", 10)
    require(len(rows) <= 10, f"{len(rows)} rows in all sections: 10 are allowed")
    for row in rows:
        known(row, "id", "title", "description")
        text(row, "id", 200)
        _title(row, "title", 24)
        maybe(row, "description", 72)
    _differ([row["id"] for row in rows], "id")


def _link(action: Fields) -> None:
    require(action.get("name") == "cta_url", "name has to be cta_url", 100)
    known(action, "name", "parameters")
    parameters = one(action, "parameters")
    known(parameters, "display_text", "url")
    _title(parameters, "display_text", 20)
    require(urlsplit(text(parameters, "url", 2000)).scheme in ("https", "http"), "url is no web address")


def _place(action: Fields) -> None:
    require(action == {"name": "send_location"}, "name has to be send_location", 100)


def _title(fields: Fields, key: str, most: int) -> None:
    shown = text(fields, key, most)
    require("\n" not in shown and not MARKUP.search(shown), f"{key} can't have line ends or markup")


def _differ(values: Sequence[str], what: str) -> None:
    require(len(set(values)) == len(values), f"Duplicated {what} in {values}")


ACTIONS = {"button": _buttons, "list": _list, "cta_url": _link, "location_request_message": _place}
