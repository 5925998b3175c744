"""What Telegram's refusals mean, and which of them have a remedy."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from frontdesk.channels import telegram
from frontdesk.core.content import OutboundMedia
from frontdesk.core.exchange import Response
from frontdesk.errors import (
    ChannelThrottled,
    ChannelUnauthorised,
    ChannelUnreachable,
    ConversationClosed,
    ConversationMoved,
    DeliveryInDoubt,
    DeliveryRejected,
    RecipientOptedOut,
)
from tests.channels.telegram.builders import (
    CHAT,
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

ID = int(CHAT)
TARGET = {"chat_id": ID, "message_id": 501}
PNG = OutboundMedia(type="image", stored="f1", data=b"\x89PNG", mime="image/png", filename="map.png")
BROKEN_HTML = refusal(400, "Bad Request: can't parse entities: Can't find end tag corresponding to start tag b")


def _second_call(content: dict[str, Any], first_answer: Response) -> tuple[str, dict[str, Any]]:
    requests, external_id = drive(telegram.send(an_outbound(**content), a_channel()), [first_answer, sent(501)])
    assert external_id == f"{CHAT}:501"
    return asked(requests[1])


def test_broken_html_is_sent_again_as_plain_words() -> None:
    content = {"text": '<b>5 < 6 &amp; <a href="https://x.example">more', "format": "html"}
    assert _second_call(content, BROKEN_HTML) == ("sendMessage", {"chat_id": ID, "text": "5 < 6 & more"})


def test_a_broken_caption_is_sent_again_as_plain_words() -> None:
    content = {"type": "album", "media": (a_file("image"), PNG), "text": "<b>two", "format": "html"}
    _, body = _second_call(content, BROKEN_HTML)
    assert body["media"][0] == {"type": "photo", "media": "BQAD-image", "caption": "two"}


def test_plain_words_that_can_t_be_parsed_are_not_sent_again() -> None:
    with pytest.raises(DeliveryRejected, match="can't parse entities"):
        drive(telegram.send(an_outbound(text="<b>"), a_channel()), [BROKEN_HTML])


def test_new_words_for_a_file_s_message_become_its_caption() -> None:
    content = {"type": "edit", "target": f"{CHAT}:501", "text": "new", "link_preview": False}
    refused = refusal(400, "Bad Request: there is no text in the message to edit")
    assert _second_call(content, refused) == ("editMessageCaption", {**TARGET, "caption": "new"})


@pytest.mark.parametrize(
    ("kind", "description"),
    [
        ("edit", "Bad Request: message is not modified: specified new message content is exactly the same"),
        ("delete", "Bad Request: message to delete not found"),
    ],
)
def test_a_change_already_made_is_fine(kind: Any, description: str) -> None:
    message = an_outbound(type=kind, target=f"{CHAT}:501", text="same")
    _, external_id = drive(telegram.send(message, a_channel()), [refusal(400, description)])
    assert external_id == f"{CHAT}:501"


def test_a_message_taken_but_not_named_is_not_sent_twice() -> None:
    _, external_id = drive(telegram.send(an_outbound(text="Hi"), a_channel()), [ok(True)])
    assert external_id == f"{CHAT}:0199-key"


REFUSALS: list[tuple[Response, type[Exception]]] = [
    (refusal(429, "Too Many Requests: retry after 7", retry_after=7), ChannelThrottled),
    (
        refusal(400, "Bad Request: group chat was upgraded to a supergroup chat", migrate_to_chat_id=-1002100300777),
        ConversationMoved,
    ),
    (refusal(403, "Forbidden: bot was blocked by the user"), RecipientOptedOut),
    (refusal(403, "Forbidden: user is deactivated"), RecipientOptedOut),
    (refusal(403, "Forbidden: bot was kicked from the group chat"), ConversationClosed),
    (refusal(403, "Forbidden: bot was kicked from the supergroup chat"), ConversationClosed),
    (refusal(403, "Forbidden: bot was kicked from the channel chat"), ConversationClosed),
    (refusal(403, "Forbidden: bot is not a member of the channel chat"), ConversationClosed),
    (refusal(403, "Forbidden: bot can't initiate conversation with a user"), DeliveryRejected),
    (refusal(403, "Forbidden: bot can't send messages to bots"), DeliveryRejected),
    (refusal(403, "Forbidden: not enough rights to send text messages to the chat"), DeliveryRejected),
    (refusal(403, "Forbidden: CHAT_WRITE_FORBIDDEN"), DeliveryRejected),
    (refusal(401, "Unauthorized"), ChannelUnauthorised),
    (refusal(404, "Not Found"), ChannelUnauthorised),
    (refusal(409, "Conflict: terminated by other getUpdates request"), DeliveryRejected),
    (refusal(413, "Request Entity Too Large"), DeliveryRejected),
    (refusal(500, "Internal Server Error"), ChannelUnreachable),
    (Response(502, b"<html>Bad Gateway</html>"), ChannelUnreachable),
    (Response(503), ChannelUnreachable),
    (Response(504), ChannelUnreachable),
    (Response(200, b"<html>hello</html>"), DeliveryInDoubt),
    (Response(200, b'{"ok":false,"error_code":429,"parameters":{"retry_after":7}}'), ChannelThrottled),
    (Response(302), DeliveryRejected),
    (Response(400, b"[1]"), DeliveryRejected),
]
BAD_REQUESTS = [
    "chat not found",
    "PEER_ID_INVALID",
    "message is too long",
    "message text is empty",
    "wrong file identifier/HTTP URL specified",
    "failed to get HTTP URL content",
    "BUTTON_DATA_INVALID",
    "message to be replied not found",
    "TOPIC_CLOSED",
    "REACTION_INVALID",
]
REFUSALS += [(refusal(400, f"Bad Request: {reason}"), DeliveryRejected) for reason in BAD_REQUESTS]


@pytest.mark.parametrize(("answer", "failure"), REFUSALS, ids=lambda value: str(getattr(value, "body", value))[:90])
def test_send_names_the_failure(answer: Response, failure: type[Exception]) -> None:
    with pytest.raises(failure) as caught:
        drive(telegram.send(an_outbound(text="Hi"), a_channel()), [answer])
    assert type(caught.value) is failure


@pytest.mark.parametrize("reason", BAD_REQUESTS)
def test_a_refusal_keeps_telegram_s_reason(reason: str) -> None:
    with pytest.raises(DeliveryRejected, match=reason.partition("/")[0]):
        drive(telegram.send(an_outbound(text="Hi"), a_channel()), [refusal(400, f"Bad Request: {reason}")])


@pytest.mark.parametrize(
    ("answer", "wait"),
    [
        (refusal(429, retry_after=7), timedelta(seconds=7)),
        (refusal(429, retry_after="7"), timedelta(seconds=7)),
        (refusal(429, retry_after=10**15), timedelta(days=30)),
        (refusal(429, retry_after=-1), None),
        (refusal(429), None),
        (Response(429, headers={"retry-after": "9"}), timedelta(seconds=9)),
    ],
)
def test_a_flood_tells_how_long_to_wait(answer: Response, wait: timedelta | None) -> None:
    with pytest.raises(ChannelThrottled) as caught:
        drive(telegram.send(an_outbound(text="Hi"), a_channel()), [answer])
    assert caught.value.retry_after == wait


def test_a_moved_group_tells_its_new_id() -> None:
    moved = refusal(400, "Bad Request: group chat was upgraded", migrate_to_chat_id=-1002100300777)
    with pytest.raises(ConversationMoved) as caught:
        drive(telegram.send(an_outbound("-40117", text="Hi"), a_channel()), [moved])
    assert caught.value.new_conversation == "-1002100300777"


def test_a_conflict_names_the_remedy() -> None:
    with pytest.raises(DeliveryRejected, match="getUpdates: stop it"):
        drive(telegram.send(an_outbound(text="Hi"), a_channel()), [refusal(409, "Conflict")])


@pytest.mark.parametrize("status", [400, 403])
@pytest.mark.parametrize("token", [TOKEN, "77:Short"])
def test_no_failure_tells_the_token_or_an_address(status: int, token: str) -> None:
    channel = replace(a_channel(), credentials={"token": token})
    description = f"Oops at https://api.telegram.org/bot{token}/sendMessage with {token} or 99999:{'A' * 35}"
    with pytest.raises(DeliveryRejected) as caught:
        drive(telegram.send(an_outbound(text="Hi"), channel), [refusal(status, description)])
    assert token.lower() not in str(caught.value).lower()
    assert "https" not in str(caught.value)
    assert "AAAA" not in str(caught.value).upper()
