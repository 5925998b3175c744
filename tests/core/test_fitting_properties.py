"""What holds for any content on any channel: nothing lost, nothing over a limit, order kept."""

from collections.abc import Iterator
from dataclasses import replace
from typing import get_args

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from frontdesk.core.channel import EVERY_TYPE, Limits
from frontdesk.core.choosing import chosen
from frontdesk.core.content import Button, Content, ContentType, OutboundMedia, Row, Template
from frontdesk.core.fitting import fit
from frontdesk.core.formatting import html, plain, runs
from frontdesk.core.measuring import Unit, length
from frontdesk.core.message import ContactCard, Place
from tests.core.test_formatting import sources

FILE_TYPES = ("image", "audio", "voice", "video", "animation", "document", "sticker")
SILENTLY_DROPPED = {"reaction", "delete", "template"}

words = st.text(
    st.one_of(st.characters(codec="utf-8"), st.sampled_from("   \n.!?。aé😀\u0301👍🏽🇨🇭\u200d<&")), max_size=300
)
titles = st.text(st.sampled_from("abc é😀\n<&…"), max_size=30)
addresses = st.integers(0, 999).map(lambda number: f"https://a.example/{number}?q=1&r")
payloads = st.text(st.sampled_from("ab~1"), max_size=8)
buttons = st.one_of(
    st.builds(Button, title=titles, payload=st.none() | payloads),
    st.builds(Button, title=titles, payload=st.none() | payloads),
    st.builds(Button, title=titles, url=addresses),
)
rows = st.builds(Row, title=titles, payload=payloads, description=st.none() | titles)
files = st.builds(
    OutboundMedia,
    type=st.sampled_from(FILE_TYPES),
    url=addresses,
    mime=st.sampled_from([None, "image/gif", "image/png", "video/mp4", "audio/ogg"]),
)
few = {"max_size": 7}
contents = st.builds(
    Content,
    type=st.just("text") | st.sampled_from(get_args(ContentType)),
    text=st.none() | words | sources,
    format=st.sampled_from(["plain", "html"]),
    buttons=st.just(()) | st.lists(buttons, **few).map(tuple),
    rows=st.just(()) | st.lists(rows, **few).map(tuple),
    list_title=st.none() | titles,
    media=st.lists(files, min_size=1, **few).map(tuple),
    place=st.just(Place(latitude=47.3769, longitude=8.5417, name="Hall <2>", address="Main St 1")),
    contacts=st.just((ContactCard(name="Ann & Co", phones=("+41", "+42")), ContactCard(name="Bo", phones=("+43",)))),
    template=st.just(Template(name="t", language="en")),
    keyboard=st.just(()) | st.lists(titles, **few).map(tuple),
    asks_for=st.sampled_from([None, None, "contact", "location"]),
    remove_keyboard=st.booleans(),
    target=st.just("1:1"),
    reply_to=st.sampled_from([None, "1:2"]),
    silent=st.booleans(),
    link_preview=st.booleans(),
    only_for=st.sampled_from([None, "U1"]),
)
limits = st.builds(
    Limits,
    text=st.integers(40, 200),
    caption=st.integers(0, 120),
    buttons=st.integers(0, 5),
    button_title=st.integers(1, 20),
    rows=st.integers(0, 6),
    row_title=st.integers(1, 20),
    row_description=st.sampled_from([0, 10, 40]),
    list_title=st.integers(0, 20),
    body=st.none() | st.integers(40, 100),
    album=st.integers(1, 4),
    unit=st.sampled_from(get_args(Unit)),
    types=st.sets(st.sampled_from(sorted(EVERY_TYPE - {"text"}))).map(lambda some: frozenset({"text", *some})),
    captioned=st.sets(st.sampled_from((*FILE_TYPES, "album"))).map(frozenset),
    links=st.sampled_from(["with", "alone", "no"]),
    mixed=st.booleans(),
    under_media=st.booleans(),
    keyboards=st.booleans(),
)
thoroughly = settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def without_space(text: str) -> str:
    return "".join(text.split())


