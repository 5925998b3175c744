"""Choices fitted to a channel's limits: buttons, rows, numbers."""

from dataclasses import replace

import pytest

from frontdesk.core.channel import Limits
from frontdesk.core.choosing import chosen
from frontdesk.core.content import Button, Choice, Content, OutboundMedia, Row
from frontdesk.core.fitting import fit

META = Limits(
    text=100, caption=50, buttons=3, button_title=8, rows=5, row_title=10, row_description=20, list_title=6,
    body=60, links="alone", mixed=False, under_media=False,
)  # fmt: skip
BOT = Limits(text=100, caption=50, buttons=8, button_title=12, rows=8, row_description=0, unit="utf16", keyboards=True)
BARE = Limits(text=100, caption=50, buttons=0, button_title=0, rows=0, unit="bytes", links="no")
SITE = Button(title="Site", url="https://example.org/")


def buttons(*titles: str) -> tuple[Button, ...]:
    return tuple(Button(title=title, payload=title.lower()) for title in titles)


def rows(*titles: str) -> tuple[Row, ...]:
    return tuple(Row(title=title, payload=title.lower()) for title in titles)


def test_buttons_become_rows_where_there_are_too_many() -> None:
    (part,) = fit(Content(text="Which?", buttons=buttons("A", "B", "C", "D")), META)
    assert (part.text, part.buttons, part.rows) == ("Which?", (), rows("A", "B", "C", "D"))


def test_more_rows_than_fit_are_pages() -> None:
    parts = fit(Content(text="Which?", rows=rows(*"ABCDEFG"), list_title="Choices"), META)
    assert [(part.text, part.rows) for part in parts] == [("Which?", rows(*"ABCDE")), ("…", rows(*"FG"))]
    assert {part.list_title for part in parts} == {"Choic…"}


def test_buttons_go_over_several_messages_where_there_are_no_rows() -> None:
    parts = fit(Content(text="Which?", buttons=buttons(*"ABCDEFG")), replace(META, rows=0))
    assert [(part.text, part.buttons) for part in parts] == [
        ("Which?", buttons(*"ABC")),
        ("…", buttons(*"DEF")),
        ("…", buttons("G")),
    ]


def test_a_title_too_long_for_a_button_becomes_a_row() -> None:
    (part,) = fit(Content(text="When?", buttons=buttons("Tuesday 9", "No")), META)
    assert (part.buttons, part.rows) == ((), rows("Tuesday 9", "No"))


def test_a_title_too_long_for_a_row_stands_in_full_in_its_description() -> None:
    (part,) = fit(Content(text="When?", buttons=buttons("Tuesday morning", "No")), META)
    assert part.rows == (
        Row(title="Tuesday m…", payload="tuesday morning", description="Tuesday morning"),
        Row(title="No", payload="no"),
    )


@pytest.mark.parametrize(
    ("content", "numbered"),
    [
        (Content(text="When?", buttons=buttons("Tuesday morning or noon", "No")), "1. Tuesday morning or noon\n2. No"),
        (Content(text="When?", buttons=buttons("Yes", "Yes")), "1. Yes\n2. Yes"),
        (
            Content(text="When?", buttons=(Button(title="Yes", payload="x"), Button(title="OK", payload="x"))),
            "1. Yes\n2. OK",
        ),
        (
            Content(text="When?", rows=(Row(title="A", payload="a", description="a description too long"),)),
            "1. A – a description too long",
        ),
        (
            Content(text="When?", rows=(Row(title="Tuesday morning", payload="a", description="room 7"),)),
            "1. Tuesday morning – room 7",
        ),
        (
            Content(text="When?", buttons=buttons("Monday morning 1", "Monday morning 2")),
            "1. Monday morning 1\n2. Monday morning 2",
        ),
    ],
    ids=["too long for all", "same title", "same payload", "long description", "both too long", "same when cut"],
)
def test_what_can_t_be_shown_whole_or_told_apart_is_numbered(content: Content, numbered: str) -> None:
    (part,) = fit(content, META)
    assert (part.text, part.rows, part.buttons) == (f"When?\n\n{numbered}", (), ())
    asked = [row.payload for row in content.rows] + [button.answer for button in content.buttons]
    assert [choice.payload for choice in part.choices] == asked
    assert chosen("1", part.choices) == part.choices[0]


def test_without_buttons_and_rows_all_choices_are_numbered_through() -> None:
    content = Content(text="<b>Which?</b>", format="html", rows=rows("A <1>"), buttons=(*buttons("B"), SITE))
    (part,) = fit(content, BARE)
    assert part.text == "<b>Which?</b>\n\n1. A &lt;1&gt;\n2. B\nSite: https://example.org/"
    assert part.choices == (Choice(title="A <1>", payload="a <1>"), Choice(title="B", payload="b"))


def test_a_long_list_of_numbers_goes_on_and_its_last_part_knows_all_choices() -> None:
    content = Content(text="Which one do you want?", rows=rows(*(f"Doctor number {n}. Ask." for n in range(1, 12))))
    parts = fit(content, BARE)
    lines = [line for part in parts for line in (part.text or "").splitlines() if line]
    assert lines == ["Which one do you want?", *(f"{n}. Doctor number {n}. Ask." for n in range(1, 12))]
    assert [len(part.choices) for part in parts] == [0] * (len(parts) - 1) + [11]
    assert all(len((part.text or "").encode()) <= 100 for part in parts)


