"""Which requests are believed to come from our bridge."""

from datetime import UTC, datetime

import pytest

from frontdesk.channels import signal
from frontdesk.core.exchange import Request
from tests.channels.signal.builders import a_channel

NOW = datetime(2026, 1, 9, tzinfo=UTC)
VECTORS = [
    ("same", "sig-Secret_9", "sig-Secret_9", True),
    ("case_differs", "sig-Secret_9", "sig-secret_9", False),
    ("truncated", "sig-Secret_9", "sig-Secret", False),
    ("longer", "sig-Secret_9", "sig-Secret_99", False),
    ("empty", "sig-Secret_9", "", False),
    ("missing", "sig-Secret_9", None, False),
    ("non_ascii", "sig-Secret_9", "sig-Secrét_9", False),
    ("non_ascii_right", "sig-Secrét_9", "sig-Secrét_9", True),
    ("lone_surrogate", "sig-Secret_9", "sig-\udc80", False),
    ("nothing_asked", "", None, True),
    ("nothing_asked_but_given", "", "x", True),
]


@pytest.mark.parametrize(("secret", "given", "valid"), [row[1:] for row in VECTORS], ids=[row[0] for row in VECTORS])
def test_only_the_exact_secret_passes_where_the_channel_has_one(secret: str, given: str | None, valid: bool) -> None:
    headers = {} if given is None else {"x-webhook-secret": given}
    request = Request("POST", "/webhook", headers, b"\xff not even JSON")
    assert signal.verify(request, a_channel({"webhook_secret": secret}), NOW) is valid


def test_a_channel_that_never_had_a_secret_takes_any_post() -> None:
    assert signal.verify(Request("POST", "/webhook", {}, b"{}"), a_channel(), NOW) is True


@pytest.mark.parametrize("credentials", [{}, {"webhook_secret": "s"}])
def test_the_bridge_only_posts(credentials: dict[str, str]) -> None:
    request = Request("GET", "/webhook", {"x-webhook-secret": "s"})
    assert signal.verify(request, a_channel(credentials), NOW) is False
