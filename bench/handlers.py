"""What a handler itself costs, so that it can be left out of a turn's figure."""

import time
from datetime import UTC, datetime
from uuid import UUID

from frontdesk.core.conversation import Contact, Conversation
from frontdesk.core.message import Message, Origin
from frontdesk.core.tenant import TenantSettings
from frontdesk.core.turn import Route, Turn
from frontdesk.handlers.small_talk import SmallTalk

TIMES = 500


async def small_talk_ms(settings: TenantSettings) -> float:
    """Return the milliseconds small talk takes for one answer."""
    handler, turn = SmallTalk(settings), a_turn(settings)
    route = Route(handler="small_talk", reason="small talk: greeting", argument="greeting")
    started = time.process_time()
    for _ in range(TIMES):
        await handler.handle(turn, route)
    return 1000 * (time.process_time() - started) / TIMES


def a_turn(settings: TenantSettings, text: str = "hello") -> Turn:
    """Return a turn in which this is said."""
    conversation = Conversation(
        id=UUID(int=1),
        external_id="1",
        thread="",
        is_group=False,
        owner="bot",
        status="open",
        modes=(),
        variables={},
        version=1,
    )
    return Turn(
        id=UUID(int=2),
        event=Message(type="text", text=text, external_id="1:1", origin=Origin(conversation="1", sender="1")),
        text=text,
        conversation=conversation,
        contact=Contact(id=UUID(int=3), name="Ada", language=None, opted_out=False),
        settings=settings,
        language="en",
        now=datetime.now(UTC),
        history=(),
        about=None,
    )
