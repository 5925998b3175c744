"""What each content becomes at the Bot API."""

import json
from typing import Any

import pytest

from frontdesk.channels import telegram
from frontdesk.core.content import Button, OutboundMedia
from frontdesk.core.exchange import Request, Upload
from frontdesk.core.message import ContactCard, Place
from frontdesk.errors import DeliveryRejected
from tests.channels.telegram.builders import CHAT, GROUP, a_channel, a_file, an_outbound, asked, drive, ok, sent

ID = int(CHAT)
TARGET = {"chat_id": ID, "message_id": 501}
POINT = Place(latitude=43.2, longitude=76.8)
BO = ContactCard(name="Bo; Li", phones=("+77010000002",))
YES, NO = Button(title="Yes", payload="confirm:yes"), Button(title="No", payload="confirm:no")
YES_NO = {
    "inline_keyboard": [
        [{"text": "Yes", "callback_data": "confirm:yes"}, {"text": "No", "callback_data": "confirm:no"}]
    ]
}
PNG = OutboundMedia(type="image", stored="f1", data=b"\x89PNG", mime="image/png", filename="map.png")

CALLS: dict[str, tuple[dict[str, Any], str, dict[str, Any]]] = {
    "text": ({"text": "Hi"}, "sendMessage", {"chat_id": ID, "text": "Hi"}),
    "html": (
        {"text": "<b>Hi</b>", "format": "html"},
        "sendMessage",
        {"chat_id": ID, "text": "<b>Hi</b>", "parse_mode": "HTML"},
    ),
    "silent": (
        {"text": "Hi", "silent": True},
        "sendMessage",
        {"chat_id": ID, "text": "Hi", "disable_notification": True},
    ),
    "no preview": (
        {"text": "https://example.org", "link_preview": False},
        "sendMessage",
        {"chat_id": ID, "text": "https://example.org", "link_preview_options": {"is_disabled": True}},
    ),
    "reply": (
        {"text": "Hi", "reply_to": f"{CHAT}:501"},
        "sendMessage",
        {
            "chat_id": ID,
            "text": "Hi",
            "reply_parameters": {"message_id": 501, "allow_sending_without_reply": True},
        },
    ),
    "reply to a press": ({"text": "Hi", "reply_to": "4382bfd"}, "sendMessage", {"chat_id": ID, "text": "Hi"}),
    "reply in a chat that moved": (
        {"text": "Hi", "reply_to": "-40117:5"},
        "sendMessage",
        {"chat_id": ID, "text": "Hi"},
    ),
    "image by file_id": (
        {"type": "image", "media": (a_file("image"),), "text": "map"},
        "sendPhoto",
        {"chat_id": ID, "photo": "BQAD-image", "caption": "map"},
    ),
    "image by address": (
        {
            "type": "image",
            "media": (a_file("image", url="https://example.org/a.jpg"),),
            "text": "<i>a</i>",
            "format": "html",
        },
        "sendPhoto",
        {"chat_id": ID, "photo": "https://example.org/a.jpg", "caption": "<i>a</i>", "parse_mode": "HTML"},
    ),
    "audio": ({"type": "audio", "media": (a_file("audio"),)}, "sendAudio", {"chat_id": ID, "audio": "BQAD-audio"}),
    "voice": ({"type": "voice", "media": (a_file("voice"),)}, "sendVoice", {"chat_id": ID, "voice": "BQAD-voice"}),
    "video": ({"type": "video", "media": (a_file("video"),)}, "sendVideo", {"chat_id": ID, "video": "BQAD-video"}),
    "animation": (
        {"type": "animation", "media": (a_file("animation"),)},
        "sendAnimation",
        {"chat_id": ID, "animation": "BQAD-animation"},
    ),
    "document": (
        {"type": "document", "media": (a_file("document"),)},
        "sendDocument",
        {"chat_id": ID, "document": "BQAD-document"},
    ),
    "sticker": (
        {"type": "sticker", "media": (a_file("sticker"),)},
        "sendSticker",
        {"chat_id": ID, "sticker": "BQAD-sticker"},
    ),
    "album": (
        {"type": "album", "media": (a_file("image"), a_file("video")), "text": "both"},
        "sendMediaGroup",
        {
            "chat_id": ID,
            "media": [
                {"type": "photo", "media": "BQAD-image", "caption": "both"},
                {"type": "video", "media": "BQAD-video"},
            ],
        },
    ),
    "album of one": (
        {"type": "album", "media": (a_file("image"),), "text": "one"},
        "sendPhoto",
        {"chat_id": ID, "photo": "BQAD-image", "caption": "one"},
    ),
    "location": (
        {"type": "location", "place": POINT},
        "sendLocation",
        {"chat_id": ID, "latitude": 43.2, "longitude": 76.8},
    ),
    "venue": (
        {"type": "location", "place": Place(latitude=43.2, longitude=76.8, name="Clinic 4", address="Abay 10")},
        "sendVenue",
        {"chat_id": ID, "latitude": 43.2, "longitude": 76.8, "title": "Clinic 4", "address": "Abay 10"},
    ),
    "venue without address": (
        {"type": "location", "place": Place(latitude=43.2, longitude=76.8, name="Clinic 4")},
        "sendVenue",
        {"chat_id": ID, "latitude": 43.2, "longitude": 76.8, "title": "Clinic 4", "address": "Clinic 4"},
    ),
    "contact": (
        {"type": "contacts", "contacts": (BO,)},
        "sendContact",
        {"chat_id": ID, "phone_number": "+77010000002", "first_name": "Bo; Li"},
    ),
    "contact with two numbers": (
        {"type": "contacts", "contacts": (ContactCard(name="Bo; Li", phones=("+77010000002", "+77010000003")),)},
        "sendContact",
        {
            "chat_id": ID,
            "phone_number": "+77010000002",
            "first_name": "Bo; Li",
            "vcard": "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Bo\\; Li\r\nN:Bo\\; Li;;;;\r\n"
            "TEL:+77010000002\r\nTEL:+77010000003\r\nEND:VCARD\r\n",
        },
    ),
    "reaction": (
        {"type": "reaction", "target": f"{CHAT}:501", "emoji": "❤️"},
        "setMessageReaction",
        {**TARGET, "reaction": [{"type": "emoji", "emoji": "❤"}]},
    ),
    "custom reaction": (
        {"type": "reaction", "target": f"{CHAT}:501", "emoji": "custom:5312"},
        "setMessageReaction",
        {**TARGET, "reaction": [{"type": "custom_emoji", "custom_emoji_id": "5312"}]},
    ),
    "reaction removed": (
        {"type": "reaction", "target": f"{CHAT}:501"},
        "setMessageReaction",
        {**TARGET, "reaction": []},
    ),
    "edit": (
        {"type": "edit", "target": f"{CHAT}:501", "text": "At 11"},
        "editMessageText",
        {**TARGET, "text": "At 11"},
    ),
    "edit with buttons": (
        {"type": "edit", "target": f"{CHAT}:501", "text": "At 11?", "buttons": (YES, NO)},
        "editMessageText",
        {**TARGET, "text": "At 11?", "reply_markup": YES_NO},
    ),
    "edit of buttons": (
        {"type": "edit", "target": f"{CHAT}:501", "buttons": (YES, NO)},
        "editMessageReplyMarkup",
        {**TARGET, "reply_markup": YES_NO},
    ),
    "buttons taken away": ({"type": "edit", "target": f"{CHAT}:501"}, "editMessageReplyMarkup", TARGET),
    "edit of a caption": (
        {"type": "edit", "target": f"{CHAT}:501", "text": "new", "media": (a_file("image"),)},
        "editMessageCaption",
        {**TARGET, "caption": "new"},
    ),
    "delete": ({"type": "delete", "target": f"{CHAT}:501"}, "deleteMessage", TARGET),
}


