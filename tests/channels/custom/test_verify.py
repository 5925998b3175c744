"""Which posts are believed to come from the other side."""

import base64
from dataclasses import replace
from datetime import timedelta

import pytest

from frontdesk.channels import custom
from frontdesk.channels.custom.signature import ID, SIGNATURE, TIMESTAMP, key_of, signature
from tests.channels.custom.builders import NOW, a_channel, signed, webhook

CHANNEL = a_channel()
POST = signed({"text": "hi"}, CHANNEL)


def test_a_signature_is_the_one_the_scheme_gives_as_an_example() -> None:
    body = b'{"test": 2432232314}'
    made = signature(key_of(CHANNEL), "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", body)
    assert made == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


@pytest.mark.parametrize("secret", ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "any other text", "ünïcode"])
def test_what_the_secret_signed_is_believed(secret: str) -> None:
    channel = a_channel(secret)
    assert custom.verify(signed({"text": "hi"}, channel), channel, NOW)


def test_one_right_signature_of_several_is_enough() -> None:
    several = f"v1,AAAA v1a,ed25519= {POST.headers[SIGNATURE]}"
    assert custom.verify(replace(POST, headers={**POST.headers, SIGNATURE: several}), CHANNEL, NOW)


@pytest.mark.parametrize("minutes", [-5, 0, 5])
def test_a_post_is_good_for_five_minutes_either_way(minutes: int) -> None:
    assert custom.verify(POST, CHANNEL, NOW + timedelta(minutes=minutes))
    assert not custom.verify(POST, CHANNEL, NOW + timedelta(minutes=minutes, seconds=1 if minutes > 0 else -301))


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {ID: ""},
        {ID: "msg_2"},
        {TIMESTAMP: ""},
        {TIMESTAMP: "1760000001"},
        {TIMESTAMP: "1760000000.0"},
        {TIMESTAMP: "-1760000000"},
        {TIMESTAMP: "9" * 400},
        {TIMESTAMP: "١٧٦"},
        {SIGNATURE: ""},
        {SIGNATURE: "v1,"},
        {SIGNATURE: POST.headers[SIGNATURE].removeprefix("v1,")},
        {SIGNATURE: POST.headers[SIGNATURE].swapcase()},
        {SIGNATURE: "v1,\udc80"},
        {ID: "\udc80"},
    ],
    ids=str,
)
def test_anything_else_is_not(headers: dict[str, str]) -> None:
    changed = {**POST.headers, **headers} if headers else {}
    assert not custom.verify(replace(POST, headers=changed), CHANNEL, NOW)


def test_another_body_or_secret_is_not_believed() -> None:
    assert not custom.verify(replace(POST, body=POST.body + b" "), CHANNEL, NOW)
    assert not custom.verify(POST, a_channel("another"), NOW)


@pytest.mark.parametrize("secret", ["", "whsec_", "whsec_not base64", "whsec_é"])
def test_a_channel_without_a_key_believes_nobody(secret: str) -> None:
    channel = a_channel(secret)
    forged = {ID: "msg_1", TIMESTAMP: str(int(NOW.timestamp()))}
    forged[SIGNATURE] = signature(b"", "msg_1", forged[TIMESTAMP], b"{}")
    assert not custom.verify(webhook("{}", forged), channel, NOW)
    assert not custom.verify(webhook("{}", forged), replace(channel, credentials={}), NOW)


def test_the_key_is_what_base64_holds() -> None:
    assert key_of(a_channel("whsec_" + base64.b64encode(b"key").decode())) == b"key"
    assert key_of(a_channel("a2V5")) == b"a2V5"
