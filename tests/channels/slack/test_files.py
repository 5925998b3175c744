"""Downloads and uploads: each step, each way it can fail."""

from dataclasses import replace
from typing import Any

import pytest

from frontdesk.channels import slack
from frontdesk.core.content import OutboundMedia
from frontdesk.core.exchange import FETCH, Response
from frontdesk.core.message import Media
from frontdesk.errors import (
    ChannelThrottled,
    ChannelUnauthorised,
    ChannelUnreachable,
    ConversationClosed,
    DeliveryRejected,
    OperatorNeeded,
)
from tests.channels.slack.builders import BEARER, DIRECT, KEY, ROOM, a_channel, an_outbound, asked, drive, ok, refusal

URL = "https://files.slack.com/files-pri/T0HOME-F0MAP/download/map.png"
MAP = Media(type="image", ref=URL, mime="image/png", filename="map.png")
LOOK_UP = Media(type="document", ref="slack-file:F0MAP")
PNG = Response(200, b"\x89PNG", {"content-type": "image/png"})
LOGIN = Response(200, b"<html>Sign in</html>", {"content-type": "text/html; charset=utf-8"})
PLACE = "https://files.slack.com/upload/v1/abc"
FILE = OutboundMedia(type="document", stored="f1", data=b"hello", mime="text/plain", filename="ж.txt")


def test_fetch_downloads_with_the_token() -> None:
    [request], download = drive(slack.fetch(MAP, a_channel()), [PNG])
    assert (request.method, request.url, dict(request.headers)) == ("GET", URL, BEARER)
    assert (download.data, download.mime, download.filename) == (b"\x89PNG", "image/png", "map.png")


def test_a_file_of_another_company_is_looked_up_first() -> None:
    info = ok(file={"id": "F0MAP", "url_private": URL, "mimetype": "image/png", "name": "map.png"})
    requests, download = drive(slack.fetch(LOOK_UP, a_channel()), [info, PNG])
    assert asked(requests[0]) == ("files.info", {"file": "F0MAP"})
    assert requests[1].url == URL
    assert (download.mime, download.filename) == ("image/png", "map.png")


@pytest.mark.parametrize(
    "ref",
    [
        "https://evil.example/map.png",
        "http://files.slack.com/map.png",
        "https://files.slack.com.evil.example/map.png",
        "https://files.slack.com@evil.example/map.png",
        "https://user@files.slack.com/map.png",
        "https://files.slack.com:8443/map.png",
        "https://docs.google.com/document/1",
        "file:///etc/passwd",
        "",
        "https://[/",
        "https://files.slack.com:x/",
    ],
)
def test_the_token_goes_to_no_other_host(ref: str) -> None:
    with pytest.raises(DeliveryRejected, match="another service"):
        next(slack.fetch(replace(MAP, ref=ref), a_channel()))
    located = ok(file={"id": "F0MAP", "url_private_download": ref or "x"})
    with pytest.raises(DeliveryRejected, match="another service"):
        drive(slack.fetch(LOOK_UP, a_channel()), [located])


def test_the_channel_s_own_server_is_a_host_of_slack_s() -> None:
    channel = a_channel(api_base="http://127.0.0.1:9")
    [request], _ = drive(slack.fetch(replace(MAP, ref="http://127.0.0.1:9/files/a"), channel), [PNG])
    assert request.headers == BEARER


@pytest.mark.parametrize(
    ("answer", "failure", "words"),
    [
        (LOGIN, OperatorNeeded, "files:read"),
        (Response(302, headers={"location": "https://evil.example"}), OperatorNeeded, "files:read"),
        (Response(404), DeliveryRejected, "no longer has"),
        (Response(429, headers={"retry-after": "3"}), ChannelThrottled, "slow down"),
        (Response(503), ChannelUnreachable, "503"),
        (Response(401), ChannelUnauthorised, "OAuth"),
        (Response(204), ChannelUnreachable, "fails on its side"),
    ],
    ids=lambda value: str(getattr(value, "status", "")),
)
def test_a_download_that_fails_says_why(answer: Response, failure: type[Exception], words: str) -> None:
    with pytest.raises(failure, match=words):
        drive(slack.fetch(MAP, a_channel()), [answer])


def test_a_page_that_somebody_sent_is_no_login_page() -> None:
    page = replace(MAP, type="document", mime="text/html", filename="page.html")
    assert drive(slack.fetch(page, a_channel()), [LOGIN])[1].data == LOGIN.body


@pytest.mark.parametrize(
    ("info", "failure"),
    [
        (refusal("file_not_found"), DeliveryRejected),
        (refusal("file_deleted"), DeliveryRejected),
        (refusal("missing_scope", needed="files:read"), OperatorNeeded),
        (ok(file={"id": "F0MAP", "mode": "tombstone", "url_private": URL}), DeliveryRejected),
        (ok(file={"id": "F0MAP"}), DeliveryRejected),
        (ok(), DeliveryRejected),
    ],
)
def test_a_file_that_can_t_be_looked_up_says_why(info: Response, failure: type[Exception]) -> None:
    with pytest.raises(failure):
        drive(slack.fetch(LOOK_UP, a_channel()), [info])


def _place(number: str = "F1", url: str = PLACE) -> Response:
    return ok(upload_url=url, file_id=number)


