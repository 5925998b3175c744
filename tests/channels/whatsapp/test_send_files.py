"""Files of ours on their way out: uploaded first, as what Meta will show."""

from typing import Any

import pytest

from frontdesk.channels import whatsapp
from frontdesk.core.content import OutboundMedia, Template
from frontdesk.core.exchange import CONVERT, FETCH, Request, Response
from frontdesk.errors import ChannelThrottled, ChannelUnauthorised, ChannelUnreachable, DeliveryRejected
from tests.channels.whatsapp.builders import (
    BASE,
    PHONE_ID,
    TOKEN,
    a_channel,
    a_file,
    an_outbound,
    asked,
    drive,
    ok,
    refusal,
    sent,
)

UPLOADED = ok(id="8001")


def a_png(bits: int = 8, colours: int = 6) -> bytes:
    return b"\x89PNG\r\n\x1a\n" + b"\0\0\0\rIHDR" + b"\0\0\0\x01" * 2 + bytes([bits, colours, 0, 0, 0])


def a_jpeg(colours: int = 3) -> bytes:
    header = b"\xff\xd8" + b"\xff\xe0\x00\x04ab"
    return header + b"\xff\xc0\x00\x11\x08\x00\x10\x00\x10" + bytes([colours]) + b"\0" * 20


def a_webp(side: int = 512, moving: bool = False, padding: int = 0) -> bytes:
    flags = bytes([0x02 if moving else 0])
    size = (side - 1).to_bytes(3, "little")
    return b"RIFF\0\0\0\0WEBPVP8X\x0a\0\0\0" + flags + b"\0\0\0" + size + size + b"\0" * padding


OPUS = b"OggS" + b"\0" * 24 + b"OpusHead" + b"\0" * 20
MP4 = b"\0\0\0\x18ftypmp42" + b"\0" * 20
PDF = b"%PDF-1.7"


def _send(media: OutboundMedia, answers: list[Response], **content: Any) -> list[Request]:
    requests, _ = drive(
        whatsapp.send(an_outbound(type=content.pop("kind", media.type), media=(media,), **content), a_channel()),
        answers,
    )
    return requests


def _shown(request: Request) -> tuple[str, Any]:
    body = asked(request)[1]
    return body["type"], body[body["type"]]


FILES: dict[str, tuple[OutboundMedia, str, str, dict[str, Any]]] = {
    "png": (a_file("image", data=a_png(), filename="map.png"), "image/png", "image", {"id": "8001"}),
    "jpeg": (a_file("image", data=a_jpeg()), "image/jpeg", "image", {"id": "8001"}),
    "a picture under a wrong name": (
        a_file("image", data=a_webp(), mime="image/jpeg", filename="a.jpg"),
        "image/webp",
        "document",
        {"id": "8001", "filename": "a.jpg"},
    ),
    "png of 16 bits": (
        a_file("image", data=a_png(bits=16)),
        "image/png",
        "document",
        {"id": "8001", "filename": "document.png"},
    ),
    "jpeg for print": (
        a_file("image", data=a_jpeg(colours=4), filename="a.jpg"),
        "image/jpeg",
        "document",
        {"id": "8001", "filename": "a.jpg"},
    ),
    "a picture over 5 MB": (
        a_file("image", data=a_png() + b"\0" * 5_000_000, filename="a.png"),
        "image/png",
        "document",
        {"id": "8001", "filename": "a.png"},
    ),
    "video": (a_file("video", data=MP4, filename="a.mp4"), "video/mp4", "video", {"id": "8001"}),
    "a gif": (
        a_file("animation", data=b"GIF89a", filename="a.gif"),
        "image/gif",
        "document",
        {"id": "8001", "filename": "a.gif"},
    ),
    "a film over 16 MB": (
        a_file("video", data=MP4 + b"\0" * 16_000_000, filename="a.mp4"),
        "video/mp4",
        "document",
        {"id": "8001", "filename": "a.mp4"},
    ),
    "voice note": (a_file("voice", data=OPUS, mime="audio/ogg"), "audio/ogg", "audio", {"id": "8001", "voice": True}),
    "music": (a_file("audio", data=b"ID3\x04", filename="a.mp3"), "audio/mpeg", "audio", {"id": "8001"}),
    "sound of another type": (
        a_file("audio", data=b"RIFF....WAVE", mime="audio/x-wav", filename="a.wav"),
        "audio/x-wav",
        "document",
        {"id": "8001", "filename": "a.wav"},
    ),
    "ogg with another sound in it": (
        a_file("audio", data=b"OggS and vorbis", filename="a.ogg"),
        "audio/ogg",
        "document",
        {"id": "8001", "filename": "a.ogg"},
    ),
    "document": (
        a_file("document", data=PDF, filename="lease\n.pdf"),
        "application/pdf",
        "document",
        {"id": "8001", "filename": "lease"},
    ),
    "sticker": (a_file("sticker", data=a_webp()), "image/webp", "sticker", {"id": "8001"}),
    "moving sticker": (
        a_file("sticker", data=a_webp(moving=True, padding=400_000)),
        "image/webp",
        "sticker",
        {"id": "8001"},
    ),
    "a still sticker over 100 KB": (
        a_file("sticker", data=a_webp(padding=100_000)),
        "image/webp",
        "document",
        {"id": "8001", "filename": "document.webp"},
    ),
    "a sticker of another size": (
        a_file("sticker", data=a_webp(side=300)),
        "image/webp",
        "document",
        {"id": "8001", "filename": "document.webp"},
    ),
}


