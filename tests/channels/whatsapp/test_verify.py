"""Which requests are believed to come from Meta."""

import hashlib
import hmac
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from frontdesk.channels import whatsapp
from frontdesk.core.exchange import Request
from tests.channels.whatsapp.builders import APP_SECRET, CORPUS, a_channel, cases

NOW = datetime(2025, 10, 9, tzinfo=UTC)
DOCUMENTED = (
    b'{"object":"whatsapp_business_account","entry":[{"id":"1","changes":[{"field":"messages","value":'
    b'{"messaging_product":"whatsapp","metadata":{"display_phone_number":"15550783881","phone_number_id":'
    b'"106540352242922"},"messages":[{"from":"16505551234","id":"wamid.T1","timestamp":"1700000000","type":"text",'
    b'"text":{"body":"caf\\u00e9 \\ud83d\\ude00"}}]}}]}]}'
)
DIGEST = "83236ad13112083b0a5bd632788ebf68e86b2f51526989d0f20fa6b856389e42"


def _verify(secret: str, headers: dict[str, str], body: bytes) -> bool:
    return whatsapp.verify(Request("POST", "/webhook", headers, body), a_channel({"app_secret": secret}), NOW)


def _signed(value: str, body: bytes = DOCUMENTED) -> bool:
    return _verify(APP_SECRET, {"x-hub-signature-256": value}, body)


def test_the_vector_of_the_documentation_holds() -> None:
    assert len(DOCUMENTED) == 351
    assert _signed(f"sha256={DIGEST}")


def test_a_signature_of_the_same_json_written_otherwise_is_refused() -> None:
    body = DOCUMENTED.replace(b"\\u00e9", "é".encode())
    assert not _signed(f"sha256={DIGEST}", body)


def test_the_same_post_again_is_still_meta_s() -> None:
    assert [_signed(f"sha256={DIGEST}") for _ in range(2)] == [True, True]


@pytest.mark.parametrize(
    "value",
    [
        "",
        "sha256=",
        DIGEST,
        f"sha256={DIGEST[:-1]}",
        f"sha256={DIGEST}0",
        f"sha256={DIGEST.upper()}",
        f"sha1={DIGEST}",
        f" sha256={DIGEST}",
        f"sha256={DIGEST},sha256={DIGEST}",
        "sha256=é",
        "sha256=\udc80",
    ],
)
def test_anything_but_the_exact_signature_is_refused(value: str) -> None:
    assert not _signed(value)


def test_a_body_cut_short_is_refused() -> None:
    assert not _signed(f"sha256={DIGEST}", DOCUMENTED[:-1])


def test_a_missing_signature_is_refused() -> None:
    assert not _verify(APP_SECRET, {}, DOCUMENTED)


@pytest.mark.parametrize("secret", ["access_token", "verify_token"])
def test_only_the_app_secret_signs(secret: str) -> None:
    channel = a_channel()
    digest = hmac.new(channel.secret(secret).encode(), DOCUMENTED, hashlib.sha256).hexdigest()
    assert not _signed(f"sha256={digest}")


def test_a_channel_without_an_app_secret_trusts_nobody() -> None:
    digest = hmac.new(b"", DOCUMENTED, hashlib.sha256).hexdigest()
    channel = replace(a_channel(), credentials={})
    request = Request("POST", "/webhook", {"x-hub-signature-256": f"sha256={digest}"}, DOCUMENTED)
    assert not _verify("", {"x-hub-signature-256": f"sha256={digest}"}, DOCUMENTED)
    assert not whatsapp.verify(request, channel, NOW)


@pytest.mark.parametrize(
    ("token", "query", "valid"),
    [
        ("tok", {"hub.mode": "subscribe", "hub.verify_token": "tok"}, True),
        ("tok", {"hub.mode": "subscribe", "hub.verify_token": "Tok"}, False),
        ("tok", {"hub.mode": "subscribe"}, False),
        ("tok", {"hub.verify_token": "tok"}, False),
        ("tok", {"hub.mode": "SUBSCRIBE", "hub.verify_token": "tok"}, False),
        ("tok", {"hub.mode": "subscribe", "hub.verify_token": "tök\udc80"}, False),
        ("", {"hub.mode": "subscribe", "hub.verify_token": ""}, False),
    ],
)
def test_hands_are_shaken_on_mode_and_token(token: str, query: dict[str, str], valid: bool) -> None:
    request = Request("GET", "/webhook", query=query)
    assert whatsapp.verify(request, a_channel({"verify_token": token}), NOW) is valid


def test_a_handshake_needs_no_signature_and_a_signature_makes_no_handshake() -> None:
    request = Request("GET", "/webhook", {"x-hub-signature-256": f"sha256={DIGEST}"}, DOCUMENTED)
    assert not whatsapp.verify(request, a_channel(), NOW)


if vectors := cases(CORPUS / "signatures", "whatsapp_*.json"):

    @pytest.mark.parametrize("vector", vectors, ids=lambda vector: vector["case"])
    def test_the_shared_signature_vectors_hold(vector: dict[str, Any]) -> None:
        headers = {name.lower(): value for name, value in vector["headers"].items()}
        assert _verify(vector["secret"], headers, vector["body"].encode()) is vector["valid"]