@pytest.mark.parametrize(("content", "method", "body"), CALLS.values(), ids=CALLS)
def test_each_content_is_one_call(content: dict[str, Any], method: str, body: dict[str, Any]) -> None:
    answer = ok([{"message_id": 900, "chat": {"id": ID}}]) if method == "sendMediaGroup" else sent()
    requests, external_id = drive(telegram.send(an_outbound(**content), a_channel()), [answer])
    assert [asked(request) for request in requests] == [(method, body)]
    assert external_id == content.get("target", f"{CHAT}:900")


def test_the_topic_of_a_forum_is_addressed() -> None:
    message = an_outbound(GROUP, thread="77", text="Hi")
    requests, external_id = drive(telegram.send(message, a_channel()), [sent(31, int(GROUP))])
    assert asked(requests[0])[1] == {"chat_id": int(GROUP), "message_thread_id": 77, "text": "Hi"}
    assert external_id == f"{GROUP}:31"


def test_a_stored_file_is_uploaded() -> None:
    message = an_outbound(type="image", media=(PNG,), text="map", buttons=(YES, NO))
    request = next(telegram.send(message, a_channel()))
    assert asked(request) == ("sendPhoto", {"chat_id": CHAT, "caption": "map", "reply_markup": YES_NO})
    assert request.uploads == {"photo": Upload("map.png", "image/png", b"\x89PNG")}


