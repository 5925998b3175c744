"""What Slack's refusals mean: a status of 200 carries them too."""

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from frontdesk.channels import slack
from frontdesk.core.exchange import Response
from frontdesk.errors import (
    ChannelThrottled,
    ChannelUnauthorised,
    ChannelUnreachable,
    ConversationClosed,
    DeliveryInDoubt,
    DeliveryRejected,
    OperatorNeeded,
)
from tests.channels.slack.builders import ROOM, TOKEN, a_channel, an_outbound, drive, refusal

BY_ERROR: dict[type[Exception], str] = {
    ChannelThrottled: "ratelimited rate_limited message_limit_exceeded",
    ChannelUnreachable: "internal_error fatal_error service_unavailable request_timeout team_added_to_org",
    ChannelUnauthorised: "invalid_auth not_authed account_inactive token_revoked token_expired org_login_required "
    "ekm_access_denied",
    OperatorNeeded: "missing_scope not_allowed_token_type no_permission restricted_action "
    "restricted_action_read_only_channel restricted_action_of_tomorrow",
    ConversationClosed: "channel_not_found not_in_channel is_archived user_not_found cannot_dm_bot user_disabled "
    "messages_tab_disabled thread_not_found team_access_not_granted",
    DeliveryRejected: "msg_too_long no_text invalid_blocks invalid_blocks_format msg_blocks_too_long "
    "too_many_attachments invalid_arguments invalid_form_data invalid_name message_not_found cant_update_message "
    "edit_window_closed error_of_tomorrow",
}
TABLE = [(error, kind) for kind, errors in BY_ERROR.items() for error in errors.split()]


def _fails(answer: Response, **content: Any) -> Exception:
    message = an_outbound(**({"text": "Hi"} | content))
    with pytest.raises(Exception) as caught:  # noqa: PT011 - which one is what the tests are about
        drive(slack.send(message, a_channel()), [answer])
    return caught.value


@pytest.mark.parametrize(("error", "kind"), TABLE, ids=[error for error, _ in TABLE])
def test_each_error_says_what_to_do(error: str, kind: type[Exception]) -> None:
    failure = _fails(refusal(error))
    assert type(failure) is kind
    assert kind in (ChannelThrottled,) or error in str(failure)


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (Response(429), ChannelThrottled),
        (Response(500), ChannelUnreachable),
        (Response(502, b"<html>Bad Gateway</html>"), ChannelUnreachable),
        (Response(503), ChannelUnreachable),
        (Response(401), ChannelUnauthorised),
        (Response(200, b"<html>hello</html>"), DeliveryInDoubt),
        (Response(200, b"[]"), DeliveryInDoubt),
        (Response(200, b'{"ok":"true"}'), DeliveryInDoubt),
        (Response(302), DeliveryRejected),
        (Response(400, b"oops"), DeliveryRejected),
    ],
    ids=lambda value: str(getattr(value, "status", "")),
)
def test_a_bare_status_says_so_too(answer: Response, kind: type[Exception]) -> None:
    assert type(_fails(answer)) is kind


@pytest.mark.parametrize(
    ("answer", "wait"),
    [
        (refusal("ratelimited", 429, {"retry-after": "7"}), timedelta(seconds=7)),
        (refusal("ratelimited", headers={"retry-after": "30"}), timedelta(seconds=30)),
        (Response(429, headers={"retry-after": "999999999"}), timedelta(days=30)),
        (Response(429, headers={"retry-after": "soon"}), None),
        (Response(429), None),
    ],
)
def test_a_throttled_call_tells_how_long_to_wait(answer: Response, wait: timedelta | None) -> None:
    failure = _fails(answer)
    assert isinstance(failure, ChannelThrottled)
    assert failure.retry_after == wait


def test_a_missing_scope_is_named_with_the_remedy() -> None:
    failure = _fails(refusal("missing_scope", needed="files:write", provided="chat:write,im:history"))
    for part in ("files:write", "chat:write,im:history", "OAuth & Permissions", "install the app again"):
        assert part in str(failure)


def test_details_of_bad_blocks_are_kept() -> None:
    messages = ["[ERROR] must be less than 76 characters [json-pointer:/blocks/1/elements/0/text/text]"]
    failure = _fails(refusal("invalid_blocks", response_metadata={"messages": messages}))
    assert "must be less than 76" in str(failure)


@pytest.mark.parametrize("error", ["token_expired", "token_revoked", "invalid_auth"])
def test_a_dead_token_names_the_remedy(error: str) -> None:
    assert re.search("give the channel|install the app again", str(_fails(refusal(error))))


def test_no_failure_tells_the_token_or_an_address() -> None:
    loud = f"oops {TOKEN} xoxp-1-2 https://slack.com/api/x?token={TOKEN}"
    for answer in (refusal(loud), refusal("missing_scope", needed=loud), refusal(loud, 503)):
        words = str(_fails(answer))
        assert TOKEN not in words
        assert "xoxp-1" not in words
        assert "https" not in words


@pytest.mark.parametrize("kind", ["reaction", "edit", "delete"])
def test_changes_name_their_failures_too(kind: str) -> None:
    content = {"type": kind, "target": f"{ROOM}:1759990000.000200", "emoji": "👍"}
    assert type(_fails(refusal("channel_not_found"), **content)) is ConversationClosed


def test_a_token_of_any_shape_is_kept_back() -> None:
    channel = replace(a_channel(), credentials={"bot_token": "77-Short"})
    with pytest.raises(DeliveryRejected) as caught:
        drive(slack.send(an_outbound(text="Hi"), channel), [refusal("oops 77-Short")])
    assert "77-Short" not in str(caught.value)
