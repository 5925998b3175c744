"""When an intent fires: once, when all it asks for is known, with the values."""

from frontdesk.core.intents import Intent
from frontdesk.core.listening import IntentAnswered
from frontdesk.core.turn import Outcome, Route
from frontdesk.handlers.intent import Intents
from tests.builders import a_turn
from tests.handlers.intents import BOOKING, OPENING, knowing

SILENT = Intent(name="order")
HANDED = Intent(name="hand", handler="handoff")
ASKING = BOOKING.model_copy(update={"confirm": False})


async def handled(text: str, intent: Intent, turn: Outcome | None = None) -> Outcome:
    """Return what the handler of intents makes of a text, after an earlier outcome of its own."""
    modes = turn.modes if turn and turn.modes else ()
    heard = knowing(a_turn(text, modes=modes), (intent,), "" if modes else intent.name)
    argument = None if modes else intent.name
    return await Intents(heard.settings).handle(heard, Route(handler="intent", reason="", argument=argument))


def fired(outcome: Outcome) -> list[IntentAnswered]:
    return [effect for effect in outcome.effects if isinstance(effect, IntentAnswered)]


async def test_an_intent_that_asks_nothing_fires_at_once() -> None:
    assert fired(await handled("opening", OPENING)) == [IntentAnswered(intent="opening_hours")]
    assert fired(await handled("a person", HANDED)) == [IntentAnswered(intent="hand")]


async def test_an_intent_that_asks_fires_once_all_is_known() -> None:
    asked = await handled("book", ASKING)
    assert fired(asked) == []
    more = await handled("haircut", ASKING, asked)
    assert fired(more) == []
    (found,) = fired(await handled("tomorrow", ASKING, more))
    assert (found.intent, set(found.values), found.stand_in) == ("booking", {"service", "day"}, None)
    assert found.values["service"] == "haircut"


async def test_one_that_is_given_up_or_gone_does_not_fire() -> None:
    asked = await handled("book", ASKING)
    assert fired(await handled("cancel", ASKING, asked)) == []
    turn = knowing(a_turn("book"), (), "booking")
    gone = await Intents(turn.settings).handle(turn, Route(handler="intent", reason="", argument="booking"))
    assert fired(gone) == []


async def test_what_stands_in_for_an_answer_is_told_apart() -> None:
    outcome = await handled("order", SILENT)
    (found,) = fired(outcome)
    assert found.stand_in is outcome.replies[0]
    assert fired(await handled("opening", OPENING))[0].stand_in is None
