"""What is said when nothing else fits."""

from frontdesk.core.answers import foreign
from frontdesk.core.content import Content
from frontdesk.core.message import Message
from frontdesk.core.tenant import TenantSettings
from frontdesk.core.turn import Onward, Outcome, Route, Turn
from frontdesk.handlers import proposing
from frontdesk.handlers.wording import beside, choices, is_upset, our_words, why_unread, written
from frontdesk.phrases import say

ALWAYS = ("help", "human")


class Fallback:
    """Says what it can do and offers choices; what it can't read it acknowledges honestly."""

    def __init__(self, settings: TenantSettings) -> None:
        self.reply = settings.fallback_reply
        self.patience = settings.desk.after_misses

    async def handle(self, turn: Turn, route: Route) -> Outcome:
        misses = turn.conversation.misses + 1
        if self.patience and misses >= self.patience:
            onward = Onward(handler="handoff", argument="misses")
            return Outcome(onward=onward, evidence=f"not understood, {misses} in a row")
        outcome = Outcome(replies=(self._words(turn),), missed=True)
        is_lost = turn.mode is not None and turn.mode.handler == route.handler
        return outcome.leaving(turn) if is_lost else outcome  # a mode whose handler is gone would never end

    def _words(self, turn: Turn) -> Content:
        if unread := why_unread(turn):
            return Content(text=unread, buttons=tuple(choices(turn.language, *ALWAYS)))
        if isinstance(turn.event, Message) and not turn.text:
            return our_words(turn, "fallback.media", *ALWAYS)
        if not self.reply and is_upset(turn):
            return our_words(turn, "fallback.upset", "human", "help")
        intents = proposing.offered(turn)
        spoken = beside(turn, written(turn)) if self.reply else proposing.language_of(turn, intents)
        return Content(
            text=self.reply or say(spoken, "fallback.text"),
            buttons=(*proposing.buttons(intents, spoken), *choices(spoken, *ALWAYS)),
            language=written(turn) if self.reply else foreign(spoken, turn.language),
        )
