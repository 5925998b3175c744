"""Replies fitted to a channel's limits: words, files and what stands for things a channel has no form for."""

from dataclasses import replace

import pytest

from frontdesk.core.channel import EVERY_TYPE, Limits
from frontdesk.core.content import Button, Content, ContentType, OutboundMedia, Row, Template
from frontdesk.core.fitting import fit
from frontdesk.core.message import ContactCard, Place

SMALL = Limits(text=40, caption=20, buttons=3, button_title=20, rows=4, album=2)
ROOMY = Limits(text=4000, caption=1000, buttons=10, button_title=20, rows=10, album=10)
TEXT_ONLY = replace(ROOMY, types=frozenset({"text"}), buttons=0, rows=0)
PICTURE = OutboundMedia(type="image", url="https://example.org/a.png")
YES = Button(title="Yes")
HALL = Place(latitude=47.3769, longitude=-8.5, name="Town hall", address="Main Street 1")


def file(kind: ContentType, mime: str | None = None) -> OutboundMedia:
    return OutboundMedia(type=kind, url=f"https://example.org/{kind}", mime=mime)  # type: ignore[arg-type]


def without_space(text: str) -> str:
    return "".join(text.split())


@pytest.mark.parametrize(
    "content",
    [
        Content(text="hello", buttons=(YES,), reply_to="1:2"),
        Content(text=" spaces stay "),
        Content(text=""),
        Content(),
        Content(text="<b>bold", format="html"),
        Content(type="image", media=(PICTURE,), text="look", buttons=(YES,)),
        Content(type="location", place=HALL, buttons=(YES,)),
        Content(type="edit", target="1:2"),
        Content(type="edit", target="1:2", text="new", buttons=(YES,)),
        Content(type="edit", target="1:2", buttons=(YES,)),
        Content(type="reaction", target="1:2", emoji="👍"),
        Content(type="delete", target="1:2"),
    ],
    ids=lambda content: f"{content.type} {content.text}",
)
def test_what_fits_is_sent_as_it_is(content: Content) -> None:
    assert fit(content, SMALL) == [content]


def test_a_long_text_is_split_and_its_buttons_come_last() -> None:
    content = Content(text="First things first. " * 5, buttons=(YES,), reply_to="1:2")
    fitted = fit(content, SMALL)
    assert [len(part.buttons) for part in fitted] == [0] * (len(fitted) - 1) + [1]
    assert [part.reply_to for part in fitted] == ["1:2"] + [None] * (len(fitted) - 1)


def test_only_the_words_above_the_buttons_have_to_fit_there() -> None:
    limits = replace(SMALL, body=12)
    texts = [part.text for part in fit(Content(text="A question that is long. Yes or no?", buttons=(YES,)), limits)]
    assert texts == ["A question that is long.", "Yes or no?"]
    assert [part.text for part in fit(Content(text="A question that is long. Yes or no?"), limits)] == [
        "A question that is long. Yes or no?"
    ]


def test_a_long_caption_follows_as_text_with_the_buttons() -> None:
    content = Content(type="image", media=(PICTURE,), text="word " * 10, buttons=(YES,))
    picture, *follow = fit(content, SMALL)
    assert (picture.text, picture.buttons, picture.media) == (None, (), (PICTURE,))
    assert without_space("".join(part.text or "" for part in follow)) == "word" * 10
    assert follow[-1].buttons == content.buttons


def test_what_follows_a_silent_picture_is_silent_too_and_for_the_same_person() -> None:
    content = Content(
        type="image", media=(PICTURE,), text="word " * 10, silent=True, link_preview=False, only_for="U1", reply_to="9"
    )
    parts = fit(content, SMALL)
    assert {(part.silent, part.link_preview, part.only_for) for part in parts} == {(True, False, "U1")}
    assert [part.reply_to for part in parts] == ["9", None, None]


@pytest.mark.parametrize(
    "content",
    [
        Content(type="sticker", text="see you", media=(OutboundMedia(type="sticker", ref="s"),)),
        Content(type="location", text="we are here", place=HALL),
        Content(type="album", buttons=(YES,), media=(PICTURE,) * 2),
        Content(type="album", text="all of them", buttons=(YES,), media=(PICTURE,) * 2),
    ],
    ids=["sticker with words", "location with words", "album with a button", "album with words and a button"],
)
def test_words_and_choices_a_thing_can_t_carry_follow_as_text(content: Content) -> None:
    thing, text = fit(content, ROOMY)
    assert (thing.type, thing.text, thing.buttons) == (content.type, None, ())
    assert (text.type, text.text, text.buttons) == ("text", content.text or "…", content.buttons)


