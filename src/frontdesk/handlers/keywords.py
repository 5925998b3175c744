"""Answers the tenant wrote for keywords."""

from dataclasses import replace

from frontdesk.core.content import Button
from frontdesk.core.tenant import TenantSettings
from frontdesk.core.turn import Onward, Outcome, Route, Turn
from frontdesk.handlers.wording import written


class Keywords:
    """Says what the keyword rule of the route says."""

    def __init__(self, settings: TenantSettings) -> None:
        self.rules = settings.keyword_rules

    async def handle(self, turn: Turn, route: Route) -> Outcome:
        number = route.argument or ""
        if not (number.isdecimal() and int(number) < len(self.rules)):
            return replace(_gone(turn), onward=Onward(handler="fallback"))
        rule = self.rules[int(number)]
        if rule.reply is None:
            return Outcome.silent(evidence="the keyword rule has no reply")
        return Outcome.say(rule.reply, buttons=[Button(title=title) for title in rule.buttons], language=written(turn))


def _gone(turn: Turn) -> Outcome:
    """Return that there is no such rule; a mode that asks for none would never end."""
    modes = tuple(mode for mode in turn.conversation.modes if mode.handler != "keywords")
    return Outcome(modes=modes, evidence="no keyword rule of this number")
