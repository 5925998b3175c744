"""Downloads, webhook registration, and the small courtesies."""

from dataclasses import replace
from typing import Any

import pytest

from frontdesk.channels import telegram
from frontdesk.core.channel import Adapter
from frontdesk.core.exchange import Response
from frontdesk.core.message import Media, Message, Origin
from frontdesk.errors import (
    ChannelThrottled,
    ChannelUnauthorised,
    ChannelUnreachable,
    ConfigurationError,
    DeliveryRejected,
)
from tests.channels.telegram.builders import CHAT, GROUP, TOKEN, a_channel, asked, drive, ok, refusal

VOICE = Media(type="audio", ref="AwAC-voice", mime="audio/ogg", voice=True, size=9000)
LOCATED = ok({"file_id": "AwAC-voice", "file_path": "voice/file 7.oga", "file_size": 9000})
WEBHOOK = "https://desk.example.org/messages/receive/tenants/acme/channels/telegram/tokens/t0ken"
PRESS = Message(type="button_reply", external_id="4382bfd", origin=Origin(conversation=CHAT))


def test_the_package_is_an_adapter() -> None:
    adapter: Adapter = telegram
    assert (adapter.KIND, adapter.API_BASE) == ("telegram", "https://api.telegram.org")
    assert adapter.LIMITS.unit == "utf16"
    assert [credential.name for credential in adapter.CREDENTIALS] == ["token", "secret_token"]
    assert [credential.generated for credential in adapter.CREDENTIALS] == [False, True]


def test_fetch_asks_where_the_file_lies_and_downloads_it() -> None:
    requests, download = drive(telegram.fetch(VOICE, a_channel()), [LOCATED, Response(200, b"OggS")])
    assert asked(requests[0]) == ("getFile", {"file_id": "AwAC-voice"})
    assert requests[1].method == "GET"
    assert requests[1].url == f"https://api.telegram.org/file/bot{TOKEN}/voice/file%207.oga"
    assert (download.data, download.mime, download.filename) == (b"OggS", "audio/ogg", "file 7.oga")


def test_fetch_keeps_the_sender_s_file_name() -> None:
    media = replace(VOICE, filename="note.ogg")
    _, download = drive(telegram.fetch(media, a_channel()), [LOCATED, Response(200, b"OggS")])
    assert download.filename == "note.ogg"


@pytest.mark.parametrize(
    "answer",
    [refusal(400, "Bad Request: file is too big"), ok({"file_path": "video/9.mp4", "file_size": 20_000_001})],
    ids=["refused", "told"],
)
def test_a_file_over_20_mb_is_refused_in_plain_words(answer: Response) -> None:
    with pytest.raises(DeliveryRejected, match="over 20 MB"):
        drive(telegram.fetch(VOICE, a_channel()), [answer])


def test_a_file_known_to_be_too_large_is_not_asked_for() -> None:
    with pytest.raises(DeliveryRejected, match="over 20 MB"):
        next(telegram.fetch(replace(VOICE, size=20_000_001), a_channel()))


@pytest.mark.parametrize(
    ("answers", "failure"),
    [
        ([refusal(401, "Unauthorized")], ChannelUnauthorised),
        ([refusal(400, "Bad Request: wrong file_id or the file is temporarily unavailable")], DeliveryRejected),
        ([ok({"file_id": "AwAC-voice"})], DeliveryRejected),
        ([ok(None)], DeliveryRejected),
        ([LOCATED, Response(404)], DeliveryRejected),
        ([LOCATED, Response(502)], ChannelUnreachable),
        ([LOCATED, Response(429, headers={"retry-after": "3"})], ChannelThrottled),
    ],
)
def test_fetch_names_the_failure(answers: list[Response], failure: type[Exception]) -> None:
    with pytest.raises(failure) as caught:
        drive(telegram.fetch(VOICE, a_channel()), answers)
    assert TOKEN not in str(caught.value)


def test_register_sets_the_webhook_and_confirms_it() -> None:
    answers = [ok(True), ok({"url": WEBHOOK, "pending_update_count": 4})]
    requests, words = drive(telegram.register(a_channel(), WEBHOOK), answers)
    assert asked(requests[0]) == (
        "setWebhook",
        {
            "url": WEBHOOK,
            "secret_token": "tg-Secret_9",
            "allowed_updates": ["message", "edited_message", "callback_query", "my_chat_member", "message_reaction"],
        },
    )
    assert asked(requests[1]) == ("getWebhookInfo", {})
    assert "4 updates are waiting" in words
    assert "t0ken" not in words


def test_register_tells_the_last_failed_delivery() -> None:
    info = {"url": WEBHOOK, "last_error_date": 1760000000, "last_error_message": f"Wrong response: 403 from {WEBHOOK}"}
    _, words = drive(telegram.register(a_channel(), WEBHOOK), [ok(True), ok(info)])
    assert "Wrong response: 403 from" in words
    assert "t0ken" not in words


def test_register_notices_that_another_address_is_kept() -> None:
    with pytest.raises(DeliveryRejected, match="another webhook address"):
        drive(telegram.register(a_channel(), WEBHOOK), [ok(True), ok({"url": "https://other.example.org/hook"})])


def test_register_without_a_secret_token_names_the_missing_credential() -> None:
    with pytest.raises(ConfigurationError, match="secret_token"):
        next(telegram.register(replace(a_channel(), credentials={"token": TOKEN}), WEBHOOK))


def test_register_does_not_repeat_the_address_in_a_refusal() -> None:
    with pytest.raises(DeliveryRejected) as caught:
        drive(
            telegram.register(a_channel(), WEBHOOK), [refusal(400, f"Bad Request: bad webhook: can't reach {WEBHOOK}")]
        )
    assert "bad webhook" in str(caught.value)
    assert "t0ken" not in str(caught.value)


@pytest.mark.parametrize(
    ("conversation", "thread", "address"),
    [(CHAT, None, {"chat_id": int(CHAT)}), (GROUP, "77", {"chat_id": int(GROUP), "message_thread_id": 77})],
)
def test_typing_is_shown_where_the_answer_will_go(
    conversation: str, thread: str | None, address: dict[str, Any]
) -> None:
    requests, _ = drive(telegram.show_typing(conversation, thread, None, a_channel()), [ok(True)])
    assert asked(requests[0]) == ("sendChatAction", {**address, "action": "typing"})


def test_a_press_is_acknowledged_by_its_query_id() -> None:
    requests, _ = drive(telegram.acknowledge(PRESS, a_channel()), [ok(True)])
    assert asked(requests[0]) == ("answerCallbackQuery", {"callback_query_id": "4382bfd"})


def test_what_is_no_press_is_acknowledged_without_a_call() -> None:
    requests, _ = drive(telegram.acknowledge(replace(PRESS, type="text"), a_channel()), [])
    assert requests == []


def test_a_press_answered_too_late_is_no_error() -> None:
    late = refusal(400, "Bad Request: query is too old and response timeout expired or query ID is invalid")
    drive(telegram.acknowledge(PRESS, a_channel()), [late])


def test_a_press_that_can_t_be_acknowledged_says_why() -> None:
    with pytest.raises(ChannelUnauthorised):
        drive(telegram.acknowledge(PRESS, a_channel()), [refusal(401, "Unauthorized")])
