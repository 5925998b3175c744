"""When a message brings a person although nobody asked for one: by words the tenant listens for, or by the way it is said."""

from dataclasses import replace

from frontdesk.core.answers import base
from frontdesk.core.message import Message
from frontdesk.core.turn import HandOver, KeepVariables, Outcome, Route, Turn
from frontdesk.core.wording import contains, plain

UPSET = "/upset"
"""The variable that counts upset messages in a row; a tenant's own values go by names without a stroke."""
GIVES_WAY = frozenset({"mode", "keyword", "small_talk", "opening", "intent", "did_you_mean", "fallback"})
"""Who lets a person go first. Commands, buttons and the tenant's rules mean what they say."""

SPOKEN = GIVES_WAY | {"rule", "handler"}
"""Who answers what is said in words: these messages count."""


def instead(turn: Turn, route: Route) -> Route:
    """Return the way to a person where the message calls for one, else the route as it is."""
    if route.by not in GIVES_WAY or not isinstance(turn.event, Message):
        return route
    if keyword := _keyword(turn):
        return _to_a_person("keyword", f"keyword {keyword!r}", route)
    count = _upset(turn, route)
    if count >= turn.settings.desk.after_upset:
        return _to_a_person("upset", f"sentiment {turn.sentiment or 0:.2f}, {count} in a row", route)
    return route


def counted(turn: Turn, route: Route, outcome: Outcome) -> Outcome:
    """Return the outcome with the count of upset messages in a row, where that changes."""
    if turn.settings.desk.upset_below is None or not isinstance(turn.event, Message):
        return outcome
    before = _before(turn)
    says_something = turn.sentiment is not None and route.by in SPOKEN and route.handler != "feedback"
    over = any(isinstance(effect, HandOver) for effect in outcome.effects)
    now = 0 if over else _upset(turn, route) if says_something else before
    if now == before:
        return outcome
    return replace(outcome, effects=(*outcome.effects, KeepVariables(values={UPSET: now})))


def _to_a_person(why: str, reason: str, route: Route) -> Route:
    tried = (*route.tried, f"gives way to a person: {route.reason}")
    return Route(handler="handoff", reason=reason, argument=why, tried=tried, decision=route.decision)


def _keyword(turn: Turn) -> str | None:
    """Return a phrase of the message's language in it; its translation is in the tenant's working language."""
    desk = turn.settings.desk
    if not desk.keywords:
        return None
    said = {base(turn.spoken or turn.language): plain(turn.text)}
    if turn.working:
        said.setdefault(base(turn.settings.working_language), plain(turn.working))
    for language, phrases in desk.keywords.items():
        folded = said.get(base(language), "")
        if found := next((phrase for phrase in phrases if contains(folded, phrase)), None):
            return found
    return None


def _upset(turn: Turn, route: Route) -> int:
    """Return how many upset messages in a row this one makes; an answer to what we asked about the service is none."""
    limit = turn.settings.desk.upset_below
    if limit is None or turn.sentiment is None or route.handler == "feedback" or turn.sentiment >= limit:
        return 0
    return _before(turn) + 1


def _before(turn: Turn) -> int:
    counted = turn.conversation.variables.get(UPSET)
    return counted if isinstance(counted, int) and counted > 0 else 0
