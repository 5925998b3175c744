"""A rule may name any handler, tell it anything, and begin a mode of it with any state: nobody may break on that."""

from typing import Any

import pytest

from frontdesk import answering
from frontdesk.core.conversation import Mode
from frontdesk.core.routing import route
from frontdesk.core.rules.deciding import compiled
from frontdesk.core.rules.rule import RuleSet
from frontdesk.core.rules.turns import Surroundings, of_turn
from frontdesk.core.tenant import TenantSettings
from frontdesk.core.turn import Outcome, Route, Turn
from frontdesk.handlers import handlers
from frontdesk.phrases import listened_for
from tests.builders import a_turn

ARGUMENTS = (
    None,
    "",
    "junk",
    "1 2 3",
    "list 99999999999999999999",
    "complete not-a-uuid",
    "x" * 200,
    "human",
    "ask",
    "yes",
)
STATES: tuple[dict[str, Any], ...] = (
    {},
    {"intent": 3},
    {"intent": "x", "slots": [1]},
    {"slots": {"filled": 3, "asked": [1]}},
    {"~since": "never", "~question": {"text": 5}},
    {"stage": "x", "about": {"id": "no"}, "rating": "nine", "text": [1], "ids": "x", "step": {"a": 1}, "asked": "?"},
)
MADE = {name: make(TenantSettings()) for name, make in handlers().items()}


async def ruled(turn: Turn, action: dict[str, Any]) -> tuple[Route, Outcome]:
    rules = compiled(RuleSet.model_validate({"rules": [{"name": "r", "then": [action]}]}).rules)
    chosen = route(turn, listened_for("en"), lambda: rules.decide(of_turn(turn, Surroundings())))
    return chosen, await answering.answer(MADE, turn, chosen)


@pytest.mark.parametrize("name", sorted(MADE))
async def test_whatever_a_handler_is_told_by_a_rule_it_answers(name: str) -> None:
    for argument in ARGUMENTS:
        told = {} if argument is None else {"argument": argument}
        for text in ("xyzzy", ""):
            chosen, _ = await ruled(a_turn(text), {"do": "handler", "handler": name, **told})
            assert (chosen.by, chosen.handler) == ("rule", name)


@pytest.mark.parametrize("name", sorted(MADE))
async def test_whatever_state_a_rule_begins_a_mode_with_it_goes_on(name: str) -> None:
    for state in STATES:
        await ruled(a_turn("xyzzy"), {"do": "mode", "handler": name, "state": state})
        for text in ("hello", "5", "yes", ""):
            turn = a_turn(text, modes=(Mode(handler=name, state=state),))
            assert await MADE[name].handle(turn, Route(handler=name, reason="the active mode", by="mode"))


async def test_a_message_handed_to_who_keeps_events_gets_the_fallback() -> None:
    _, outcome = await ruled(a_turn("xyzzy"), {"do": "handler", "handler": "happenings"})
    assert outcome.replies
    assert outcome.missed
