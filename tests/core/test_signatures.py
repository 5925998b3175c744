"""Signatures of the Standard Webhooks scheme, against the example its specification works out."""

from datetime import UTC, datetime

import pytest

from frontdesk.core.signatures import key_of, new_secret, signature, signed_headers
from frontdesk.errors import InvalidInput

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
EVENT, SECONDS, BODY = "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", b'{"test": 2432232314}'
SIGNED = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_a_signature_is_the_one_the_specification_has() -> None:
    assert signature(key_of(SECRET), EVENT, SECONDS, BODY) == SIGNED


def test_headers_bear_a_signature_for_each_key() -> None:
    other, now = new_secret(), datetime.fromtimestamp(int(SECONDS), UTC)
    headers = signed_headers([key_of(SECRET), key_of(other)], EVENT, BODY, now)
    second = signature(key_of(other), EVENT, SECONDS, BODY)
    assert headers == {
        "webhook-id": EVENT,
        "webhook-timestamp": SECONDS,
        "webhook-signature": f"{SIGNED} {second}",
    }
    assert second != SIGNED


def test_a_new_secret_is_a_good_one_and_another_each_time() -> None:
    assert len(key_of(new_secret())) == 32
    assert new_secret() != new_secret()


@pytest.mark.parametrize(
    "secret",
    ["", "whsec_", "whsec_c2hvcnQ=", "whsec_!!!", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_" + "A" * 100, "whsec_é"],
)
def test_what_can_be_no_secret_is_refused_and_not_repeated(secret: str) -> None:
    with pytest.raises(InvalidInput, match="24 to 64 bytes") as refused:
        key_of(secret)
    assert len(secret) < 10 or secret not in str(refused.value)
