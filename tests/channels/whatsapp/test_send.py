"""What each content becomes at the Cloud API: the exact JSON of one call of `messages`."""

from typing import Any

import pytest

from frontdesk.channels import whatsapp
from frontdesk.core.content import Button, Row, Template
from frontdesk.core.message import ContactCard, Place
from frontdesk.errors import ConfigurationError, DeliveryRejected
from tests.channels.whatsapp.builders import (
    ANA,
    GROUP,
    PHONE_ID,
    USER_ID,
    WAMID,
    a_channel,
    a_file,
    an_outbound,
    asked,
    drive,
    sent,
)
from tests.channels.whatsapp.sayings import LINK, POINT, ROWS, SAID, YES


@pytest.mark.parametrize(("content", "said"), SAID.values(), ids=SAID)
def test_a_content_becomes_one_call(content: dict[str, Any], said: dict[str, Any]) -> None:
    [request], wamid = drive(whatsapp.send(an_outbound(**content), a_channel()), [sent()])
    path, body = asked(request)
    assert (request.method, path, wamid) == ("POST", f"{PHONE_ID}/messages", WAMID)
    assert body == {
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        "to": ANA,
        "biz_opaque_callback_data": "0199-key",
        **said,
    }


@pytest.mark.parametrize(
    ("conversation", "address"),
    [
        ("+7 701 000-00-01", {"recipient_type": "individual", "to": ANA}),
        (USER_ID, {"recipient_type": "individual", "recipient": USER_ID}),
        ("US.ENT.506847293015824", {"recipient_type": "individual", "recipient": "US.ENT.506847293015824"}),
        (GROUP, {"recipient_type": "group", "to": GROUP}),
    ],
)
def test_people_are_addressed_by_number_or_user_id_and_groups_by_theirs(
    conversation: str, address: dict[str, str]
) -> None:
    [request], _ = drive(whatsapp.send(an_outbound(conversation, text="Hi"), a_channel()), [sent()])
    _, body = asked(request)
    assert {key: body[key] for key in ("recipient_type", "to", "recipient") if key in body} == address


@pytest.mark.parametrize("conversation", ["", "somebody", "1", "a b c d e f g h i", "@channel name", "+7701*00"])
def test_what_addresses_nobody_is_refused(conversation: str) -> None:
    with pytest.raises(DeliveryRejected, match="no WhatsApp recipient"):
        next(whatsapp.send(an_outbound(conversation, text="Hi"), a_channel()))


@pytest.mark.parametrize(
    ("content", "body"),
    [
        ({"text": "Which?", "rows": ROWS}, "Which?\n• Stall 14 – fruit\n• Stall 15"),
        ({"text": "Sure?", "buttons": (YES, Button(title="Site", url=LINK))}, f"Sure?\n• Yes\n• Site: {LINK}"),
        ({"text": "Sure?", "keyboard": ("Yes", "No")}, "Sure?\n• Yes\n• No"),
    ],
)
def test_in_groups_choices_are_words_since_nothing_can_be_pressed_there(content: dict[str, Any], body: str) -> None:
    [request], _ = drive(whatsapp.send(an_outbound(GROUP, **content), a_channel()), [sent()])
    assert asked(request)[1]["text"]["body"] == body


def test_titles_are_one_line_without_markup_and_within_their_limit() -> None:
    buttons = (Button(title="*Yes*\n please"), Button(title="A very long title for a button"), Button(title="a_b_c"))
    [request], _ = drive(whatsapp.send(an_outbound(text="?", buttons=buttons), a_channel()), [sent()])
    titles = [button["reply"]["title"] for button in asked(request)[1]["interactive"]["action"]["buttons"]]
    assert titles == ["Yes please", "A very long title f…", "a_b_c"]


def test_ids_and_titles_that_repeat_are_told_apart() -> None:
    buttons = (
        Button(title="Yes", payload="y"),
        Button(title="Yes", payload="y"),
        Button(title="No", payload="n" * 257),
    )
    [request], _ = drive(whatsapp.send(an_outbound(text="?", buttons=buttons), a_channel()), [sent()])
    replies = [button["reply"] for button in asked(request)[1]["interactive"]["action"]["buttons"]]
    assert replies == [
        {"id": "y", "title": "Yes"},
        {"id": "~1", "title": "Yes (2)"},
        {"id": "~2", "title": "No"},
    ]


def test_the_payload_of_a_row_may_have_200_bytes() -> None:
    rows = (Row(title="a", payload="я" * 100), Row(title="b", payload="я" * 100 + "b"))
    [request], _ = drive(whatsapp.send(an_outbound(text="?", rows=rows), a_channel()), [sent()])
    [section] = asked(request)[1]["interactive"]["action"]["sections"]
    assert [row["id"] for row in section["rows"]] == ["я" * 100, "~1"]


