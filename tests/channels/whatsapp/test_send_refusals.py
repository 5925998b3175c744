"""What Meta's refusals mean, code by code, and what is said about them."""

from datetime import timedelta
from typing import Any

import pytest

from frontdesk.channels import whatsapp
from frontdesk.channels.whatsapp.advice import KNOWN, remedy
from frontdesk.core.exchange import Response
from frontdesk.errors import (
    ChannelThrottled,
    ChannelUnauthorised,
    ChannelUnreachable,
    DeliveryError,
    DeliveryInDoubt,
    DeliveryRejected,
    OperatorNeeded,
)
from tests.channels.whatsapp.builders import APP_SECRET, TOKEN, a_channel, an_outbound, drive, ok, refusal

WAIT = [4, 80007, 130429, 132069, 131056, 131048, 133016, 613, 131064]
TRANSIENT = [1, 2, 131000, 131016, 135000, 131057, 133004, 131053]
CREDENTIALS = [0, 190, 3, 10, 200, 250, 299, 131005, 133010]
ACCOUNT = [368, 131031, 131042, 131045, 131037]
RECIPIENT = [131026, 131021, 131030, 130497, 131062, 131063]
POLICY = [131047, 131049, 131050, 130472]
REQUEST = [100, 131008, 131009, 131051, 131052, 132000, 132005, 132012, 132018]
AT_META = [132001, 132007, 132015, 132016, 132068]
BY_CODE: list[tuple[int, type[DeliveryError]]] = [
    *((code, ChannelThrottled) for code in WAIT),
    *((code, ChannelUnreachable) for code in TRANSIENT),
    *((code, ChannelUnauthorised) for code in [*CREDENTIALS, *ACCOUNT]),
    *((code, DeliveryRejected) for code in [*RECIPIENT, *POLICY, *REQUEST]),
    *((code, OperatorNeeded) for code in AT_META),
]


def _failure(answer: Response) -> DeliveryError:
    with pytest.raises(DeliveryError) as caught:
        drive(whatsapp.send(an_outbound(text="Hi"), a_channel()), [answer])
    return caught.value


@pytest.mark.parametrize(("code", "failure"), BY_CODE)
def test_every_code_has_its_meaning_and_its_words(code: int, failure: type[DeliveryError]) -> None:
    error = _failure(refusal(400, code, error_data={"details": "Meta's own words"}))
    assert type(error) is failure
    assert f"Meta answers {code}: {remedy(code)} (Meta's own words; trace AbC1)" == str(error)


def test_every_code_of_the_table_is_tried() -> None:
    assert {code for code, _ in BY_CODE} == set(KNOWN) - set(range(200, 300)) | {200, 250, 299}


@pytest.mark.parametrize(
    ("code", "wait"), [(131056, timedelta(seconds=6)), (130429, timedelta(seconds=2)), (131048, timedelta(minutes=5))]
)
def test_a_code_of_waiting_says_how_long(code: int, wait: timedelta) -> None:
    error = _failure(refusal(400, code))
    assert isinstance(error, ChannelThrottled)
    assert error.retry_after == wait


def test_meta_s_own_wait_goes_before_ours() -> None:
    error = _failure(refusal(429, 130429, {"retry-after": "17"}))
    assert isinstance(error, ChannelThrottled)
    assert error.retry_after == timedelta(seconds=17)


STATUSES: list[tuple[Response, type[DeliveryError]]] = [
    (Response(429), ChannelThrottled),
    (Response(500), ChannelUnreachable),
    (Response(503, b"<html>"), ChannelUnreachable),
    (refusal(500, 999_999), ChannelUnreachable),
    (Response(401), ChannelUnauthorised),
    (Response(400, b"no json"), DeliveryRejected),
    (refusal(400, 999_999), DeliveryRejected),
    (Response(302), DeliveryRejected),
    (refusal(400, 100, error_subcode=33), ChannelUnauthorised),
    (refusal(401, 190, error_subcode=463), ChannelUnauthorised),
    (refusal(200, 131047), DeliveryRejected),
    (Response(200), DeliveryInDoubt),
    (Response(200, b"<html>"), DeliveryInDoubt),
    (ok(messages=[]), DeliveryInDoubt),
    (ok(messages=[{"id": None}]), DeliveryInDoubt),
    (Response(200, b"[1]"), DeliveryInDoubt),
]


@pytest.mark.parametrize(("answer", "failure"), STATUSES)
def test_where_the_code_is_new_or_missing_the_status_decides(answer: Response, failure: type[DeliveryError]) -> None:
    assert type(_failure(answer)) is failure


@pytest.mark.parametrize(
    "said", [TOKEN, APP_SECRET, f"see https://graph.facebook.com/x?access_token={TOKEN}", "EAAB" + "x" * 30]
)
def test_no_secret_is_repeated(said: str) -> None:
    words = str(_failure(refusal(400, 131009, error_data={"details": f"bad {said} here"})))
    assert "… here" in words
    for secret in (TOKEN, APP_SECRET, "EAAB"):
        assert secret not in words


@pytest.mark.parametrize(
    "error",
    [{"error_data": "x"}, {"error_data": {"details": 7}, "message": None}, {"fbtrace_id": {"a": 1}}, {"code": "190x"}],
)
def test_odd_refusals_are_refusals(error: dict[str, Any]) -> None:
    assert isinstance(_failure(refusal(400, **error)), DeliveryRejected)


def test_a_closed_window_says_to_set_a_template() -> None:
    assert "window_template" in str(_failure(refusal(400, 131047)))