@pytest.mark.parametrize(("media", "mime", "kind", "shown"), FILES.values(), ids=FILES)
def test_a_file_of_ours_is_uploaded_and_shown_as_what_it_is(
    media: OutboundMedia, mime: str, kind: str, shown: dict[str, Any]
) -> None:
    upload, call = _send(media, [UPLOADED, sent()])
    assert (upload.method, upload.url) == ("POST", f"{BASE}/{PHONE_ID}/media")
    assert upload.headers["authorization"] == f"Bearer {TOKEN}"
    assert upload.fields == {"messaging_product": "whatsapp", "type": mime}
    assert (upload.uploads["file"].mime, upload.uploads["file"].data) == (mime, media.data)
    assert _shown(call) == (kind, shown)


def test_other_sound_becomes_a_voice_note() -> None:
    media = a_file("voice", data=b"ID3\x04", mime="audio/mpeg", filename="a.mp3")
    convert, upload, call = _send(media, [Response(200, OPUS), UPLOADED, sent()])
    assert (convert.method, convert.url, convert.body) == (CONVERT, "audio/ogg; codecs=opus", media.data)
    assert (upload.uploads["file"].data, upload.uploads["file"].filename) == (OPUS, "voice.oga")
    assert _shown(call) == ("audio", {"id": "8001", "voice": True})


def test_sound_that_can_t_be_made_a_voice_note_is_sent_as_it_is() -> None:
    media = a_file("voice", data=b"ID3\x04", mime="audio/mpeg", filename="a.mp3")
    *_, call = _send(media, [Response(422), UPLOADED, sent()])
    assert _shown(call) == ("audio", {"id": "8001"})


def test_a_file_meta_can_t_fetch_is_fetched_and_uploaded() -> None:
    media = a_file("image", url="http://files.example.org/map.png")
    answers = [Response(200, a_png(), {"content-type": "image/png"}), UPLOADED, sent()]
    fetched, upload, call = _send(media, answers)
    assert (fetched.method, fetched.url, fetched.headers) == (FETCH, "http://files.example.org/map.png", {})
    assert upload.uploads["file"].filename == "map.png"
    assert _shown(call) == ("image", {"id": "8001"})


def test_a_voice_note_by_address_is_fetched_unless_it_is_one_already() -> None:
    assert len(_send(a_file("voice", url="https://example.org/a.ogg", mime="audio/ogg"), [sent()])) == 1
    answers = [Response(200, b"ID3\x04"), Response(200, OPUS), UPLOADED, sent()]
    requests = _send(a_file("voice", url="https://example.org/a.mp3"), answers)
    assert [request.method for request in requests] == [FETCH, CONVERT, "POST", "POST"]


def test_a_template_s_header_is_uploaded_too() -> None:
    template = Template(name="lease_ready", language="en", header=a_file("document", data=PDF, filename="lease.pdf"))
    outbound = an_outbound(type="template", template=template)
    (_, call), _ = drive(whatsapp.send(outbound, a_channel()), [UPLOADED, sent()])
    assert asked(call)[1]["template"]["components"][0]["parameters"] == [
        {"type": "document", "document": {"id": "8001", "filename": "lease.pdf"}}
    ]


@pytest.mark.parametrize(
    ("media", "answers", "failure"),
    [
        (a_file("image", data=a_png()), [refusal(400, 131053)], ChannelUnreachable),
        (a_file("image", data=a_png()), [refusal(401, 190)], ChannelUnauthorised),
        (a_file("image", data=a_png()), [refusal(429, 130429)], ChannelThrottled),
        (a_file("image", data=a_png()), [Response(200, b"<html>")], ChannelUnreachable),
        (a_file("image", data=a_png()), [ok(success=True)], DeliveryRejected),
        (a_file("image", data=a_png()), [Response(502)], ChannelUnreachable),
        (a_file("document", data=PDF + b"\0" * 100_000_000), [], DeliveryRejected),
        (a_file("image", url="http://files.example.org/a.png"), [Response(404)], DeliveryRejected),
    ],
)
def test_an_upload_that_fails_leaves_no_doubt(
    media: OutboundMedia, answers: list[Response], failure: type[Exception]
) -> None:
    with pytest.raises(failure) as caught:
        _send(media, answers)
    assert type(caught.value) is failure
