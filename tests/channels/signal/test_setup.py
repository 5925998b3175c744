"""Downloads, ways of receiving, registration and checks."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from frontdesk.channels import signal
from frontdesk.core.channel import Found
from frontdesk.core.exchange import Response
from frontdesk.core.message import Media
from frontdesk.errors import (
    ChannelUnauthorised,
    ChannelUnreachable,
    ConfigurationError,
    DeliveryRejected,
    FrontdeskError,
)
from tests.channels.signal.builders import US, a_channel, answered, asked, drive, refusal

PICTURE = Media(type="image", ref="Gk3x 1.jpg", mime="image/jpeg", filename="a.jpg")
WEBHOOK = "https://desk.example.org/messages/receive/tenants/acme/channels/signal/tokens/t0ken"
JPEG = Response(200, b"jpeg", {"content-type": "image/png"})


def test_fetch_downloads_a_file_by_its_id() -> None:
    requests, download = drive(signal.fetch(PICTURE, a_channel()), [JPEG])
    assert asked(requests[0]) == ("GET", "/v1/attachments/Gk3x%201.jpg", None)
    assert (download.data, download.mime, download.filename) == (b"jpeg", "image/jpeg", "a.jpg")


def test_fetch_takes_the_bridge_s_word_where_the_message_names_no_type() -> None:
    _, download = drive(signal.fetch(Media(type="document", ref="x"), a_channel()), [JPEG])
    assert (download.mime, download.filename) == ("image/png", None)


@pytest.mark.parametrize("ref", ["", "..", "../accounts.json", "a/b", "a\\b", "a..b", ".", "a\x00"])
def test_an_id_that_leads_elsewhere_is_not_asked_for(ref: str) -> None:
    with pytest.raises(DeliveryRejected):
        next(signal.fetch(Media(type="image", ref=ref), a_channel()))


@pytest.mark.parametrize("ref", ["a?b#c", "%2e%2e", "ü.png"])
def test_an_id_is_quoted(ref: str) -> None:
    request = next(signal.fetch(Media(type="image", ref=ref), a_channel()))
    last = request.url.rpartition("/")[2]
    assert not set("?#ü") & set(last)
    assert last != ref


@pytest.mark.parametrize(
    ("answer", "failure"),
    [
        (refusal(404, "No attachment with that name found"), DeliveryRejected),
        (refusal(400, "Please provide a valid attachment name"), DeliveryRejected),
        (refusal(500, "Couldn't read attachment"), ChannelUnreachable),
        (Response(401), ChannelUnauthorised),
    ],
)
def test_fetch_names_the_failure(answer: Response, failure: type[Exception]) -> None:
    with pytest.raises(failure):
        drive(signal.fetch(PICTURE, a_channel()), [answer])


@pytest.mark.parametrize("status", [204, 200, 404])
def test_a_file_kept_here_is_deleted_there(status: int) -> None:
    requests, _ = drive(signal.kept(PICTURE, a_channel()), [Response(status)])
    assert asked(requests[0]) == ("DELETE", "/v1/attachments/Gk3x%201.jpg", None)


def test_a_file_stays_where_the_channel_says_so_and_a_failed_deletion_is_told() -> None:
    assert drive(signal.kept(PICTURE, a_channel(delete_attachments=False)), [])[0] == []
    assert drive(signal.kept(Media(type="image", ref=""), a_channel()), [])[0] == []
    with pytest.raises(ChannelUnreachable):
        drive(signal.kept(PICTURE, a_channel()), [Response(500)])


def test_a_webhook_needs_nobody_to_listen() -> None:
    assert signal.source(a_channel()) is None
    assert signal.source(a_channel(receive="webhook")) is None


@pytest.mark.parametrize(("base", "url"), [("http://b:8080/", "ws://b:8080"), ("https://b/signal", "wss://b/signal")])
def test_a_websocket_is_listened_to_at_the_bridge(base: str, url: str) -> None:
    channel = replace(a_channel({"api_authorization": "Basic dTpw"}, receive="websocket"), api_base=base)
    source = signal.source(channel)
    assert source is not None
    assert (source.way, source.url) == ("websocket", f"{url}/v1/receive/{US}")
    assert source.headers == {"authorization": "Basic dTpw"}


def test_a_poll_asks_for_what_came_and_sends_no_receipts() -> None:
    source = signal.source(a_channel(receive="poll", poll_seconds=7))
    assert source is not None
    path, _, query = source.url.removeprefix("http://bridge.internal:8080").partition("?")
    assert (source.way, path, source.every) == ("poll", f"/v1/receive/{US}", timedelta(seconds=7))
    assert set(query.split("&")) == {
        "timeout=5",
        "ignore_stories=true",
        "send_read_receipts=false",
        "max_messages=100",
    }


@pytest.mark.parametrize("receive", ["socket", 5, None, ["poll"]])
def test_an_unknown_way_names_those_there_are(receive: Any) -> None:
    with pytest.raises(ConfigurationError, match="webhook, websocket, poll"):
        signal.source(a_channel(receive=receive))


@pytest.mark.parametrize(
    ("receive", "words"),
    [
        ("webhook", f"RECEIVE_WEBHOOK_URL={WEBHOOK}"),
        ("websocket", "MODE=json-rpc"),
        ("poll", "MODE=native"),
    ],
)
def test_register_says_how_the_bridge_has_to_be_started(receive: str, words: str) -> None:
    requests, said = drive(signal.register(a_channel(receive=receive), WEBHOOK), [])
    assert requests == []
    assert words in said


RIGHT: list[Response] = [
    Response(204),
    answered({"versions": ["v1", "v2"], "build": 2, "mode": "json-rpc", "version": "0.98"}),
    answered({"versions": ["v1", "v2"], "build": 2, "mode": "json-rpc", "version": "0.98"}),
    answered(["+15550000", US]),
    answered([{"number": "+4917", "uuid": "ana"}, {"number": US, "uuid": "9d0e"}]),
]


def _found(answers: list[Response], **settings: Any) -> list[Found | FrontdeskError]:
    found: list[Found | FrontdeskError] = []
    for check, answer in zip(signal.checks(a_channel(**settings), WEBHOOK), answers, strict=True):
        try:
            found.append(drive(check.exchange, [answer])[1])
        except FrontdeskError as error:
            found.append(error)
    return found


def test_checks_find_a_bridge_set_up_right() -> None:
    found = _found(RIGHT)
    assert "t0ken" not in str(found)
    assert [isinstance(each, Found) for each in found] == [True] * 5
    assert "RECEIVE_WEBHOOK_URL" in str(found[1])
    assert isinstance(found[4], Found)
    assert found[4].learned == {"account_uuid": "9d0e"}


@pytest.mark.parametrize(
    ("number", "answer", "settings", "failure", "words"),
    [
        (0, Response(502), {}, ChannelUnreachable, "start the bridge"),
        (0, Response(404), {}, ChannelUnreachable, "API base"),
        (1, answered({"mode": "native"}), {}, ConfigurationError, "MODE=json-rpc"),
        (1, answered({"mode": "normal"}), {"receive": "websocket"}, ConfigurationError, "MODE=json-rpc"),
        (1, answered({"mode": "json-rpc"}), {"receive": "poll"}, ConfigurationError, "MODE=normal"),
        (1, Response(200, b"<html>"), {}, ConfigurationError, "unknown"),
        (1, answered({"mode": "json-rpc"}), {"receive": "pigeon"}, ConfigurationError, "webhook, websocket, poll"),
        (2, answered({"version": "0.95"}), {}, ConfigurationError, "update it"),
        (3, answered(["+15550000"]), {}, ChannelUnauthorised, "qrcodelink"),
        (3, answered({"accounts": []}), {}, ChannelUnauthorised, US),
    ],
)
def test_checks_name_the_fault_and_the_remedy(
    number: int, answer: Response, settings: dict[str, Any], failure: type[Exception], words: str
) -> None:
    answers = [*RIGHT[:number], answer, *RIGHT[number + 1 :]]
    found = _found(answers, **settings)[number]
    assert isinstance(found, failure)
    assert words in str(found)


def test_a_password_in_the_bridge_s_address_is_not_told() -> None:
    channel = replace(a_channel(), api_base="http://user:s3cret@bridge.internal:8080")
    check = signal.checks(channel, None)[0]
    with pytest.raises(ChannelUnreachable, match=r"bridge\.internal") as caught:
        drive(check.exchange, [Response(502)])
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize("answer", [Response(500), answered([{"number": US}]), answered({}), answered([5])])
def test_a_bridge_that_does_not_tell_our_uuid_is_fine(answer: Response) -> None:
    found = _found([*RIGHT[:4], answer])[4]
    assert isinstance(found, Found)
    assert found.learned == {}


@pytest.mark.parametrize("mode", ["json-rpc", "json-rpc-native"])
def test_both_daemons_will_do(mode: str) -> None:
    assert isinstance(_found([RIGHT[0], answered({"mode": mode}), *RIGHT[2:]])[1], Found)


@pytest.mark.parametrize("version", ["unset", "dev", "1.0", None])
def test_a_version_that_says_nothing_is_no_fault(version: str | None) -> None:
    assert isinstance(_found([*RIGHT[:2], answered({"version": version}), *RIGHT[3:]])[2], Found)
