"""What a web chat's settings are found to be; nothing is asked over the network."""

from typing import Any

import pytest

from frontdesk.channels import web
from frontdesk.core.channel import Channel, Found
from frontdesk.errors import ConfigurationError
from tests.builders import a_channel


def found(what: str, channel: Channel) -> Found:
    (check,) = [check for check in web.checks(channel, None) if check.what == what]
    with pytest.raises(StopIteration) as end:
        next(check.exchange)
    result = end.value.value
    assert isinstance(result, Found)
    return result


@pytest.mark.parametrize(
    ("origins", "words"),
    [
        ([], "only those of Frontdesk itself"),
        (["https://www.example.org"], "those of https://www.example.org"),
        (["https://*.example.org", "http://localhost:3000", "*"], r"https://\*.example.org"),
    ],
)
def test_pages_that_may_use_it_are_told(origins: list[str], words: str) -> None:
    assert words.replace("\\", "") in found("pages", a_channel("web", settings={"origins": origins})).detail


@pytest.mark.parametrize(
    "origins",
    [
        "https://www.example.org",
        [7],
        ["www.example.org"],
        ["https://www.example.org/"],
        ["https://example.org/shop"],
        [""],
    ],
)
def test_an_origin_no_page_has_is_a_fault(origins: Any) -> None:
    with pytest.raises(ConfigurationError, match=r"https://www\.example\.org"):
        found("pages", a_channel("web", settings={"origins": origins}))


def test_secrets_made_here_are_good_and_short_ones_are_not() -> None:
    assert "forged" in found("identity secret", a_channel("web")).detail
    short = a_channel("web", credentials={"identity_secret": "harbour"})
    with pytest.raises(ConfigurationError, match="under 16 characters"):
        found("identity secret", short)
    assert "forged" in found("session key", short).detail
