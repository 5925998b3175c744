"""Who answers a turn: the handler a route names, and those it asks to go on."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from frontdesk.core import asking, escalating
from frontdesk.core.channel import Channel
from frontdesk.core.routing import route
from frontdesk.core.rules import doing
from frontdesk.core.rules.turns import Surroundings, of_turn
from frontdesk.core.tenant import Tenant
from frontdesk.core.turn import Handler, Outcome, Route, Turn
from frontdesk.phrases import listened_for
from frontdesk.services.listening import Listening, Telling
from frontdesk.services.rulebook import Rulebook
from frontdesk.store.conversations import Opened
from frontdesk.understanding.hearing import Hearing
from frontdesk.understanding.voice import Voice

MOST_HANDLERS = 4
"""Handlers that may have their say in one turn, one asked by the other."""


@dataclass(frozen=True, slots=True)
class Staff:
    """What works for one tenant, as its settings have it: what hears, who answers, what speaks, who else is told."""

    handlers: Mapping[str, Handler]
    hearing: Hearing
    voice: Voice
    listening: Listening


async def routed(rulebook: Rulebook, tenant: Tenant, channel: Channel, turn: Turn, opened: Opened) -> Route:
    """Return who answers a turn; a message that calls for a person gets one."""
    return escalating.instead(turn, await _chosen(rulebook, tenant, channel, turn, opened))


async def _chosen(rulebook: Rulebook, tenant: Tenant, channel: Channel, turn: Turn, opened: Opened) -> Route:
    """Its facts are put together only where there are rules, and the message gets to them."""
    words = listened_for(turn.language)
    if opened.rules is None:
        return route(turn, words)
    rules = (await rulebook.of(tenant, opened.rules)).for_event(turn.event)
    if not rules.enabled:
        return route(turn, words)
    return route(turn, words, lambda: rules.decide(of_turn(turn, surroundings(turn, channel, opened.around))))


def surroundings(turn: Turn, channel: Channel, around: Surroundings) -> Surroundings:
    """Return what is around a turn, with the channel and the tenant's hours."""
    return replace(
        around,
        channel_id=channel.id,
        channel_kind=channel.kind,
        channel_name=channel.name,
        hours=turn.settings.hours,
        sentiment=turn.sentiment,
    )


async def answer(handlers: Mapping[str, Handler], turn: Turn, route: Route, telling: Telling | None = None) -> Outcome:
    """Return what the route's handler makes of a turn, with what those add that it asked to go on, listeners that are told
    meanwhile, and the rules.

    A rule, a mode or an intent may name a handler that is gone: the fallback answers then.
    """
    async with telling or Telling() as told:
        return await _answered(handlers, turn, route, told)


async def _answered(handlers: Mapping[str, Handler], turn: Turn, route: Route, telling: Telling) -> Outcome:
    begun, first = turn, route
    outcome = await _first(handlers, turn, route, telling)
    for _ in range(MOST_HANDLERS - 1):
        if (onward := outcome.onward) is None:
            break
        modes = turn.conversation.modes if outcome.modes is None else outcome.modes
        turn = replace(turn, values=onward.values, conversation=replace(turn.conversation, modes=modes))
        asked_by = f"asked by {route.reason if route.by == 'rule' else route.handler}"
        route = Route(handler=onward.handler, reason=asked_by, argument=onward.argument, decision=route.decision)
        more = await telling.heard(turn, await _handled(handlers, turn, route))
        outcome = replace(outcome, onward=None).then(more)
    outcome = await telling.joined(begun, replace(outcome, onward=None))
    outcome = escalating.counted(turn, first, outcome)
    if asking.is_due(turn, first, route, outcome):
        asked = Route(handler="feedback", reason="something is done", argument=asking.ASK)
        outcome = outcome.then(await _handled(handlers, turn, asked))
    return doing.finished(turn, route.decision, outcome) if route.decision else outcome


async def _first(handlers: Mapping[str, Handler], turn: Turn, route: Route, telling: Telling) -> Outcome:
    wanted = await telling.heard(turn, doing.done(turn, route.decision)) if route.decision else Outcome()
    if route.by == "rule":
        return wanted
    handled = await telling.heard(turn, await _handled(handlers, turn, route))
    return handled.then(wanted) if route.by == "event" else wanted.then(handled)


async def _handled(handlers: Mapping[str, Handler], turn: Turn, route: Route) -> Outcome:
    return await handlers.get(route.handler, handlers["fallback"]).handle(turn, route)