def in_order(needles: Iterator[str] | list[str], hay: str) -> bool:
    """Say whether each of the needles stands in the hay, after the one before it."""
    at = 0
    for needle in needles:
        found = hay.find(needle, at)
        if found < 0:
            return False
        at = found + len(needle)
    return True


def shown(part: Content) -> str:
    text = part.text or ""
    return "".join(run.text for run in runs(text)) if part.format == "html" else text


def everything_shown(parts: list[Content]) -> str:
    return without_space("".join(shown(part) for part in parts))


def keys_of(content: Content) -> tuple[str, ...]:
    return tuple(title for title in content.keyboard if title.strip())


def is_said(content: Content, given_limits: Limits) -> bool:
    """Say whether fitting has something to do at all, and not what stands for itself or for nothing."""
    return content.type not in SILENTLY_DROPPED or (
        content.type == "template" and content.type not in given_limits.types
    )


def offered(part: Content) -> list[str]:
    presses = [button.answer for button in part.buttons if button.url is None]
    return [*(row.payload for row in part.rows), *presses, *(choice.payload for choice in part.choices)]


@given(contents, limits)
@thoroughly
def test_no_part_is_over_a_limit(content: Content, limit: Limits) -> None:
    for part in fit(content, limit):
        if part.type in SILENTLY_DROPPED:
            continue
        unit, size = limit.unit, length(part.text or "", limit.unit)
        of_a_file = part.type not in ("text", "edit") or (part.type == "edit" and part.media)
        assert size <= (limit.caption if of_a_file else limit.text)
        if part.buttons or part.rows:
            assert limit.body is None or size <= limit.body
        assert len(part.buttons) <= limit.buttons
        assert all(length(button.title, unit) <= limit.button_title for button in part.buttons)
        assert len(part.rows) <= limit.rows
        assert all(length(row.title, unit) <= limit.row_title for row in part.rows)
        assert all(length(row.description or "", unit) <= limit.row_description for row in part.rows)
        assert length(part.list_title or "", unit) <= limit.list_title or not part.rows
        assert part.type not in (*FILE_TYPES, "album") or len(part.media) <= limit.album


@given(contents, limits)
@thoroughly
def test_every_part_is_of_a_form_the_channel_has(content: Content, limit: Limits) -> None:
    for part in fit(content, limit):
        assert part.type in limit.types
        if part.type in SILENTLY_DROPPED:
            continue
        if part.type not in ("text", "edit"):
            assert not part.text or part.type in limit.captioned
            assert limit.under_media or not (part.buttons or part.rows)
        links = [button for button in part.buttons if button.url is not None]
        assert (
            not links or limit.links == "with" or (limit.links == "alone" and len(part.buttons) == 1 and not part.rows)
        )
        assert limit.mixed or not (part.rows and part.buttons)
        assert limit.keyboards or not (part.keyboard or part.remove_keyboard)
        assert not ((part.keyboard or part.asks_for) and (part.buttons or part.rows)) or not limit.keyboards
        titles = [button.title for button in part.buttons]
        assert len(set(titles)) == len(titles)
        assert len({row.title for row in part.rows}) == len(part.rows)
        assert all(title.strip() for title in [*titles, *(row.title for row in part.rows)])
        assert (
            part.type != "text" or (part.text or "").strip() or (part.buttons, part.rows, part.keyboard) == ((), (), ())
        )


@given(contents, limits)
@thoroughly
def test_no_part_is_empty_but_what_was_empty_itself(content: Content, limit: Limits) -> None:
    parts = fit(content, limit)
    empty = [part for part in parts if part.type == "text" and not (part.text or "").strip()]
    assert not empty or (len(parts) == 1 and not (content.text or "").strip() and content.type in ("text", "edit"))


@given(contents, limits)
@thoroughly
def test_every_word_is_said_in_order(content: Content, limit: Limits) -> None:
    if not is_said(content, limit):
        return
    text = content.text or ""
    pieces = [run.text for run in runs(text)] if content.format == "html" else [text]
    assert in_order([char for piece in pieces for char in without_space(piece)], everything_shown(fit(content, limit)))


