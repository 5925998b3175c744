"""What the bridge's refusals mean, and which of them have a remedy."""

from datetime import timedelta
from typing import Any

import pytest

from frontdesk.channels import signal
from frontdesk.core.exchange import Response
from frontdesk.errors import (
    ChannelThrottled,
    ChannelUnauthorised,
    ChannelUnreachable,
    ConversationClosed,
    DeliveryInDoubt,
    DeliveryRejected,
    OperatorNeeded,
    RecipientOptedOut,
)
from tests.channels.signal.builders import (
    ANA,
    GROUP,
    SENT_AT,
    US,
    a_channel,
    an_outbound,
    answered,
    asked,
    drive,
    refusal,
    sent,
)

LIMITED = "Failed to send message due to rate limiting"
UNTRUSTED = "Failed to send message due to untrusted identities"


def rpc(code: int, message: str, *results: dict[str, Any], status: int = 400, **response: Any) -> Response:
    """Return signal-cli's own error, as a bridge may hand it on."""
    data = {"response": {"results": list(results), **response}} if results or response else None
    return answered({"error": {"code": code, "message": message, "data": data}}, status)


def result(kind: str, **more: Any) -> dict[str, Any]:
    return {"recipientAddress": {"uuid": ANA, "number": None}, "type": kind, **more}


REFUSALS: list[tuple[Response, type[Exception]]] = [
    (refusal(429, LIMITED), ChannelThrottled),
    (refusal(429, LIMITED, challenge_tokens=[""], account=US), ChannelThrottled),
    (refusal(400, "Failed to send message: [413] Rate limit exceeded: 413 (RateLimitException)"), ChannelThrottled),
    (refusal(400, "Rate limit exceeded"), ChannelThrottled),
    (rpc(-5, "limited", result("RATE_LIMIT_FAILURE", retryAfterSeconds=86400)), ChannelThrottled),
    (answered({"timestamp": 1, "results": [result("RATE_LIMIT_FAILURE")]}, 400), ChannelThrottled),
    (refusal(429, LIMITED, challenge_tokens=["7c-1"], account=US), OperatorNeeded),
    (rpc(-5, "limited", result("RATE_LIMIT_FAILURE", token="7c-1")), OperatorNeeded),
    (rpc(-6, "Captcha rejected"), OperatorNeeded),
    (rpc(-3, "no network"), ChannelUnreachable),
    (
        refusal(400, f'Failed to send (some) messages:\n{ANA}: Network failure for "{ANA}"\n{SENT_AT}'),
        ChannelUnreachable,
    ),
    (rpc(0, "failed", result("NETWORK_FAILURE")), ChannelUnreachable),
    (refusal(400, "dial tcp 127.0.0.1:6001: connect: connection refused"), ChannelUnreachable),
    (refusal(500, "Couldn't"), ChannelUnreachable),
    (Response(502, b"<html>Bad Gateway</html>"), ChannelUnreachable),
    (Response(503), ChannelUnreachable),
    (Response(504), ChannelUnreachable),
    (refusal(400, UNTRUSTED), OperatorNeeded),
    (refusal(400, f'Failed to send (some) messages:\nUntrusted Identity for "{ANA}"\n{SENT_AT}'), OperatorNeeded),
    (rpc(-4, "failed", result("IDENTITY_FAILURE")), OperatorNeeded),
    (refusal(400, f'Unregistered user "{ANA}"'), RecipientOptedOut),
    (refusal(400, f'Failed to send (some) messages:{ANA}: Unregistered user "{ANA}"{SENT_AT}'), RecipientOptedOut),
    (refusal(400, f"The user {ANA} is not registered."), RecipientOptedOut),
    (refusal(400, f"User {ANA} is not registered."), RecipientOptedOut),
    (rpc(-1, "failed", result("UNREGISTERED_FAILURE")), RecipientOptedOut),
    (
        answered(
            {"timestamp": SENT_AT, "errors": {"recipients": [{"uuid": ANA, "reason": "UNREGISTERED_FAILURE"}]}}, 201
        ),
        RecipientOptedOut,
    ),
    (rpc(-1, "failed", result("INVALID_PRE_KEY_FAILURE")), ChannelUnreachable),
    (refusal(400, f"User {US} is not registered.\n"), ChannelUnauthorised),
    (refusal(400, "User is not registered."), ChannelUnauthorised),
    (refusal(400, "Error while checking account: [401] Authorization failed!"), ChannelUnauthorised),
    (refusal(400, "Specified account does not exist"), ChannelUnauthorised),
    (refusal(400, "Account is locked"), ChannelUnauthorised),
    (refusal(400, "Device was unlinked"), ChannelUnauthorised),
    (refusal(400, "No local users found, you first need to register or link an account"), ChannelUnauthorised),
    (Response(401, b"<html>401 Authorization Required</html>"), ChannelUnauthorised),
    (Response(403), ChannelUnauthorised),
    (refusal(400, "Failed to send to group: User is not a group member"), ConversationClosed),
    (refusal(400, f"Failed to send to group: Group {GROUP} not found"), ConversationClosed),
    (rpc(-1, "user error"), DeliveryRejected),
    (rpc(-32602, "invalid params"), DeliveryRejected),
    (rpc(-32603, "internal"), DeliveryRejected),
    (refusal(400, "Couldn't process request - invalid request"), DeliveryRejected),
    (refusal(400, "Invalid group id"), DeliveryRejected),
    (Response(404, b"404 page not found"), DeliveryRejected),
    (Response(400, b"[1]"), DeliveryRejected),
    (Response(302), DeliveryRejected),
    (Response(201, b"<html>hello</html>"), DeliveryInDoubt),
    (Response(201), DeliveryInDoubt),
    (answered({"timestamp": "soon"}, 201), DeliveryInDoubt),
    (answered(["1760000200123"], 201), DeliveryInDoubt),
]


