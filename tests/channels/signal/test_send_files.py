"""Files on their way out: fetched, converted, named."""

import pytest

from frontdesk.channels import signal
from frontdesk.core.content import OutboundMedia
from frontdesk.core.exchange import CONVERT, FETCH, Response
from frontdesk.errors import ChannelUnreachable, DeliveryRejected
from tests.channels.signal.builders import SENT_AT, a_channel, a_file, an_outbound, asked, drive, sent, unpacked


def test_a_file_at_an_address_is_fetched_first() -> None:
    media = a_file("image", url="https://files.example.org/a%20b.jpg?key=s3cret")
    answers = [Response(200, b"jpeg", {"content-type": "image/jpeg"}), sent()]
    requests, external_id = drive(signal.send(an_outbound(type="image", media=(media,)), a_channel()), answers)
    assert (requests[0].method, requests[0].url) == (FETCH, media.url)
    assert unpacked(asked(requests[1])[2]["base64_attachments"][0]) == (
        "data:image/jpeg;filename=a b.jpg",
        b"jpeg",
    )
    assert external_id == SENT_AT


@pytest.mark.parametrize(
    ("status", "failure"), [(404, DeliveryRejected), (302, DeliveryRejected), (503, ChannelUnreachable)]
)
def test_a_file_that_can_t_be_fetched_says_so_without_its_address(status: int, failure: type[Exception]) -> None:
    media = a_file("image", url="https://files.example.org/a.jpg?key=s3cret")
    with pytest.raises(failure, match=r"files\.example\.org") as caught:
        drive(signal.send(an_outbound(type="image", media=(media,)), a_channel()), [Response(status)])
    assert "s3cret" not in str(caught.value)


def test_a_file_the_bridge_has_is_sent_on() -> None:
    answers = [Response(200, b"jpeg", {"content-type": "image/jpeg"}), sent()]
    message = an_outbound(type="image", media=(a_file("image", ref="Gk3x.jpg"),))
    requests, _ = drive(signal.send(message, a_channel()), answers)
    assert asked(requests[0]) == ("GET", "/v1/attachments/Gk3x.jpg", None)
    assert unpacked(asked(requests[1])[2]["base64_attachments"][0]) == ("data:image/jpeg;filename=Gk3x.jpg", b"jpeg")


@pytest.mark.parametrize("mime", ["audio/ogg; codecs=opus", "audio/wav", None])
def test_a_voice_note_is_made_what_every_app_plays(mime: str | None) -> None:
    media = OutboundMedia(type="voice", data=b"OggS", mime=mime, filename="v.ogg")
    requests, _ = drive(
        signal.send(an_outbound(type="voice", media=(media,)), a_channel()), [Response(200, b"aac"), sent()]
    )
    assert (requests[0].method, requests[0].url, requests[0].body) == (CONVERT, "audio/aac", b"OggS")
    head, data = unpacked(asked(requests[1])[2]["base64_attachments"][0])
    assert (head.partition(";")[0], data) == ("data:audio/aac", b"aac")


@pytest.mark.parametrize(
    ("filename", "shown"),
    [
        ("../../etc/passwd", "_.._etc_passwd"),
        ("a;base64,b.png", "a_base64_b.png"),
        ("a\nb\x00.png", "a_b_.png"),
        ("x" * 300 + ".png", "x" * 96 + ".png"),
        ("..", "image.png"),
        ("Straße 4.png", "Straße 4.png"),
        ("a\ud800.png", "a_.png"),
    ],
)
def test_a_file_s_name_stays_a_name(filename: str, shown: str) -> None:
    media = a_file("image", data=b"x", mime="image/png", filename=filename)
    requests, _ = drive(signal.send(an_outbound(type="image", media=(media,)), a_channel()), [sent()])
    head, data = unpacked(asked(requests[0])[2]["base64_attachments"][0])
    assert (head, data) == (f"data:image/png;filename={shown}", b"x")
