"""A person answers: the bot steps aside, and comes back when it is called."""

from frontdesk.core.tenant import TenantSettings
from frontdesk.core.turn import HandBack, HandOver, Outcome, Route, Turn
from frontdesk.handlers.wording import written
from frontdesk.phrases import say


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
        if reply := self.settings.human_reply:
            return Outcome.say(reply, HandOver(), language=written(turn)).leaving_all()
        return Outcome.say(say(turn.language, "handoff.asked"), HandOver()).leaving_all()
