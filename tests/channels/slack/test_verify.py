"""Which requests are believed to come from Slack."""

import base64
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from slack_sdk.signature import SignatureVerifier

from frontdesk.channels import slack
from frontdesk.core.exchange import Request
from tests.channels.slack.builders import CORPUS, SECRET, a_channel, cases, signed

NOW = 1_700_000_000
JSON_BODY = b'{"type":"url_verification","token":"t","challenge":"c0ffee"}'
FORM_BODY = b"payload=%7B%22type%22%3A%22block_actions%22%2C%22x%22%3A%22a+b%22%7D"
PUBLISHED = [
    (JSON_BODY, "v0=6833788978fc86e41c9230611792a77bd20b646680dca992cb1b5edac58bc6cc"),
    (FORM_BODY, "v0=2981226bf15f4977b20738c201ae1811936354a1ecd732236158bb9460e3b35d"),
]


def _verify(
    headers: dict[str, str], body: bytes, now: float = NOW, secret: str | None = SECRET, method: str = "POST"
) -> bool:
    channel = replace(a_channel(), credentials={} if secret is None else {"signing_secret": secret})
    given = {name.lower(): value for name, value in headers.items()}
    return slack.verify(Request(method, "/webhook", given, body), channel, datetime.fromtimestamp(now, UTC))


@pytest.mark.parametrize(("body", "signature"), PUBLISHED, ids=["json", "form"])
def test_the_published_vectors_hold(body: bytes, signature: str) -> None:
    headers = {"x-slack-request-timestamp": str(NOW), "x-slack-signature": signature}
    assert _verify(headers, body)
    assert headers | signed(body, str(NOW)) == headers


@pytest.mark.parametrize("body", [b"", JSON_BODY, b"a=%00&b=\xc3\xa9"])
def test_what_slack_s_own_verifier_signs_is_believed(body: bytes) -> None:
    signature = SignatureVerifier(SECRET).generate_signature(timestamp=str(NOW), body=body)
    assert signature
    assert _verify({"x-slack-request-timestamp": str(NOW), "x-slack-signature": signature}, body)


@pytest.mark.parametrize(
    ("offset", "valid"), [(-301, False), (-300, True), (0, True), (300, True), (301, False), (10**9, False)]
)
def test_five_minutes_either_side_are_too_old_or_too_early(offset: int, valid: bool) -> None:
    assert _verify(signed(JSON_BODY, str(NOW)), JSON_BODY, NOW + offset) is valid


@pytest.mark.parametrize(
    "timestamp", ["", "soon", "1.7e9", "1700000000.0", " 1700000000", "-1", "+1700000000", "١٧٠٠٠٠٠٠٠٠", "9" * 400]
)
def test_a_time_that_is_no_plain_number_is_refused_however_well_signed(timestamp: str) -> None:
    assert _verify(signed(JSON_BODY, timestamp), JSON_BODY) is False


@pytest.mark.parametrize(
    "change",
    [
        lambda headers: headers.pop("x-slack-signature"),
        lambda headers: headers.pop("x-slack-request-timestamp"),
        lambda headers: headers.update({"x-slack-signature": ""}),
        lambda headers: headers.update({"x-slack-signature": headers["x-slack-signature"][:-1]}),
        lambda headers: headers.update({"x-slack-signature": headers["x-slack-signature"].upper()}),
        lambda headers: headers.update({"x-slack-signature": headers["x-slack-signature"].replace("v0", "v1")}),
        lambda headers: headers.update({"x-slack-signature": "v0=\udc80é"}),
        lambda headers: headers.update({"x-slack-request-timestamp": str(NOW + 1)}),
    ],
    ids=["no signature", "no time", "empty", "cut", "upper case", "version", "not ascii", "another time"],
)
def test_a_header_that_is_not_exactly_right_is_refused(change: Any) -> None:
    headers = signed(JSON_BODY, str(NOW))
    change(headers)
    assert _verify(headers, JSON_BODY) is False


def test_the_raw_bytes_are_signed() -> None:
    assert _verify(signed(FORM_BODY, str(NOW)), FORM_BODY)
    assert _verify(signed(FORM_BODY, str(NOW)), FORM_BODY.replace(b"+", b"%20")) is False


@pytest.mark.parametrize("secret", ["", None, "another"])
def test_a_channel_without_the_secret_trusts_nobody(secret: str | None) -> None:
    assert _verify(signed(JSON_BODY, str(NOW), secret=""), JSON_BODY, secret=secret) is False


def test_slack_asks_by_post_only() -> None:
    assert _verify(signed(b"", str(NOW)), b"", method="GET") is False


if vectors := cases(CORPUS / "signatures", "slack_*.json"):

    @pytest.mark.parametrize("vector", vectors, ids=lambda vector: vector["case"])
    def test_the_shared_signature_vectors_hold(vector: dict[str, Any]) -> None:
        body = base64.b64decode(vector["body_base64"]) if "body_base64" in vector else vector["body"].encode()
        assert _verify(vector["headers"], body, vector["now"], vector["secret"]) is vector["valid"]
