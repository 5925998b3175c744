"""What a provider tells of the channel itself, and which of it ends the channel."""

from typing import Any
from uuid import UUID

import pytest

from frontdesk.core.channel import Channel
from frontdesk.core.message import Happening, Message, Origin, Status
from frontdesk.core.tidings import concerns_the_channel, ending


def a_channel(**settings: Any) -> Channel:
    return Channel(id=UUID(int=1), tenant="t", kind="slack", name="s", api_base="", settings=settings)


def told(event: str, **detail: Any) -> Happening:
    return Happening(event=event, origin=Origin(account="T1"), detail=detail)


@pytest.mark.parametrize(
    ("event", "settings", "ends"),
    [
        (told("app_uninstalled"), {}, True),
        (told("tokens_revoked", bot=["U1"]), {"bot_user_id": "U1"}, True),
        (told("tokens_revoked", bot=["U1"]), {}, True),
        (told("tokens_revoked", bot=["U2"]), {"bot_user_id": "U1"}, False),
        (told("tokens_revoked", oauth=["U9"]), {"bot_user_id": "U1"}, False),
        (told("tokens_revoked", bot="U1"), {}, False),
        (told("provider_error"), {}, False),
        (Status(external_id="1", status="sent"), {}, False),
    ],
)
def test_only_what_takes_our_own_token_ends_a_channel(event: Any, settings: dict[str, Any], ends: bool) -> None:
    reason = ending(event, a_channel(**settings))
    assert (reason is not None) == ends
    assert not ends or "new" in (reason or "")


def test_what_happens_somewhere_to_somebody_is_a_turn() -> None:
    assert concerns_the_channel(told("provider_error"))
    assert not concerns_the_channel(Happening(event="bot_added", origin=Origin(conversation="C1")))
    assert not concerns_the_channel(Happening(event="blocked", origin=Origin(sender="U1")))
    assert not concerns_the_channel(Message(type="text", external_id="1", origin=Origin()))