@pytest.mark.parametrize(
    ("limits", "content", "shown"),
    [
        (META, Content(text="?", buttons=(SITE,)), [("?", (SITE,))]),
        (META, Content(text="?", buttons=(SITE, *buttons("A"))), [("?\n\nSite: https://example.org/", buttons("A"))]),
        (META, Content(text="?", buttons=(SITE, replace(SITE, title="B"))),
         [("?\n\nSite: https://example.org/\nB: https://example.org/", ())]),
        (META, Content(text="?", buttons=(replace(SITE, title="Our pages"),)),
         [("?\n\nOur pages: https://example.org/", ())]),
        (replace(META, links="no"), Content(text="?", buttons=(SITE,)), [("?\n\nSite: https://example.org/", ())]),
        (replace(META, links="with"), Content(text="?", buttons=(SITE, *buttons("A"))), [("?", (SITE, *buttons("A")))]),
        (BARE, Content(buttons=(replace(SITE, title=""),)), [("https://example.org/", ())]),
    ],
)  # fmt: skip
def test_an_address_a_button_can_t_open_is_a_line(
    limits: Limits, content: Content, shown: list[tuple[str, tuple[Button, ...]]]
) -> None:
    parts = fit(content, limits)
    assert [(part.text, part.buttons) for part in parts] == shown
    assert not any(part.choices for part in parts)


def test_rows_and_buttons_share_a_message_where_they_may() -> None:
    content = Content(text="?", rows=rows("A"), buttons=buttons("B"))
    assert fit(content, BOT) == [content]
    assert [part.rows for part in fit(content, META)] == [rows("A", "B")]


def test_rows_and_buttons_that_may_not_share_a_message_follow_each_other() -> None:
    parts = fit(Content(text="?", rows=rows(*"ABCD"), buttons=buttons("E", "F")), META)
    assert [(part.text, part.rows, part.buttons) for part in parts] == [
        ("?", rows(*"ABCD"), ()),
        ("…", (), buttons("E", "F")),
    ]


def test_rows_become_buttons_where_there_are_no_lists() -> None:
    (part,) = fit(Content(text="?", rows=rows("A", "B")), replace(META, rows=0))
    assert part.buttons == buttons("A", "B")


def test_descriptions_without_a_place_stand_in_the_text() -> None:
    row = Row(title="A", payload="a", description="the first")
    (part,) = fit(Content(text="Which?", rows=(row, *rows("B"))), BOT)
    assert (part.text, part.rows) == ("Which?\n\nA – the first", rows("A", "B"))


def test_choices_without_words_have_something_to_stand_under() -> None:
    assert [part.text for part in fit(Content(rows=rows("A"), list_title="Pick"), META)] == ["Pick"]
    assert [part.text for part in fit(Content(buttons=buttons("A")), META)] == ["…"]
    assert [part.text for part in fit(Content(text=" ", buttons=buttons("A")), BARE)] == ["1. A"]


@pytest.mark.parametrize(
    ("button", "title", "answer"),
    [
        (Button(title="two\nlines", payload="x"), "two lines", "x"),
        (Button(title="two\nlines"), "two lines", "two\nlines"),
        (Button(title=" ", payload="x"), "x", "x"),
        (Button(title="", payload=""), "…", ""),
    ],
)
def test_a_title_is_one_line_that_says_something(button: Button, title: str, answer: str) -> None:
    (part,) = fit(Content(text="?", buttons=(button,)), BOT)
    assert [(each.title, each.answer) for each in part.buttons] == [(title, answer)]


def test_one_tap_answers_are_buttons_where_there_is_no_keyboard() -> None:
    content = Content(text="Your number?", keyboard=("Share", "No"), asks_for="contact")
    assert fit(content, BOT) == [content]
    (part,) = fit(content, META)
    assert [(button.title, button.answer) for button in part.buttons] == [("Share", "Share"), ("No", "No")]
    assert part.keyboard == ()


def test_a_keyboard_has_a_message_of_its_own_beside_choices_and_albums() -> None:
    picture = OutboundMedia(type="image", ref="p")
    parts = fit(Content(text="?", buttons=buttons("A"), keyboard=("B",)), BOT)
    assert [(part.text, part.buttons, part.keyboard) for part in parts] == [("?", buttons("A"), ()), ("…", (), ("B",))]
    parts = fit(Content(type="album", media=(picture, picture), text="These", keyboard=("B",)), replace(BOT, album=2))
    assert [(part.type, part.text, part.keyboard) for part in parts] == [("album", None, ()), ("text", "These", ("B",))]


def test_a_keyboard_is_taken_away_with_the_first_message_that_has_no_choices() -> None:
    parts = fit(Content(text="First things first. " * 8, buttons=buttons("A"), remove_keyboard=True), BOT)
    assert [part.remove_keyboard for part in parts] == [True, *[False] * (len(parts) - 1)]
    assert not fit(Content(text="x", remove_keyboard=True), META)[0].remove_keyboard


def test_choices_that_are_numbers_get_no_others() -> None:
    marks = [str(mark) for mark in range(11)]
    (part,) = fit(Content(text="How likely?", buttons=buttons(*marks)), BARE)
    assert part.text == "How likely?\n\n" + "\n".join(marks)
    assert [chosen(mark, part.choices) for mark in marks] == list(part.choices)
    assert (chosen("11", part.choices), chosen("5 or 6", part.choices)) == (None, None)
    assert chosen(" 5. ", part.choices) == part.choices[5]
    (mixed,) = fit(Content(text="Which?", buttons=buttons("2", "none")), BARE)
    assert mixed.text == "Which?\n\n1. 2\n2. none"
