"""What is posted for each message, and what the answers mean."""

import base64
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from frontdesk.channels import custom
from frontdesk.core.channel import Channel
from frontdesk.core.content import Button, OutboundMedia, Row
from frontdesk.core.exchange import FETCH, Response
from frontdesk.core.message import ContactCard, Media, Place
from frontdesk.errors import (
    ChannelThrottled,
    ChannelUnauthorised,
    ChannelUnreachable,
    ConfigurationError,
    ConversationClosed,
    DeliveryError,
    DeliveryRejected,
    FrontdeskError,
    OperatorNeeded,
)
from tests.channels.custom.builders import a_channel, an_outbound, drive

CHANNEL = a_channel()
OK = Response(200)
ALWAYS = {"id": "0199-key", "channel": "00000000-0000-0000-0000-000000000001", "conversation": "c-7"}
PICTURE = OutboundMedia(type="image", url="https://files.example.org/a.png", mime="image/png", filename="a.png")

SHOWN = {"type": "image", "url": "https://files.example.org/a.png", "mime": "image/png", "filename": "a.png"}


def posted(**content: Any) -> dict[str, Any]:
    (request,), _ = drive(custom.send(an_outbound(**content), CHANNEL), [OK])
    body: dict[str, Any] = json.loads(request.body)
    return body


@pytest.mark.parametrize(
    ("content", "shown"),
    [
        ({"text": "Hello 😀"}, {"type": "text", "text": "Hello 😀"}),
        ({"text": "<b>Hi</b>", "format": "html", "silent": True, "link_preview": False, "reply_to": "m-1"},
         {"type": "text", "text": "<b>Hi</b>", "format": "html", "silent": True, "link_preview": False, "reply_to": "m-1"}),
        ({"text": "Which?", "buttons": (Button(title="A", payload="a"), Button(title="B"), Button(title="C", url="https://c.example"))},
         {"type": "text", "text": "Which?", "buttons": [
             {"title": "A", "payload": "a"}, {"title": "B", "payload": "B"}, {"title": "C", "url": "https://c.example"}]}),
        ({"text": "When?", "list_title": "Times", "rows": (Row(title="A", payload="a", description="x"), Row(title="B", payload=""))},
         {"type": "text", "text": "When?", "list_title": "Times", "rows": [
             {"title": "A", "payload": "a", "description": "x"}, {"title": "B", "payload": ""}]}),
        ({"text": "Number?", "keyboard": ("Share", "No"), "asks_for": "contact"},
         {"type": "text", "text": "Number?", "keyboard": ["Share", "No"], "asks_for": "contact"}),
        ({"text": "Done.", "remove_keyboard": True}, {"type": "text", "text": "Done.", "remove_keyboard": True}),
        ({"type": "image", "media": (PICTURE,)},
         {"type": "image", "media": [SHOWN]}),
        ({"type": "album", "media": (PICTURE, OutboundMedia(type="video", stored="1", data=b"\x00\xff"))},
         {"type": "album", "media": [
             SHOWN, {"type": "video", "data": "AP8="}]}),
        ({"type": "location", "place": Place(latitude=0, longitude=8.5, name="Hall")},
         {"type": "location", "place": {"latitude": 0, "longitude": 8.5, "name": "Hall"}}),
        ({"type": "contacts", "contacts": (ContactCard(name="Bo", phones=("+41",)),)},
         {"type": "contacts", "contacts": [{"name": "Bo", "phones": ["+41"]}]}),
        ({"type": "reaction", "target": "m-1", "emoji": "👍"}, {"type": "reaction", "target": "m-1", "emoji": "👍"}),
        ({"type": "edit", "target": "x-1", "text": "New"}, {"type": "edit", "target": "x-1", "text": "New"}),
        ({"type": "delete", "target": "x-1"}, {"type": "delete", "target": "x-1"}),
        ({"text": "Only you", "only_for": "u-7", "thread": "t-1"},
         {"type": "text", "text": "Only you", "only_for": "u-7", "thread": "t-1"}),
    ],
    ids=lambda value: str(value)[:40],
)  # fmt: skip
def test_everything_a_message_says_is_posted_and_nothing_else(content: dict[str, Any], shown: dict[str, Any]) -> None:
    assert posted(**content) == {**ALWAYS, **shown}


def test_every_type_the_limits_declare_can_be_posted() -> None:
    for kind in custom.LIMITS.types:
        assert posted(type=kind, text="x", target="m-1", media=(PICTURE,), emoji="👍")["type"] == kind


def test_a_post_is_signed_with_our_key_as_its_id() -> None:
    (request,), external_id = drive(custom.send(an_outbound(text="Hello"), CHANNEL), [OK])
    assert (request.method, request.url) == ("POST", CHANNEL.api_base)
    assert request.headers["webhook-id"] == external_id == "0199-key"
    assert request.headers["content-type"] == "application/json"
    assert custom.verify(request, CHANNEL, datetime.now(UTC))


