"""Until when free text may be sent, and what is sent after that."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frontdesk.core.channel import Channel, Limits
from frontdesk.core.content import Content, Template
from frontdesk.core.windows import NEVER, extension, free_until, stand_in

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
OPEN = Limits(text=1, caption=1, buttons=0, button_title=0, rows=0)
DAY = Limits(
    text=1,
    caption=1,
    buttons=0,
    button_title=0,
    rows=0,
    window=timedelta(hours=24),
    advert_window=timedelta(hours=72),
)


def a_channel(**settings: Any) -> Channel:
    return Channel(id=UUID(int=1), tenant="t", kind="whatsapp", name="w", api_base="", settings=settings)


def test_a_channel_without_a_window_is_always_open() -> None:
    assert free_until(OPEN, None, None) is None
    assert extension(OPEN, True, NOON) is None


@pytest.mark.parametrize(
    ("last", "extended", "closes"),
    [
        (None, None, NEVER),
        (NOON, None, NOON + timedelta(hours=24)),
        (NOON, NOON + timedelta(hours=72), NOON + timedelta(hours=72)),
        (NOON, NOON - timedelta(days=9), NOON + timedelta(hours=24)),
        (None, NOON, NOON),
    ],
)
def test_the_window_opens_with_the_last_message_and_longer_with_an_advert(
    last: datetime | None, extended: datetime | None, closes: datetime
) -> None:
    assert free_until(DAY, last, extended) == closes


def test_only_an_advert_extends_the_window() -> None:
    assert extension(DAY, True, NOON) == NOON + timedelta(hours=72)
    assert extension(DAY, False, NOON) is None


def test_the_chosen_template_carries_the_words_on_one_line() -> None:
    channel = a_channel(window_template={"name": "news", "language": "es", "body": ["Clinic", "{text}"]})
    sent = stand_in(Content(text="Your results\nare\there.     Come by."), channel)
    assert sent is not None
    assert sent.template == Template(name="news", language="es", body=("Clinic", "Your results are here. Come by."))
    assert (sent.type, sent.text) == ("template", "Your results\nare\there.     Come by.")


@pytest.mark.parametrize(
    "chosen",
    [None, "news", {}, {"name": 7}, {"name": "news", "language": 7}, {"name": "news", "body": "one"}],
)
def test_without_a_readable_choice_there_is_no_stand_in(chosen: Any) -> None:
    assert stand_in(Content(text="news"), a_channel(window_template=chosen)) is None


@pytest.mark.parametrize("kind", ["reaction", "delete"])
def test_what_has_no_words_has_no_stand_in(kind: Any) -> None:
    assert stand_in(Content(type=kind), a_channel(window_template={"name": "news"})) is None


@given(st.text(max_size=3000))
def test_a_template_parameter_is_one_the_provider_takes(words: str) -> None:
    sent = stand_in(Content(text=words), a_channel(window_template={"name": "news", "body": ["{text}"]}))
    assert sent is not None
    assert sent.template is not None
    (value,) = sent.template.body
    assert 0 < len(value) <= 1024
    assert not set(value) & set("\n\r\t")
    assert "     " not in value
