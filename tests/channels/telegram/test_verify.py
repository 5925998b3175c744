"""Which requests are believed to come from Telegram."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from frontdesk.channels import telegram
from frontdesk.core.exchange import Request
from tests.channels.telegram.builders import CORPUS, a_channel, cases

NOW = datetime(2025, 10, 9, tzinfo=UTC)
VECTORS = [
    ("same", "tg-Secret_9", "tg-Secret_9", True),
    ("case_differs", "tg-Secret_9", "tg-secret_9", False),
    ("prefix", "tg-Secret_9", "tg-Secret", False),
    ("empty", "tg-Secret_9", "", False),
    ("missing", "tg-Secret_9", None, False),
    ("non_ascii", "tg-Secret_9", "tg-Secrét_9", False),
    ("lone_surrogate", "tg-Secret_9", "tg-\udc80", False),
    ("no_secret_configured", "", "", False),
    ("no_secret_configured_but_given", "", "x", False),
]


def _verify(secret: str, headers: dict[str, str], body: bytes = b"{}") -> bool:
    channel = replace(a_channel(), credentials={"secret_token": secret})
    return telegram.verify(Request("POST", "/webhook", headers, body), channel, NOW)


@pytest.mark.parametrize(("secret", "given", "valid"), [row[1:] for row in VECTORS], ids=[row[0] for row in VECTORS])
def test_only_the_exact_secret_token_passes(secret: str, given: str | None, valid: bool) -> None:
    headers = {} if given is None else {"x-telegram-bot-api-secret-token": given}
    assert _verify(secret, headers) is valid


def test_a_channel_without_a_secret_trusts_nobody() -> None:
    channel = replace(a_channel(), credentials={})
    request = Request("POST", "/webhook", {"x-telegram-bot-api-secret-token": ""})
    assert telegram.verify(request, channel, NOW) is False


if vectors := cases(CORPUS / "signatures", "telegram_*.json"):

    @pytest.mark.parametrize("vector", vectors, ids=lambda vector: vector["case"])
    def test_the_shared_signature_vectors_hold(vector: dict[str, Any]) -> None:
        headers = {name.lower(): value for name, value in vector["headers"].items()}
        assert _verify(vector["secret"], headers, vector["body"].encode()) is vector["valid"]
