"""Questions that come back when something came between, and those that don't."""

from collections.abc import AsyncIterator

import pytest

from frontdesk.rehearsal.telegram import TelegramStub
from tests.ruled import Talk, a_talk, containing
from tests.services.desk import Desk


@pytest.fixture
async def talk(desk: Desk, telegram: TelegramStub) -> AsyncIterator[Talk]:
    made = await a_talk(desk, telegram)
    async with desk.working():
        yield made


async def test_an_intent_comes_between_and_the_question_is_asked_again(talk: Talk) -> None:
    asked = await talk.says("book")
    assert asked[-1].startswith("Which service?")
    assert await talk.says("when are your hours") == ["Nine to five.", *asked]
    assert await talk.modes() == ["book"]
    assert await talk.says("haircut") == ["Booked: haircut."]
    assert await talk.modes() == []


async def test_a_mode_that_came_between_ends_and_the_one_below_goes_on(talk: Talk) -> None:
    asked = await talk.says("book")
    assert await talk.says("pay") == ["How much?"]
    assert await talk.modes() == ["book", "pay"]
    assert await talk.says("12") == ["Paid 12.", *asked]
    assert await talk.says("haircut") == ["Booked: haircut."]


async def test_going_over_to_an_intent_under_way_takes_it_up_as_it_was(talk: Talk) -> None:
    asked = await talk.says("book")
    await talk.says("pay")
    assert await talk.says("no, book") == asked
    assert await talk.modes() == ["pay", "book"]
    assert await talk.says("haircut") == ["Booked: haircut.", "How much?"]


async def test_cancelling_ends_what_is_active_and_asks_again_what_is_below(talk: Talk) -> None:
    asked = await talk.says("book")
    await talk.says("pay")
    cancelled = await talk.says("cancel")
    assert cancelled[1:] == asked
    assert await talk.modes() == ["book"]
    assert len(await talk.says("cancel")) == 1
    assert await talk.modes() == []


async def test_help_and_rules_come_between_too(talk: Talk) -> None:
    asked = await talk.says("book")
    assert (await talk.says("help"))[1:] == asked
    await talk.publishes({"when": containing("parking"), "then": [{"do": "reply", "text": {"en": "Parking is free."}}]})
    assert await talk.says("and parking?") == ["Parking is free.", *asked]


async def test_what_takes_too_long_is_given_up(desk: Desk, telegram: TelegramStub) -> None:
    talk = await a_talk(desk, telegram, session={"mode_hours": {"intent": 1}})
    async with desk.working():
        await talk.says("book")
        assert await talk.modes() == ["book"]
        await talk.row(
            "UPDATE conversations SET modes = jsonb_set(modes, '{0,state,~since}', '\"2020-01-01T00:00:00+00:00\"') RETURNING 1"
        )
        assert await talk.says("haircut") != ["Booked: haircut."]
        assert await talk.modes() == []