@pytest.mark.parametrize(("answer", "failure"), REFUSALS, ids=lambda value: str(getattr(value, "body", value))[:90])
def test_send_names_the_failure(answer: Response, failure: type[Exception]) -> None:
    with pytest.raises(failure) as caught:
        drive(signal.send(an_outbound(text="Hi"), a_channel()), [answer])
    assert type(caught.value) is failure


@pytest.mark.parametrize("content", [{"type": "reaction", "emoji": "👍"}, {"type": "delete"}])
@pytest.mark.parametrize(
    ("answer", "failure"),
    [
        (refusal(400, f"The user {ANA} is not registered."), RecipientOptedOut),
        (refusal(400, f"User {US} is not registered."), ChannelUnauthorised),
        (refusal(429, LIMITED), ChannelThrottled),
        (refusal(400, "Couldn't process request - timestamp missing"), DeliveryRejected),
        (Response(500), ChannelUnreachable),
    ],
)
def test_changes_name_their_failure_too(content: dict[str, Any], answer: Response, failure: type[Exception]) -> None:
    with pytest.raises(failure):
        drive(signal.send(an_outbound(target=f"{ANA}:17", **content), a_channel()), [answer])


@pytest.mark.parametrize(
    ("answer", "wait"),
    [
        (rpc(-5, "limited", result("RATE_LIMIT_FAILURE", retryAfterSeconds=86400)), timedelta(days=1)),
        (refusal(429, LIMITED, retryAfterSeconds="90"), timedelta(seconds=90)),
        (Response(429, b"{}", {"retry-after": "9"}), timedelta(seconds=9)),
        (refusal(429, LIMITED, retryAfterSeconds=10**15), timedelta(days=30)),
        (refusal(429, LIMITED, retryAfterSeconds=-1), None),
        (refusal(429, LIMITED), None),
    ],
)
def test_a_limit_tells_how_long_to_wait(answer: Response, wait: timedelta | None) -> None:
    with pytest.raises(ChannelThrottled) as caught:
        drive(signal.send(an_outbound(text="Hi"), a_channel()), [answer])
    assert caught.value.retry_after == wait


def test_a_challenge_tells_the_operator_each_step() -> None:
    with pytest.raises(OperatorNeeded) as caught:
        drive(
            signal.send(an_outbound(text="Hi"), a_channel()),
            [refusal(429, LIMITED, challenge_tokens=["7c1a-token"], account=US)],
        )
    for step in ("captcha", "7c1a-token", f"/v1/accounts/{US}/rate-limit-challenge", "replay the dead letter"):
        assert step in str(caught.value)


def test_a_changed_safety_number_tells_the_operator_what_to_compare() -> None:
    with pytest.raises(OperatorNeeded) as caught:
        drive(signal.send(an_outbound(text="Hi"), a_channel()), [refusal(400, UNTRUSTED)])
    for step in (ANA, f"/v1/identities/{US}/trust/{ANA}", "verified_safety_number", "trust_new_identities"):
        assert step in str(caught.value)


