"""Replies fitted to a channel's limits."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frontdesk.core.channel import Limits
from frontdesk.core.content import Button, Content, OutboundMedia, Row
from frontdesk.core.fitting import fit, length, split
from frontdesk.core.message import Place

SMALL = Limits(text=40, caption=20, buttons=3, button_title=20, rows=4, album=2)
PICTURE = OutboundMedia(type="image", url="https://example.org/a.png")


def without_space(text: str) -> str:
    return "".join(text.split())


texts = st.text(st.one_of(st.characters(codec="utf-8"), st.sampled_from(" \n\t.!?。😀é")), max_size=400)


@given(text=texts, limit=st.integers(2, 60), utf16=st.booleans())
def test_split_loses_only_white_space_and_keeps_the_order(text: str, limit: int, utf16: bool) -> None:
    parts = split(text, limit, utf16=utf16)
    assert without_space("".join(parts)) == without_space(text)


@given(text=texts, limit=st.integers(2, 60), utf16=st.booleans())
def test_no_part_is_over_the_limit_as_the_channel_counts(text: str, limit: int, utf16: bool) -> None:
    for part in split(text, limit, utf16=utf16):
        assert length(part, utf16=utf16) <= limit


@given(text=texts, limit=st.integers(2, 60))
def test_parts_of_a_text_that_says_something_say_something(text: str, limit: int) -> None:
    parts = split(text, limit)
    assert parts
    assert all(parts) or not text.strip()


@given(text=texts)
def test_utf16_units_are_those_of_the_encoding(text: str) -> None:
    assert length(text, utf16=True) == len(text.encode("utf-16-le")) // 2


@pytest.mark.parametrize(
    ("text", "limit", "parts"),
    [
        ("short", 10, ["short"]),
        ("One. Two three four.", 12, ["One. Two", "three four."]),
        ("First sentence. Second one.", 20, ["First sentence.", "Second one."]),
        ("line one\nline two", 10, ["line one", "line two"]),
        ("one two three four", 9, ["one two", "three", "four"]),
        ("abcdefghij", 4, ["abcd", "efgh", "ij"]),
        ("", 4, [""]),
        ("   ", 4, [""]),
    ],
)
def test_split_prefers_sentence_ends_then_spaces(text: str, limit: int, parts: list[str]) -> None:
    assert [re.sub(r"\s+", " ", part) for part in split(text, limit)] == parts


@pytest.mark.parametrize("emoji", ["😀" * 5, "a😀b😀c😀"])
def test_a_character_of_two_units_is_never_cut(emoji: str) -> None:
    assert "".join(split(emoji, 3, utf16=True)) == emoji


def test_a_short_text_is_sent_as_it_is() -> None:
    content = Content(text="hello", buttons=(Button(title="Yes"),), reply_to="1:2")
    assert fit(content, SMALL) == [content]


def test_a_long_text_is_split_and_its_buttons_come_last() -> None:
    content = Content(text="First things first. " * 5, buttons=(Button(title="Yes"),), reply_to="1:2")
    fitted = fit(content, SMALL)
    assert [len(part.buttons) for part in fitted] == [0] * (len(fitted) - 1) + [1]
    assert [part.reply_to for part in fitted] == ["1:2"] + [None] * (len(fitted) - 1)


def test_too_many_choices_go_on_in_further_messages_in_order() -> None:
    buttons = tuple(Button(title=str(number)) for number in range(7))
    rows = tuple(Row(title=str(number), payload=str(number)) for number in range(9))
    assert [part.buttons for part in fit(Content(text="?", buttons=buttons), SMALL)] == [
        buttons[:3],
        buttons[3:6],
        buttons[6:],
    ]
    assert [part.rows for part in fit(Content(text="?", rows=rows), SMALL)] == [rows[:4], rows[4:8], rows[8:]]


def test_a_long_caption_follows_as_text_with_the_buttons() -> None:
    content = Content(type="image", media=(PICTURE,), text="word " * 10, buttons=(Button(title="Yes"),))
    picture, *follow = fit(content, SMALL)
    assert (picture.text, picture.buttons, picture.media) == (None, (), (PICTURE,))
    assert without_space("".join(part.text or "" for part in follow)) == "word" * 10
    assert follow[-1].buttons == content.buttons


def test_what_follows_a_silent_picture_is_silent_too() -> None:
    content = Content(type="image", media=(PICTURE,), text="word " * 10, silent=True, link_preview=False)
    assert {(part.silent, part.link_preview) for part in fit(content, SMALL)} == {(True, False)}


def test_an_edit_is_never_split() -> None:
    edit = Content(type="edit", target="1:2", text="x" * 100)
    assert fit(edit, SMALL) == [edit]


@given(text=texts, count=st.integers(0, 12))
def test_fitted_messages_never_exceed_the_limits(text: str, count: int) -> None:
    content = Content(text=text, buttons=tuple(Button(title=str(number)) for number in range(count)))
    fitted = fit(content, SMALL)
    assert all(len(part.text or "") <= SMALL.text and len(part.buttons) <= SMALL.buttons for part in fitted)
    assert tuple(button for part in fitted for button in part.buttons) == content.buttons


@pytest.mark.parametrize(
    "content",
    [
        Content(type="sticker", text="see you", media=(OutboundMedia(type="sticker", ref="s"),)),
        Content(type="location", text="we are here", place=Place(latitude=1, longitude=2)),
        Content(type="album", buttons=(Button(title="More"),), media=(OutboundMedia(type="image", ref="i"),) * 2),
        Content(
            type="image",
            buttons=tuple(Button(title=str(n)) for n in range(12)),
            media=(OutboundMedia(type="image", ref="i"),),
        ),
    ],
    ids=["sticker with words", "location with words", "album with a button", "more buttons than fit"],
)
def test_words_and_choices_a_thing_can_t_carry_follow_as_text(content: Content) -> None:
    limits = Limits(text=100, caption=50, buttons=10, button_title=20, rows=10, album=10)
    thing, *texts = fit(content, limits)
    assert (thing.type, thing.text, thing.buttons) == (content.type, None, ())
    assert [text.type for text in texts] == ["text"] * len(texts)
    assert texts[0].text == (content.text or "…")
    assert tuple(button for text in texts for button in text.buttons) == content.buttons


def test_marked_up_text_over_the_limit_is_sent_plain_so_that_no_cut_breaks_a_tag() -> None:
    limits = Limits(text=30, caption=30, buttons=10, button_title=20, rows=10)
    parts = fit(Content(text="<b>Bring</b> your card &amp; a list. " * 3, format="html"), limits)
    assert {part.format for part in parts} == {"plain"}
    assert " ".join(part.text or "" for part in parts) == " ".join(["Bring your card & a list."] * 3)
