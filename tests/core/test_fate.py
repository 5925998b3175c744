"""What becomes of a delivery its provider did not take."""

from datetime import timedelta

import pytest

from frontdesk.core.fate import LONGEST_FLOOD, Buried, Failed, Postponed, fate_of
from frontdesk.errors import (
    ChannelThrottled,
    ChannelUnauthorised,
    ChannelUnreachable,
    ConversationClosed,
    ConversationMoved,
    DeliveryError,
    DeliveryInDoubt,
    DeliveryRejected,
    RecipientOptedOut,
)


@pytest.mark.parametrize("error", [RecipientOptedOut(), ConversationClosed(), DeliveryRejected("no")])
def test_a_refusal_is_final_at_once(error: DeliveryError) -> None:
    assert fate_of(error, 1, 12) == Failed(error)


@pytest.mark.parametrize(
    ("asked", "waits"),
    [(timedelta(seconds=7), timedelta(seconds=7)), (None, timedelta(seconds=5)), (timedelta(days=2), LONGEST_FLOOD)],
)
def test_a_flood_waits_as_asked_and_is_no_try(asked: timedelta | None, waits: timedelta) -> None:
    error = ChannelThrottled(retry_after=asked)
    assert fate_of(error, 12, 12) == Postponed(error, waits, counted=False)


@pytest.mark.parametrize("error", [ChannelUnreachable("away"), DeliveryInDoubt("silent")])
def test_a_failure_backs_off_until_its_tries_are_used_up(error: DeliveryError) -> None:
    first = fate_of(error, 1, 3)
    assert isinstance(first, Postponed)
    assert first.counted
    assert timedelta(seconds=5) <= first.after <= timedelta(seconds=6)
    assert first.in_doubt is isinstance(error, DeliveryInDoubt)
    assert fate_of(error, 3, 3) == Buried(error)


def test_wrong_credentials_are_buried_at_once() -> None:
    error = ChannelUnauthorised("revoked")
    assert fate_of(error, 1, 12) == Buried(error)


def test_a_moved_conversation_is_tried_again_at_once_but_not_for_ever() -> None:
    error = ConversationMoved("-100")
    assert fate_of(error, 1, 12) == Postponed(error, timedelta(0))
    assert fate_of(error, 12, 12) == Buried(error)
