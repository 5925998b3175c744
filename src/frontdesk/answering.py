"""Who answers a turn: the handler a route names, and those it asks to go on."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from frontdesk.core.turn import Handler, Outcome, Route, Turn
from frontdesk.understanding.hearing import Hearing
from frontdesk.understanding.voice import Voice

MOST_HANDLERS = 4
"""Handlers that may have their say in one turn, one asked by the other."""


@dataclass(frozen=True, slots=True)
class Staff:
    """What works for one tenant, as its settings have it: what hears, who answers, what speaks."""

    handlers: Mapping[str, Handler]
    hearing: Hearing
    voice: Voice


async def answer(handlers: Mapping[str, Handler], turn: Turn, route: Route) -> Outcome:
    """Return what the route's handler makes of a turn, with what those add that it asked to go on.

    A rule, a mode or an intent may name a handler that is gone: the fallback answers then.
    """
    outcome = await handlers.get(route.handler, handlers["fallback"]).handle(turn, route)
    for _ in range(MOST_HANDLERS - 1):
        if (onward := outcome.onward) is None:
            break
        modes = turn.conversation.modes if outcome.modes is None else outcome.modes
        turn = replace(turn, values=onward.values, conversation=replace(turn.conversation, modes=modes))
        route = Route(handler=onward.handler, reason=f"asked by {route.handler}", argument=onward.argument)
        more = await handlers.get(route.handler, handlers["fallback"]).handle(turn, route)
        outcome = replace(outcome, onward=None).then(more)
    return replace(outcome, onward=None)