TOO_MUCH: dict[str, dict[str, Any]] = {
    "no words": {"text": " "},
    "4097 characters": {"text": "a" * 4097},
    "1025 characters over buttons": {"text": "a" * 1025, "buttons": (YES,)},
    "1025 characters under a file": {"type": "image", "media": (a_file("image"),), "text": "a" * 1025},
    "four buttons": {"text": "?", "buttons": tuple(Button(title=str(number)) for number in range(4))},
    "eleven rows": {"text": "?", "rows": tuple(Row(title=str(number), payload=str(number)) for number in range(11))},
    "buttons beside rows": {"text": "?", "buttons": (YES,), "rows": ROWS},
    "an address beside another button": {"text": "?", "buttons": (YES, Button(title="Site", url=LINK))},
    "an address that is none of the web": {"text": "?", "buttons": (Button(title="Call", url="tel:+7701"),)},
    "words on a sticker": {"type": "sticker", "media": (a_file("sticker"),), "text": "hi"},
    "words on sound": {"type": "audio", "media": (a_file("audio"),), "text": "hi"},
    "buttons under sound": {"type": "audio", "media": (a_file("audio"),), "buttons": (YES,)},
    "rows under a picture": {"type": "image", "media": (a_file("image"),), "text": "?", "rows": ROWS},
    "two files": {"type": "album", "media": (a_file("image"), a_file("image"))},
    "no file": {"type": "image"},
    "a file that was not loaded": {"type": "image", "media": (a_file("image", stored="f1"),)},
    "a file at a place of its own": {"type": "image", "media": (a_file("image", url="file:///etc/passwd"),)},
    "no place": {"type": "location"},
    "a place beyond the pole": {"type": "location", "place": Place(latitude=91, longitude=0)},
    "a place that is no number": {"type": "location", "place": Place(latitude=float("nan"), longitude=0)},
    "words with a place": {"type": "location", "place": POINT, "text": "here"},
    "no contacts": {"type": "contacts"},
    "a contact without anything": {"type": "contacts", "contacts": (ContactCard(name=" "),)},
    "a reaction to nothing": {"type": "reaction", "emoji": "👍"},
    "an edit": {"type": "edit", "target": WAMID, "text": "b"},
    "a deletion": {"type": "delete", "target": WAMID},
    "no template": {"type": "template"},
    "a template's name": {"type": "template", "template": Template(name="Stall News", language="en")},
    "a template's language": {"type": "template", "template": Template(name="stall_news", language="English")},
    "a sticker on a template": {
        "type": "template",
        "template": Template(name="stall_news", language="en", header=a_file("sticker")),
    },
}


@pytest.mark.parametrize("content", TOO_MUCH.values(), ids=TOO_MUCH)
def test_what_can_t_be_said_is_refused_before_anything_is_sent(content: dict[str, Any]) -> None:
    with pytest.raises(DeliveryRejected):
        next(whatsapp.send(an_outbound(**content), a_channel()))


@pytest.mark.parametrize(
    ("version", "url"), [("25", "v25.0"), ("v26.0", "v26.0"), (24, "v24.0"), ("newest", "v25.0"), (None, "v25.0")]
)
def test_the_version_is_a_setting(version: object, url: str) -> None:
    request = next(whatsapp.send(an_outbound(text="Hi"), a_channel(version=version)))
    assert request.url == f"https://graph.facebook.com/{url}/{PHONE_ID}/messages"


def test_a_partner_s_server_takes_the_calls_of_a_channel_pointed_at_it() -> None:
    request = next(whatsapp.send(an_outbound(text="Hi"), a_channel(api_base="https://waba.example.org/cloud/")))
    assert request.url == f"https://waba.example.org/cloud/v25.0/{PHONE_ID}/messages"


def test_a_key_longer_than_meta_keeps_is_cut() -> None:
    outbound = an_outbound(text="Hi")
    request = next(
        whatsapp.send(type(outbound)(key="k" * 600, conversation=ANA, content=outbound.content), a_channel())
    )
    assert len(asked(request)[1]["biz_opaque_callback_data"]) == 512


def test_a_missing_token_is_named() -> None:
    channel = a_channel()
    without = {name: value for name, value in channel.credentials.items() if name != "access_token"}
    with pytest.raises(ConfigurationError, match="access_token"):
        next(whatsapp.send(an_outbound(text="Hi"), type(channel)(**{**_fields(channel), "credentials": without})))


def _fields(channel: Any) -> dict[str, Any]:
    return {name: getattr(channel, name) for name in ("id", "tenant", "kind", "name", "api_base", "settings")}
