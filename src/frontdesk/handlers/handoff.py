"""A person answers: the bot steps aside, and comes back when it is called."""

from dataclasses import replace

from frontdesk.core import consenting
from frontdesk.core.content import Content
from frontdesk.core.handoff import opening, shown
from frontdesk.core.tenant import TenantSettings
from frontdesk.core.turn import HandBack, HandOver, Onward, Outcome, Route, Turn
from frontdesk.handlers.wording import beside, written
from frontdesk.phrases import say

REASONS = {"human": "asked", "misses": "not_understood", "upset": "upset", "keyword": "keyword"}
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
            again = "asked for a person again while one is on the way"
            return Outcome.silent(evidence=again) if turn.consent == "given" else _unread(turn, Outcome(evidence=again))
        reason = REASONS.get(route.argument or "", "handler")
        asked = HandOver(reason=reason, detail=route.reason, language=turn.spoken or turn.language)
        outcome = Outcome(replies=(self._words(turn),), effects=(asked,)).leaving_all()
        return outcome if turn.consent == "given" else _unread(turn, outcome)

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


def _unread(turn: Turn, outcome: Outcome) -> Outcome:
    """Return the outcome where the contact has not agreed to what is asked of everybody: person and contact are told what
    that means, and the question is put once more.
    """
    detail = "what they write can't be read: they have not agreed to the policy"
    told = tuple(
        replace(effect, detail=f"{effect.detail}; {detail}") if isinstance(effect, HandOver) else effect
        for effect in outcome.effects
    )
    words = Content(text=say(turn.language, "handoff.unread"))
    outcome = replace(outcome, replies=(*outcome.replies, words), effects=told)
    if turn.mode and turn.mode.handler == consenting.HANDLER:
        return replace(outcome, modes=(turn.mode,))  # what came between is followed by its question
    return replace(outcome, onward=Onward(handler=consenting.HANDLER, argument=consenting.MISSING))
