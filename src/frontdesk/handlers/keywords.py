"""Answers the tenant wrote for keywords."""

from frontdesk.core.content import Button
from frontdesk.core.tenant import TenantSettings
from frontdesk.core.turn import Outcome, Route, Turn


class Keywords:
    """Says what the keyword rule of the route says."""

    def __init__(self, settings: TenantSettings) -> None:
        self.rules = settings.keyword_rules

    async def handle(self, turn: Turn, route: Route) -> Outcome:
        rule = self.rules[int(route.argument or 0)]
        if rule.reply is None:
            return Outcome.silent(evidence="the keyword rule has no reply")
        return Outcome.say(rule.reply, buttons=[Button(title=title) for title in rule.buttons])