def test_words_and_choices_stand_below_a_file_where_a_channel_shows_none_under_it() -> None:
    limits = replace(ROOMY, under_media=False)
    content = Content(type="image", media=(PICTURE,), text="look")
    assert fit(content, limits) == [content]
    assert fit(replace(content, buttons=(YES,)), limits) == [
        replace(content, text=None),
        Content(text="look", buttons=(YES,)),
    ]


def test_words_above_choices_under_a_file_are_as_short_as_both_limits_ask() -> None:
    content = Content(type="image", media=(PICTURE,), text="look at this", buttons=(YES,))
    parts = fit(content, replace(ROOMY, body=11))
    assert [(part.type, part.text, part.buttons) for part in parts] == [
        ("image", None, ()),
        ("text", "look", ()),
        ("text", "at this", (YES,)),
    ]


def test_words_go_below_a_file_that_can_carry_none_there() -> None:
    limits = replace(ROOMY, captioned=frozenset({"image"}))
    song = Content(type="audio", media=(file("audio"),), text="listen")
    assert fit(song, limits) == [replace(song, text=None), Content(text="listen")]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        (
            "<b>Bring your card</b> &amp; a <i>list.</i> Thanks",
            ["<b>Bring your card</b> &amp; a", "<i>list.</i> Thanks"],
        ),
        (
            'Do read <a href="https://example.org/long">this</a> now',
            ["Do read this", "(https://example.org/long) now"],
        ),
    ],
)
def test_formatted_words_stay_formatted_where_tags_leave_room(text: str, parts: list[str]) -> None:
    limits = replace(ROOMY, text=32)
    assert [part.text for part in fit(Content(text=text, format="html"), limits)] == parts


NEAREST = [
    ("animation", "video/mp4", {"video", "document"}, "video"),
    ("animation", "image/gif", {"video", "document"}, "document"),
    ("animation", None, {"document"}, "document"),
    ("voice", "audio/ogg", {"audio", "document"}, "audio"),
    ("voice", None, {"document"}, "document"),
    ("sticker", "image/webp", {"image", "document"}, "image"),
    ("sticker", "video/webm", {"image", "document"}, "document"),
    ("image", "image/png", {"document"}, "document"),
    ("audio", None, {"document"}, "document"),
    ("video", None, {"document", "image"}, "document"),
]


@pytest.mark.parametrize(("kind", "mime", "types", "becomes"), NEAREST)
def test_a_file_is_sent_as_the_nearest_type_there_is(
    kind: ContentType, mime: str | None, types: set[ContentType], becomes: ContentType
) -> None:
    limits = replace(ROOMY, types=frozenset({"text", *types}))
    (part,) = fit(Content(type=kind, media=(file(kind, mime),)), limits)
    assert (part.type, part.media) == (becomes, (replace(file(kind, mime), type=becomes),))


def test_a_file_a_channel_can_t_send_at_all_is_its_address() -> None:
    content = Content(type="document", media=(file("document"),), text="<i>Read</i>", format="html", buttons=(YES,))
    (part,) = fit(content, TEXT_ONLY)
    assert part.text == "<i>Read</i>\n\nhttps://example.org/document\n\n1. Yes"
    stored = OutboundMedia(type="image", stored="1", filename="plan.pdf")
    assert [part.text for part in fit(Content(type="image", media=(stored,)), TEXT_ONLY)] == ["plan.pdf"]


@pytest.mark.parametrize(
    ("place", "text"),
    [
        (
            HALL,
            "Meet\n\nTown hall\nMain Street 1\n"
            "https://www.openstreetmap.org/?mlat=47.3769&mlon=-8.5#map=17/47.3769/-8.5",
        ),
        (
            Place(latitude=1e-6, longitude=0),
            "Meet\n\nhttps://www.openstreetmap.org/?mlat=0.000001&mlon=0#map=17/0.000001/0",
        ),
        (None, "Meet"),
    ],
)
def test_a_place_is_told_with_a_map_where_it_can_t_be_shown(place: Place | None, text: str) -> None:
    assert fit(Content(type="location", text="Meet", place=place), TEXT_ONLY) == [Content(text=text)]


def test_a_place_below_formatted_words_is_escaped() -> None:
    (part,) = fit(Content(type="location", text="<b>Meet</b>", format="html", place=HALL), TEXT_ONLY)
    assert (part.text or "").startswith("<b>Meet</b>\n\nTown hall\n")
    assert "mlat=47.3769&amp;mlon=" in (part.text or "")


def test_a_tag_left_open_does_not_go_on_below() -> None:
    (part,) = fit(Content(text="<b>Which?", format="html", buttons=(YES,)), TEXT_ONLY)
    assert part.text == "<b>Which?</b>\n\n1. Yes"