@given(contents, limits)
@thoroughly
def test_every_choice_can_be_made_in_one_way_and_means_what_it_meant(content: Content, limit: Limits) -> None:
    if not is_said(content, limit) or (content.type == "template" and not fit(content, limit)):
        return
    parts = fit(content, limit)
    if not parts:
        assert not content.text
        return
    keys = () if limit.keyboards else keys_of(content)
    asked = [*(row.payload for row in content.rows), *(b.answer for b in content.buttons if b.url is None), *keys]
    assert [payload for part in parts for payload in offered(part)] == asked
    for part in parts:
        for number, choice in enumerate(part.choices, 1):
            assert chosen(str(number), part.choices) == choice
            assert f"{number}.{without_space(choice.title)}" in everything_shown(parts)


@given(contents, limits)
@thoroughly
def test_titles_descriptions_and_addresses_can_all_be_read(content: Content, limit: Limits) -> None:
    parts = fit(content, limit) if is_said(content, limit) else []
    if not parts:
        return
    seen = everything_shown(parts) + "".join(
        without_space(words or "")
        for part in parts
        for words in (
            *(word for row in part.rows for word in (row.title, row.description)),
            *(word for button in part.buttons for word in (button.title, button.url)),
            *part.keyboard,
        )
    )
    said = [*(row.title for row in content.rows), *(button.title for button in content.buttons), *keys_of(content)]
    said += [row.description or "" for row in content.rows] + [button.url or "" for button in content.buttons]
    assert not [title for title in said if without_space(title) not in seen]


@given(contents, limits)
@thoroughly
def test_every_thing_is_there_in_order(content: Content, limit: Limits) -> None:
    parts = fit(content, limit)
    if content.type in (*FILE_TYPES, "album"):
        assert in_order([file.url or "" for file in content.media], " ".join(map(carried, parts)))
    if content.type == "location":
        assert parts[0].place == content.place or "mlat=47.3769&mlon=8.5417#map=17/47.3769/8.5417" in everything_shown(
            parts
        )
    if content.type == "contacts":
        assert parts[0].contacts == content.contacts or "Ann&Co:+41,+42Bo:+43" in everything_shown(parts)


def carried(part: Content) -> str:
    return " ".join([*(file.url or "" for file in part.media), without_space(shown(part))])


@given(contents, limits)
@thoroughly
def test_only_the_first_part_answers_and_all_are_as_quiet_as_they_were(content: Content, limit: Limits) -> None:
    parts = fit(content, limit)
    answers = content.target if content.type == "edit" and parts and parts[0].type == "text" else content.reply_to
    assert [part.reply_to for part in parts] == [answers, *[None] * (len(parts) - 1)][: len(parts)]
    asked = (content.silent, content.link_preview, content.only_for)
    assert {(part.silent, part.link_preview, part.only_for) for part in parts} <= {asked}


@given(contents, limits)
@thoroughly
def test_what_was_fitted_stays_as_it_is(content: Content, limit: Limits) -> None:
    for part in fit(content, limit):
        assert fit(part, limit) == [part]


@given(contents, limits)
@thoroughly
def test_a_keyboard_is_shown_once_where_there_are_any(content: Content, limit: Limits) -> None:
    parts = fit(content, replace(limit, keyboards=True))
    if content.type in SILENTLY_DROPPED or not parts:
        return
    assert [part.keyboard for part in parts if part.keyboard] == [keys_of(content)] * bool(keys_of(content))
    assert [part.asks_for for part in parts if part.asks_for] == [content.asks_for] * bool(content.asks_for)


@given(sources, limits)
@thoroughly
def test_formatting_survives_a_cut_or_gives_way_to_plain_words(source: str, limit: Limits) -> None:
    parts = fit(Content(text=source, format="html"), limit)
    if len(parts) == 1 and parts[0].text == source:
        return
    text = "".join(part.text or "" for part in parts)
    assert without_space(text) in (without_space(html(runs(source))), without_space(plain(source))) or all(
        part.format == "html" and html(runs(part.text or "")) == part.text for part in parts
    )
