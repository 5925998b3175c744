"""What stands below a message: inline buttons, lists, reply keyboards."""

from typing import Any

import pytest
from telegram import InlineKeyboardMarkup, KeyboardButton

from frontdesk.channels import telegram
from frontdesk.core.content import Button, Row
from tests.channels.telegram.builders import CHAT, GROUP, a_channel, an_outbound, asked

YES, NO = Button(title="Yes", payload="confirm:yes"), Button(title="No", payload="confirm:no")
YES_NO = [{"text": "Yes", "callback_data": "confirm:yes"}, {"text": "No", "callback_data": "confirm:no"}]
ONE_TAP = {"resize_keyboard": True, "one_time_keyboard": True}
MARKUPS: dict[str, tuple[dict[str, Any], dict[str, Any] | None]] = {
    "none": ({}, None),
    "buttons": ({"buttons": (YES, NO)}, {"inline_keyboard": [YES_NO]}),
    "link": (
        {"buttons": (Button(title="Read", url="https://example.org/a"),)},
        {"inline_keyboard": [[{"text": "Read", "url": "https://example.org/a"}]]},
    ),
    "rows": (
        {"rows": (Row(title="First", payload="r:1"), Row(title="Second", payload="r" * 65))},
        {"inline_keyboard": [[{"text": "First", "callback_data": "r:1"}], [{"text": "Second", "callback_data": "~1"}]]},
    ),
    "keyboard": ({"keyboard": ("Well", "Badly")}, {"keyboard": [[{"text": "Well"}, {"text": "Badly"}]], **ONE_TAP}),
    "ask for the contact": (
        {"keyboard": ("Share my number", "Not now"), "asks_for": "contact"},
        {"keyboard": [[{"text": "Share my number", "request_contact": True}, {"text": "Not now"}]], **ONE_TAP},
    ),
    "ask for the location": (
        {"asks_for": "location"},
        {"keyboard": [[{"text": "📍", "request_location": True}]], **ONE_TAP},
    ),
    "keyboard removed": ({"remove_keyboard": True}, {"remove_keyboard": True}),
    "buttons before a keyboard": (
        {"buttons": (YES, NO), "keyboard": ("Well",), "remove_keyboard": True},
        {"inline_keyboard": [YES_NO]},
    ),
}


def _markup(conversation: str = CHAT, **content: Any) -> Any:
    return asked(next(telegram.send(an_outbound(conversation, **content), a_channel())))[1].get("reply_markup")


@pytest.mark.parametrize(("content", "markup"), MARKUPS.values(), ids=MARKUPS)
def test_each_choice_becomes_one_reply_markup(content: dict[str, Any], markup: dict[str, Any] | None) -> None:
    assert _markup(text="?", **content) == markup


def test_a_group_is_never_asked_to_share() -> None:
    asking = _markup(GROUP, text="Number?", keyboard=("Share my number",), asks_for="contact")
    assert asking["keyboard"] == [[{"text": "Share my number"}]]
    assert _markup(GROUP, text="Number?", asks_for="contact") is None


def _titles(*buttons: str) -> list[list[str]]:
    markup = _markup(text="?", buttons=tuple(Button(title=title) for title in buttons))
    return [[button["text"] for button in row] for row in markup["inline_keyboard"]]


def test_short_titles_share_a_row_and_long_ones_do_not() -> None:
    assert _titles("Yes", "No", "Maybe") == [["Yes", "No", "Maybe"]]
    assert _titles("Talk to a person", "Yes", "No") == [["Talk to a person"], ["Yes", "No"]]
    assert _titles(*"123456789") == [list("12345678"), ["9"]]


@pytest.mark.parametrize(
    ("payload", "data"),
    [
        ("x" * 64, "x" * 64),
        ("x" * 65, "~1"),
        ("ж" * 32, "ж" * 32),
        ("ж" * 33, "~1"),
        ("~7", "~1"),
        ("", "~1"),
        (None, "Pick"),
    ],
)
def test_a_payload_telegram_can_t_carry_becomes_the_button_s_index(payload: str | None, data: str) -> None:
    markup = _markup(text="?", buttons=(YES, Button(title="Pick", payload=payload)))
    assert [button["callback_data"] for row in markup["inline_keyboard"] for button in row] == ["confirm:yes", data]


def test_buttons_below_rows_count_on() -> None:
    markup = _markup(text="?", rows=(Row(title="A", payload="~"),), buttons=(Button(title="B", payload="~"),))
    assert markup["inline_keyboard"] == [[{"text": "A", "callback_data": "~0"}], [{"text": "B", "callback_data": "~1"}]]


def test_python_telegram_bot_reads_our_keyboards() -> None:
    link = Button(title="Read more about it", url="https://example.org/a")
    markup = _markup(text="?", rows=(Row(title="Row", payload="r"),), buttons=(YES, NO, link))
    read = InlineKeyboardMarkup.de_json(markup, None)
    assert [[button.text for button in row] for row in read.inline_keyboard] == [
        ["Row"],
        ["Yes", "No"],
        ["Read more about it"],
    ]
    assert read.inline_keyboard[2][0].url == "https://example.org/a"
    assert read.to_dict() == markup


def test_python_telegram_bot_reads_our_reply_keyboards() -> None:
    markup = _markup(text="?", keyboard=("Share my number", "No"), asks_for="contact")
    keys = [KeyboardButton.de_json(key, None) for row in markup["keyboard"] for key in row]
    assert [(key.text, key.request_contact) for key in keys] == [("Share my number", True), ("No", None)]