@pytest.mark.parametrize(
    ("body", "external_id"),
    [
        (b'{"id": "x-1"}', "x-1"),
        (b'{"id": 17}', "17"),
        (b'{"id": ""}', "0199-key"),
        (b'{"id": {}}', "0199-key"),
        (b'{"id": "' + b"x" * 201 + b'"}', "0199-key"),
        (b"[]", "0199-key"),
        (b"thanks", "0199-key"),
        (b"", "0199-key"),
    ],
)
def test_the_other_side_may_name_the_message(body: bytes, external_id: str) -> None:
    assert drive(custom.send(an_outbound(text="Hello"), CHANNEL), [Response(202, body)])[1] == external_id


@pytest.mark.parametrize(
    ("response", "failure"),
    [
        (Response(410), ConversationClosed),
        (Response(401), ChannelUnauthorised),
        (Response(403), ChannelUnauthorised),
        (Response(429), ChannelThrottled),
        (Response(500), ChannelUnreachable),
        (Response(503), ChannelUnreachable),
        (Response(408), ChannelUnreachable),
        (Response(400, b"no such\n conversation"), DeliveryRejected),
        (Response(404), DeliveryRejected),
        (Response(308), DeliveryRejected),
        (Response(100), DeliveryRejected),
    ],
    ids=lambda value: str(getattr(value, "status", "")),
)
def test_every_other_answer_names_the_failure(response: Response, failure: type[DeliveryError]) -> None:
    with pytest.raises(failure, match=str(response.status)) as raised:
        drive(custom.send(an_outbound(text="Hello"), CHANNEL), [response])
    assert type(raised.value) is failure
    assert response.status != 400 or "no such conversation" in str(raised.value)


@pytest.mark.parametrize(
    ("header", "wait"),
    [
        ("7", timedelta(seconds=7)),
        ("999999999", timedelta(days=1)),
        ("soon", None),
        ("-1", None),
        ("9" * 400, None),
        ("", None),
    ],
)
def test_a_wait_asked_for_is_kept_within_reason(header: str, wait: timedelta | None) -> None:
    with pytest.raises(ChannelThrottled) as raised:
        drive(custom.send(an_outbound(text="Hello"), CHANNEL), [Response(429, headers={"retry-after": header})])
    assert raised.value.retry_after == wait


@pytest.mark.parametrize("channel", [a_channel(api_base=""), a_channel(secret=""), a_channel(secret="whsec_?")])
def test_without_an_address_or_a_secret_nothing_is_posted(channel: Channel) -> None:
    with pytest.raises(OperatorNeeded):
        next(custom.send(an_outbound(text="Hello"), channel))


def test_a_lone_surrogate_is_sent_as_a_replacement() -> None:
    assert posted(text="a\ud800")["text"] == "a?"


@pytest.mark.parametrize("mime", ["image/png", None])
def test_a_file_is_fetched_from_the_address_it_came_with(mime: str | None) -> None:
    media = Media(type="image", ref="https://files.example.org/a.png", mime=mime, filename="a.png")
    answer = Response(200, b"png", {"content-type": "image/png; charset=x"})
    (request,), download = drive(custom.fetch(media, CHANNEL), [answer])
    assert (request.method, request.url, dict(request.headers)) == (FETCH, media.ref, {})
    assert (download.data, download.mime, download.filename) == (b"png", "image/png", "a.png")


@pytest.mark.parametrize(
    ("status", "failure"), [(404, DeliveryRejected), (204, DeliveryRejected), (503, ChannelUnreachable)]
)
def test_a_file_that_is_not_there_is_said_so(status: int, failure: type[DeliveryError]) -> None:
    with pytest.raises(failure):
        drive(custom.fetch(Media(type="image", ref="https://files.example.org/a.png"), CHANNEL), [Response(status)])


def test_the_checks_find_a_good_secret_and_an_address_that_takes_a_signed_ping() -> None:
    secret, address = custom.checks(CHANNEL, None)
    assert drive(secret.exchange, [])[1].detail
    (request,), found = drive(address.exchange, [OK])
    assert json.loads(request.body)["type"] == "ping"
    assert custom.verify(request, CHANNEL, datetime.now(UTC))
    assert found.detail


@pytest.mark.parametrize(
    ("channel", "which", "failure"),
    [
        (a_channel("short"), 0, ConfigurationError),
        (a_channel("whsec_" + base64.b64encode(b"short").decode()), 0, ConfigurationError),
        (a_channel("whsec_not base64 at all, however long"), 0, ConfigurationError),
        (a_channel(api_base=""), 1, OperatorNeeded),
        (CHANNEL, 1, ChannelUnauthorised),
    ],
)
def test_the_checks_name_what_is_wrong(channel: Channel, which: int, failure: type[FrontdeskError]) -> None:
    with pytest.raises(failure):
        drive(custom.checks(channel, None)[which].exchange, [Response(401)])


def test_the_secret_stands_in_no_error_and_no_repr() -> None:
    channel = a_channel("whsec_not base64, but secret")
    with pytest.raises(OperatorNeeded) as raised:
        next(custom.send(an_outbound(text="Hello"), channel))
    assert "but secret" not in str(raised.value) + repr(channel)