def test_an_album_uploads_its_stored_files_beside_the_others() -> None:
    request = next(telegram.send(an_outbound(type="album", media=(a_file("image"), PNG), text="two"), a_channel()))
    method, body = asked(request)
    assert method == "sendMediaGroup"
    assert body["media"] == [
        {"type": "photo", "media": "BQAD-image", "caption": "two"},
        {"type": "photo", "media": "attach://file1"},
    ]
    assert list(request.uploads) == ["file1"]


def test_several_contacts_go_as_one_file() -> None:
    request = next(telegram.send(an_outbound(type="contacts", contacts=(BO, BO)), a_channel()))
    assert asked(request)[0] == "sendDocument"
    assert request.uploads["document"].filename == "contacts.vcf"
    assert request.uploads["document"].data.count(b"BEGIN:VCARD") == 2


@pytest.mark.parametrize(
    "content",
    [
        {"type": "image"},
        {"type": "image", "media": (a_file("image", stored="f1"),)},
        {"type": "sticker", "media": (a_file("sticker"),), "text": "words"},
        {"type": "album", "media": (a_file("image"), a_file("document"))},
        {"type": "album", "media": (a_file("image"), a_file("image")), "buttons": (YES,)},
        {"type": "location"},
        {"type": "location", "place": POINT, "text": "words"},
        {"type": "contacts"},
        {"type": "contacts", "contacts": (BO,), "text": "words"},
        {"type": "delete"},
        {"type": "template"},
        {"type": "reaction", "target": "4382bfd", "emoji": "👍"},
    ],
    ids=lambda content: f"{content['type']}-{len(content)}",
)
def test_what_telegram_can_t_say_is_refused_before_any_call(content: dict[str, Any]) -> None:
    with pytest.raises(DeliveryRejected):
        next(telegram.send(an_outbound(**content), a_channel()))


def test_lone_surrogates_do_not_break_a_request() -> None:
    request: Request = next(telegram.send(an_outbound(text="a\ud800"), a_channel()))
    assert json.loads(request.body)["text"] == "a?"
    uploading = next(telegram.send(an_outbound(type="image", media=(PNG,), text="a\ud800"), a_channel()))
    assert uploading.fields["caption"] == "a?"


def test_every_content_type_is_sent() -> None:
    kinds = {content.get("type", "text") for content, _, _ in CALLS.values()}
    assert kinds == telegram.LIMITS.types
