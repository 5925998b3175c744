"""Downloads: where a file lies, who is shown the token, and what is checked of what came."""

import hashlib
from base64 import b64encode
from typing import Any

import pytest

from frontdesk.channels import whatsapp
from frontdesk.core.exchange import FETCH, Response
from frontdesk.core.message import Media
from frontdesk.errors import ChannelUnauthorised, ChannelUnreachable, DeliveryRejected
from tests.channels.whatsapp.builders import BASE, PHONE_ID, TOKEN, a_channel, drive, ok, refusal

VOICE = Media(type="audio", ref="9003", mime="audio/ogg", filename="note.ogg", voice=True)
DATA = b"OggS and more"
DIGEST = hashlib.sha256(DATA).digest()
LOOKASIDE = "https://lookaside.fbsbx.com/whatsapp_business/attachments/?mid=9003"
CAME = Response(200, DATA, {"content-type": "audio/ogg"})


def _located(**changes: Any) -> Response:
    info = {"url": LOOKASIDE, "mime_type": "audio/ogg; codecs=opus", "sha256": DIGEST.hex(), "file_size": len(DATA)}
    return ok(messaging_product="whatsapp", id="9003", **{**info, **changes})


def test_fetch_asks_where_the_file_lies_and_downloads_it_with_the_token() -> None:
    (asked, download), file = drive(whatsapp.fetch(VOICE, a_channel()), [_located(), CAME])
    assert (asked.method, asked.url, asked.query) == ("GET", f"{BASE}/9003", {"phone_number_id": PHONE_ID})
    assert asked.headers["authorization"] == f"Bearer {TOKEN}"
    assert (download.method, download.url) == (FETCH, LOOKASIDE)
    assert download.headers == {"authorization": f"Bearer {TOKEN}", "user-agent": "frontdesk"}
    assert (file.data, file.mime, file.filename) == (DATA, "audio/ogg; codecs=opus", "note.ogg")


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://scontent.xx.fbcdn.net/a", True),
        ("https://mmg.whatsapp.net/a", True),
        ("https://graph.facebook.com/a", True),
        ("https://facebook.com.evil.example/a", False),
        ("https://notfacebook.com/a", False),
        ("http://lookaside.fbsbx.com/a", False),
        ("https://user@evil.example:443/lookaside.fbsbx.com", False),
        ("https://[broken/a", False),
    ],
)
def test_only_meta_is_shown_the_token(url: str, shown: bool) -> None:
    (_, download), _ = drive(whatsapp.fetch(VOICE, a_channel()), [_located(url=url), CAME])
    assert ("authorization" in download.headers) is shown


def test_the_server_a_channel_is_pointed_at_is_shown_the_token_and_asked_as_itself() -> None:
    channel = a_channel(api_base="http://127.0.0.1:8099")
    (asked, download), _ = drive(whatsapp.fetch(VOICE, channel), [_located(url="http://127.0.0.1:8099/files/1"), CAME])
    assert asked.url == "http://127.0.0.1:8099/v25.0/9003"
    assert (download.method, download.url) == ("GET", "http://127.0.0.1:8099/files/1")
    assert download.headers["authorization"] == f"Bearer {TOKEN}"


def test_a_stale_address_is_asked_for_once_more() -> None:
    answers = [_located(), Response(404), _located(url="https://lookaside.fbsbx.com/new"), CAME]
    requests, file = drive(whatsapp.fetch(VOICE, a_channel()), answers)
    assert [request.url for request in requests][1::2] == [LOOKASIDE, "https://lookaside.fbsbx.com/new"]
    assert file.data == DATA


@pytest.mark.parametrize(
    "sha256", [DIGEST.hex(), DIGEST.hex().upper(), b64encode(DIGEST).decode(), "neither", "é", None, 7]
)
def test_a_digest_is_read_as_hex_or_base64(sha256: object) -> None:
    _, file = drive(whatsapp.fetch(VOICE, a_channel()), [_located(sha256=sha256), CAME])
    assert file.data == DATA


def test_a_page_a_person_sent_is_a_file() -> None:
    page = b"<!DOCTYPE html><p>hi</p>"
    info = _located(mime_type="text/html", sha256=hashlib.sha256(page).hexdigest(), file_size=len(page))
    _, file = drive(whatsapp.fetch(VOICE, a_channel()), [info, Response(200, page, {"content-type": "text/html"})])
    assert file.data == page


GONE = [refusal(400, 100, error_subcode=33)]
WRONG: list[tuple[list[Response], type[Exception], str]] = [
    (GONE, DeliveryRejected, "no longer has this file"),
    ([refusal(404, 100)], DeliveryRejected, "no longer has this file"),
    ([refusal(401, 190)], ChannelUnauthorised, "token"),
    ([refusal(500, 131000)], ChannelUnreachable, "wrong at Meta"),
    ([ok(id="9003")], DeliveryRejected, "no longer has this file"),
    ([_located(), Response(404), _located(), Response(404)], DeliveryRejected, "no longer has this file"),
    ([_located(), Response(404), *GONE], DeliveryRejected, "no longer has this file"),
    ([_located(), Response(401)], ChannelUnauthorised, "401"),
    ([_located(), Response(503)], ChannelUnreachable, "503"),
    ([_located(), Response(200, b"<html>", {"content-type": "text/html"})], DeliveryRejected, "a page instead"),
    ([_located(file_size=6), Response(200, b" <HTML", {})], DeliveryRejected, "a page instead"),
    ([_located(), Response(200, DATA[:-1])], ChannelUnreachable, "12 of 13 bytes"),
    ([_located(), Response(200, DATA[:-1] + b"?")], ChannelUnreachable, "damaged"),
    ([_located(sha256=b64encode(DIGEST).decode()), Response(200, DATA[:-1] + b"?")], ChannelUnreachable, "damaged"),
]


@pytest.mark.parametrize(("answers", "failure", "words"), WRONG)
def test_fetch_names_the_failure(answers: list[Response], failure: type[Exception], words: str) -> None:
    with pytest.raises(failure, match=words) as caught:
        drive(whatsapp.fetch(VOICE, a_channel()), answers)
    assert TOKEN not in str(caught.value)


def test_a_file_that_came_without_an_id_is_not_asked_for() -> None:
    with pytest.raises(DeliveryRejected, match="came without its file"):
        next(whatsapp.fetch(Media(type="image", ref=""), a_channel()))