def test_contacts_are_told_with_their_numbers_where_they_can_t_be_shared() -> None:
    cards = (
        ContactCard(name="Ann", phones=("+41 1", "+41 2")),
        ContactCard(name="", phones=("+43",)),
        ContactCard(name="Bo"),
    )
    assert fit(Content(type="contacts", contacts=cards), TEXT_ONLY) == [Content(text="Ann: +41 1, +41 2\n+43\nBo")]


@pytest.mark.parametrize(
    ("kinds", "limits", "groups"),
    [
        (["image"] * 5, SMALL, [["image"] * 2, ["image"] * 2, ["image"]]),
        (["image", "video", "document", "document"], ROOMY, [["image", "video"], ["document"] * 2]),
        (["image", "voice", "voice", "image"], ROOMY, [["image"], ["voice"], ["voice"], ["image"]]),
        (["image"] * 2, replace(ROOMY, types=EVERY_TYPE - {"album"}), [["image"], ["image"]]),
        (["voice", "audio"], replace(ROOMY, types=EVERY_TYPE - {"voice"}), [["audio"], ["audio"]]),
    ],
)
def test_an_album_is_cut_where_it_is_too_large_or_its_files_don_t_go_together(
    kinds: list[ContentType], limits: Limits, groups: list[list[str]]
) -> None:
    parts = fit(Content(type="album", media=tuple(map(file, kinds)), text="These"), limits)
    assert [[each.type for each in part.media] for part in parts] == groups
    assert [part.type for part in parts] == ["album" if len(group) > 1 else group[0] for group in groups]
    assert [part.text for part in parts] == ["These", *[None] * (len(groups) - 1)]


def test_words_too_long_for_a_caption_follow_the_whole_album() -> None:
    parts = fit(Content(type="album", media=(PICTURE,) * 3, text="A caption that is too long."), SMALL)
    assert [(part.type, part.text) for part in parts] == [
        ("album", None),
        ("image", None),
        ("text", "A caption that is too long."),
    ]


@pytest.mark.parametrize(
    ("content", "parts"),
    [
        (Content(type="edit", target="7", text="New"), [Content(text="New", reply_to="7")]),
        (
            Content(type="edit", target="7", buttons=(YES,)),
            [Content(text="1. Yes", reply_to="7")],
        ),
        (Content(type="edit", target="7"), []),
        (Content(type="delete", target="7"), []),
        (Content(type="reaction", target="7", emoji="👍"), []),
        (Content(type="template", template=Template(name="t", language="en"), text="Hello"), [Content(text="Hello")]),
        (Content(type="template", template=Template(name="t", language="en")), []),
    ],
    ids=lambda value: value.type if isinstance(value, Content) else "",
)
def test_changes_a_channel_has_no_form_for_are_said_anew_or_not_at_all(content: Content, parts: list[Content]) -> None:
    assert [replace(part, choices=()) for part in fit(content, TEXT_ONLY)] == parts


def test_an_edit_holds_what_it_can_and_the_rest_follows() -> None:
    first, *rest = fit(Content(type="edit", target="7", text="First things first. " * 3, buttons=(YES,)), SMALL)
    assert (first.type, first.target, first.text, first.buttons) == (
        "edit",
        "7",
        "First things first. First things first.",
        (),
    )
    assert [(part.type, part.text, part.buttons) for part in rest] == [("text", "First things first.", (YES,))]


def test_an_edit_of_choices_alone_never_takes_the_words_away() -> None:
    content = Content(type="edit", target="7", rows=(Row(title="A", payload="a"),))
    (part,) = fit(content, replace(ROOMY, rows=0, buttons=0))
    assert (part.type, part.reply_to, part.target, part.text) == ("text", "7", None, "1. A")


def test_a_new_caption_is_as_short_as_a_caption_must_be() -> None:
    parts = fit(Content(type="edit", target="7", media=(PICTURE,), text="A caption that is too long."), SMALL)
    assert [(part.type, part.text) for part in parts] == [("edit", "A caption that is"), ("text", "too long.")]


@pytest.mark.parametrize(
    ("content", "limits", "worded"),
    [
        (Content(text="Erste Dinge zuerst. " * 5, buttons=(YES,)), SMALL, 0),
        (Content(type="image", media=(PICTURE,), text="Ein Bild, das mehr sagt als diese Worte."), SMALL, 1),
        (Content(type="album", media=(PICTURE,) * 4, text="Bilder", buttons=(YES,)), SMALL, 2),
    ],
)
def test_the_text_before_translation_stays_with_the_first_words(content: Content, limits: Limits, worded: int) -> None:
    parts = fit(replace(content, original="as it was"), limits)
    assert len(parts) > 1
    assert [part.original for part in parts] == ["as it was" if n == worded else None for n in range(len(parts))]
    assert [bool(part.text) for part in parts].index(True) == worded