TAKEN = Response(200, b"OK - 5")


def test_a_file_is_deposited_and_then_shared() -> None:
    message = an_outbound(ROOM, "1.1", type="document", media=(FILE,), text="<b>a & b</b>", format="html")
    requests, external_id = drive(slack.send(message, a_channel()), [_place(), TAKEN, ok(files=[{"id": "F1"}])])
    assert asked(requests[0]) == ("files.getUploadURLExternal", {"filename": "ж.txt", "length": "5"})
    assert requests[0].fields
    assert (requests[1].method, requests[1].url, requests[1].body) == ("POST", PLACE, b"hello")
    assert dict(requests[1].headers) == {"content-type": "text/plain"}
    shared = {"files": [{"id": "F1", "title": "ж.txt"}], "channel_id": ROOM, "thread_ts": "1.1"}
    assert asked(requests[2]) == ("files.completeUploadExternal", {**shared, "initial_comment": "*a &amp; b*"})
    assert external_id == f"{ROOM}:{KEY}"


def test_a_file_for_a_person_goes_to_the_conversation_with_them() -> None:
    message = an_outbound("U0PETRA", type="document", media=(FILE,), only_for="U0PETRA")
    requests, _ = drive(slack.send(message, a_channel()), [_place(), TAKEN, ok(channel={"id": DIRECT}), ok()])
    assert asked(requests[2]) == ("conversations.open", {"users": "U0PETRA"})
    assert asked(requests[3])[1]["channel_id"] == DIRECT


def test_an_album_is_shared_at_once() -> None:
    linked = OutboundMedia(type="image", url="https://example.org/a%20b.png?x=1")
    message = an_outbound(type="album", media=(FILE, linked))
    loaded = Response(200, b"\x89PNG", {"content-type": "image/png"})
    answers = [_place(), TAKEN, loaded, _place("F2"), TAKEN, ok()]
    requests, external_id = drive(slack.send(message, a_channel()), answers)
    assert (requests[2].method, requests[2].url, dict(requests[2].headers)) == (FETCH, linked.url, {})
    assert asked(requests[3])[1] == {"filename": "a b.png", "length": "4"}
    assert requests[4].headers["content-type"] == "image/png"
    files = [{"id": "F1", "title": "ж.txt"}, {"id": "F2", "title": "a b.png"}]
    assert asked(requests[5])[1] == {"files": files, "channel_id": DIRECT}
    assert external_id == f"{DIRECT}:{KEY}"


@pytest.mark.parametrize("kind", ["image", "audio", "voice", "video", "animation", "document", "sticker"])
def test_every_kind_of_file_is_uploaded_and_named(kind: Any) -> None:
    media = OutboundMedia(type=kind, data=b"x", mime="image/png")
    requests, _ = drive(slack.send(an_outbound(type=kind, media=(media,)), a_channel()), [_place(), TAKEN, ok()])
    assert asked(requests[0])[1]["filename"] == f"{kind}.png"


def test_a_file_of_slack_s_own_is_sent_on() -> None:
    message = an_outbound(type="document", media=(OutboundMedia(type="document", ref=URL),))
    requests, _ = drive(slack.send(message, a_channel()), [PNG, _place(), TAKEN, ok()])
    assert (requests[0].url, dict(requests[0].headers)) == (URL, BEARER)


def test_a_picture_slack_can_t_load_is_uploaded() -> None:
    linked = OutboundMedia(type="image", url="https://example.org/a.png")
    message = an_outbound(type="image", media=(linked,), text="look")
    bad = refusal("invalid_blocks", response_metadata={"messages": ["downloading image failed"]})
    requests, _ = drive(slack.send(message, a_channel()), [bad, PNG, _place(), TAKEN, ok()])
    assert [request.method for request in requests] == ["POST", FETCH, "POST", "POST", "POST"]
    assert asked(requests[4])[1]["initial_comment"] == "look"


@pytest.mark.parametrize(
    ("answers", "failure"),
    [
        ([refusal("missing_scope", needed="files:write")], OperatorNeeded),
        ([refusal("ratelimited", 429, {"retry-after": "1"})], ChannelThrottled),
        ([ok()], DeliveryRejected),
        ([_place(url="https://evil.example/upload")], DeliveryRejected),
        ([_place(), Response(500)], ChannelUnreachable),
        ([_place(), Response(413)], DeliveryRejected),
        ([_place(), Response(201)], ChannelUnreachable),
        ([_place(), TAKEN, refusal("channel_not_found")], ConversationClosed),
        ([_place(), TAKEN, refusal("invalid_arguments")], DeliveryRejected),
        ([_place(), TAKEN, refusal("internal_error")], ChannelUnreachable),
    ],
    ids=str,
)
def test_an_upload_that_fails_says_why(answers: list[Response], failure: type[Exception]) -> None:
    message = an_outbound(type="document", media=(FILE,))
    with pytest.raises(failure):
        drive(slack.send(message, a_channel()), answers)


def test_a_file_that_can_t_be_loaded_is_refused() -> None:
    linked = OutboundMedia(type="document", url="https://example.org/gone.pdf")
    message = an_outbound(type="document", media=(linked,))
    with pytest.raises(DeliveryRejected, match="answers 404"):
        drive(slack.send(message, a_channel()), [Response(404)])
