"""A person answers: the bot steps aside, and comes back when it is called."""

from frontdesk.core.content import Content
from frontdesk.core.handoff import opening, shown
from frontdesk.core.tenant import TenantSettings
from frontdesk.core.turn import HandBack, HandOver, Outcome, Route, Turn
from frontdesk.handlers.wording import beside, written
from frontdesk.phrases import say

REASONS = {"human": "asked", "misses": "not_understood"}
"""Why, by what the handler is told; a rule says its own, everything else comes from a handler."""


class Handoff:
    """Moves a conversation to a person and is silent while it is there."""

    def __init__(self, settings: TenantSettings) -> None:
        self.settings = settings

    async def handle(self, turn: Turn, route: Route) -> Outcome:
        if route.argument == "silent":
            return Outcome.silent(evidence="a person has this conversation")
        if route.argument == "bot":
            return Outcome.say(say(turn.language, "handoff.back"), HandBack())
        if turn.conversation.owner == "human":
            return Outcome.silent(evidence="asked for a person again while one is on the way")
        reason = REASONS.get(route.argument or "", "handler")
        asked = HandOver(reason=reason, detail=route.reason, language=turn.spoken or turn.language)
        return Outcome(replies=(self._words(turn),), effects=(asked,)).leaving_all()

    def _words(self, turn: Turn) -> Content:
        """Return the tenant's words for this hour, else ours; out of hours with the time at which somebody is there."""
        hours, desk = self.settings.hours, self.settings.desk
        opens = opening(hours, turn.now)
        if hours and opens:
            spoken = beside(turn, written(turn)) if desk.out_of_hours else turn.language
            day, time = shown(opens, hours, turn.now)
            when = f"{say(spoken, f'weekdays.{day}')} {time}"
            if desk.out_of_hours:
                return Content(text=desk.out_of_hours.replace("{opens}", when), language=written(turn))
            return Content(text=say(turn.language, "handoff.closed", opens=when))
        if self.settings.human_reply:
            return Content(text=self.settings.human_reply, language=written(turn))
        return Content(text=say(turn.language, "handoff.asked"))