@pytest.mark.parametrize("answer", [refusal(400, UNTRUSTED), rpc(-4, "failed", result("IDENTITY_FAILURE"))])
def test_a_channel_that_trusts_new_safety_numbers_sends_again(answer: Response) -> None:
    channel = a_channel(trust_new_identities=True)
    requests, external_id = drive(signal.send(an_outbound(text="Hi"), channel), [answer, Response(204), sent()])
    assert asked(requests[1]) == ("PUT", f"/v1/identities/{US}/trust/{ANA}", {"trust_all_known_keys": True})
    assert requests[2] == requests[0]
    assert external_id == SENT_AT


def test_it_does_so_once() -> None:
    channel = a_channel(trust_new_identities=True)
    with pytest.raises(OperatorNeeded):
        drive(
            signal.send(an_outbound(text="Hi"), channel),
            [refusal(400, UNTRUSTED), Response(204), refusal(400, UNTRUSTED)],
        )


def test_a_trust_that_is_refused_says_so() -> None:
    channel = a_channel(trust_new_identities=True)
    with pytest.raises(DeliveryRejected, match="no such identity"):
        drive(
            signal.send(an_outbound(text="Hi"), channel),
            [refusal(400, UNTRUSTED), refusal(400, "no such identity")],
        )


def test_in_a_group_the_one_who_is_not_trusted_is_trusted() -> None:
    answer = refusal(400, 'Failed to send message: Untrusted Identity for "+4930111"')
    message, channel = an_outbound(GROUP, text="Hi"), a_channel(trust_new_identities=True)
    requests, _ = drive(signal.send(message, channel), [answer, Response(204), sent()])
    assert asked(requests[1])[1] == f"/v1/identities/{US}/trust/+4930111"
    with pytest.raises(OperatorNeeded):
        drive(signal.send(message, channel), [refusal(400, UNTRUSTED)])


@pytest.mark.parametrize("settings", [{}, {"trust_new_identities": True}])
@pytest.mark.parametrize(
    "answer",
    [
        refusal(400, f'Failed to send (some) messages:{GROUP}: Unregistered user "{ANA}"{SENT_AT}'),
        refusal(
            400, f'Failed to send message: {SENT_AT}\nFailed to send (some) messages:\nUntrusted Identity for "{ANA}"'
        ),
        rpc(-4, "failed", result("SUCCESS"), result("IDENTITY_FAILURE"), timestamp=int(SENT_AT)),
        answered({"timestamp": int(SENT_AT), "results": [result("SUCCESS"), result("NETWORK_FAILURE")]}, 201),
        answered({"timestamp": SENT_AT, "errors": {"recipients": [{"uuid": ANA, "reason": "NETWORK_FAILURE"}]}}, 201),
    ],
    ids=lambda answer: answer.body.decode()[:60] if isinstance(answer, Response) else None,
)
def test_a_group_s_message_that_reached_only_some_is_sent_and_not_sent_again(
    answer: Response, settings: dict[str, Any]
) -> None:
    requests, external_id = drive(signal.send(an_outbound(GROUP, text="Hi"), a_channel(**settings)), [answer])
    assert len(requests) == 1
    assert external_id == SENT_AT


@pytest.mark.parametrize("status", [400, 429])
def test_a_group_s_message_that_reached_nobody_is_not_sent(status: int) -> None:
    nobody = rpc(-5, "limited", result("RATE_LIMIT_FAILURE", token="7c"), timestamp=int(SENT_AT), status=status)
    with pytest.raises(OperatorNeeded, match="captcha"):
        drive(signal.send(an_outbound(GROUP, text="Hi"), a_channel()), [nobody])


def test_a_group_is_not_stopped_for_a_member_without_signal() -> None:
    with pytest.raises(DeliveryRejected):
        drive(signal.send(an_outbound(GROUP, text="Hi"), a_channel()), [refusal(400, f'Unregistered user "{ANA}"')])


def test_a_refusal_keeps_the_bridge_s_reason_and_no_secret() -> None:
    channel = a_channel({"api_authorization": "Basic c2VjcmV0", "webhook_secret": "hook-secret"})
    said = "No way\n with Basic c2VjcmV0 and\x00 hook-secret " + "x" * 1000
    with pytest.raises(DeliveryRejected, match="No way with") as caught:
        drive(signal.send(an_outbound(text="Hi"), channel), [refusal(400, said)])
    assert len(str(caught.value)) < 400
    assert not [secret for secret in ("c2VjcmV0", "hook-secret", "\x00") if secret in str(caught.value)]
