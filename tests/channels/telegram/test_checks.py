"""What a bot's setup is found to be, and what to do about it."""

from collections.abc import Sequence
from typing import Any

import pytest

from frontdesk.channels import telegram
from frontdesk.core.channel import Found
from frontdesk.core.exchange import Response
from frontdesk.errors import ChannelUnauthorised, DeliveryRejected, FrontdeskError, OperatorNeeded
from tests.channels.telegram.builders import TOKEN, a_channel, drive, ok, refusal

WEBHOOK = "https://desk.example.org/messages/receive/tenants/acme/channels/telegram/tokens/t0ken"
ALLOWED = ["message", "edited_message", "callback_query", "my_chat_member", "message_reaction"]
ME = {"id": 6100100, "is_bot": True, "first_name": "Desk", "username": "harbour_bot"}


def found(what: str, answers: Sequence[Response], webhook_url: str | None = WEBHOOK) -> Found:
    (check,) = [check for check in telegram.checks(a_channel(), webhook_url) if check.what == what]
    result = drive(check.exchange, answers)[1]
    assert isinstance(result, Found)
    return result


def an_info(**info: Any) -> Response:
    return ok({"url": WEBHOOK, "pending_update_count": 0, "allowed_updates": ALLOWED, **info})


def test_the_token_is_checked_first() -> None:
    assert [check.what for check in telegram.checks(a_channel(), WEBHOOK)] == ["token", "webhook"]


def test_a_good_token_tells_who_the_bot_is() -> None:
    it = found("token", [ok(ME)])
    assert it.learned == {"bot_user_id": 6100100, "bot_username": "harbour_bot"}
    assert "@harbour_bot" in it.detail


@pytest.mark.parametrize(("reads", "words"), [(True, "every message"), (False, "/setprivacy")])
def test_privacy_mode_is_told(reads: bool, words: str) -> None:
    assert words in found("token", [ok({**ME, "can_read_all_group_messages": reads})]).detail


@pytest.mark.parametrize(
    ("answer", "failure", "words"),
    [
        (refusal(401, "Unauthorized"), ChannelUnauthorised, "BotFather"),
        (refusal(404, "Not Found"), ChannelUnauthorised, "BotFather"),
        (ok({**ME, "is_bot": False}), OperatorNeeded, "not a bot's"),
        (ok(True), DeliveryRejected, "api_base"),
    ],
)
def test_a_token_that_is_no_good_says_where_to_get_one(
    answer: Response, failure: type[FrontdeskError], words: str
) -> None:
    with pytest.raises(failure, match=words) as caught:
        found("token", [answer])
    assert TOKEN not in str(caught.value)


@pytest.mark.parametrize(
    ("info", "words"),
    [
        ({"url": ""}, "none is set.*channel register acme 'support bot'"),
        ({"url": "https://other.example.org/hook/s3cret"}, "another address, at https://other.example.org:"),
        ({"url": "https://[broken"}, "an address that can't be read"),
        (
            {"allowed_updates": ["message", "callback_query"]},
            "leaves out edited_message, my_chat_member, message_react",
        ),
        ({"allowed_updates": None}, "leaves out message_reaction"),
    ],
)
def test_a_webhook_that_is_not_ours_says_how_to_make_it_so(info: dict[str, Any], words: str) -> None:
    with pytest.raises(OperatorNeeded, match=words) as caught:
        found("webhook", [an_info(**info)])
    assert "s3cret" not in str(caught.value)
    assert "t0ken" not in str(caught.value)


@pytest.mark.parametrize(
    ("error", "words"),
    [
        ("Wrong response from the webhook: 403 Forbidden", "secret_token"),
        ("Wrong response from the webhook: 404 Not Found", "FRONTDESK_PUBLIC_URL"),
        ("Wrong response from the webhook: 502 Bad Gateway", "log"),
        ("SSL error {error:0A000086:SSL routines::certificate verify failed}", "certificate"),
        ("Failed to resolve host: Name or service not known", "DNS"),
        ("Connection refused", "nothing listens"),
        ("Connection timed out", "firewall"),
        ("Read timeout expired", "firewall"),
        ("Something nobody knows", "reachable"),
    ],
)
def test_updates_that_wait_behind_a_failure_say_what_it_means(error: str, words: str) -> None:
    info = an_info(pending_update_count=7, last_error_message=error, last_error_date=1760000000)
    with pytest.raises(OperatorNeeded, match=words) as caught:
        found("webhook", [info])
    assert "7 updates wait" in str(caught.value)
    assert "2025-10-09 08:53" in str(caught.value)


def test_a_failure_that_is_over_is_told_and_no_fault() -> None:
    detail = found("webhook", [an_info(last_error_message=f"Wrong response from {WEBHOOK}")]).detail
    assert "Its last failure: Wrong response" in detail
    assert "t0ken" not in detail


def test_a_webhook_in_order_is_found_so() -> None:
    assert "3 updates wait" in found("webhook", [an_info(pending_update_count=3)]).detail


@pytest.mark.parametrize(("url", "words"), [("", "none is set yet"), (WEBHOOK, "https://desk.example.org now")])
def test_without_an_address_of_ours_the_webhook_is_only_told(url: str, words: str) -> None:
    assert words in found("webhook", [an_info(url=url)], None).detail


def test_a_webhook_of_something_else_is_no_bot_api() -> None:
    with pytest.raises(DeliveryRejected, match="no Bot API"):
        found("webhook", [ok("hello")])
