"""What is said when nothing else fits."""

from frontdesk.core.message import Message
from frontdesk.core.tenant import TenantSettings
from frontdesk.core.turn import Outcome, Route, Turn
from frontdesk.handlers.wording import choices
from frontdesk.phrases import say


class Fallback:
    """Says what it can do and offers choices; what it can't read it acknowledges honestly."""

    def __init__(self, settings: TenantSettings) -> None:
        self.reply = settings.fallback_reply

    async def handle(self, turn: Turn, route: Route) -> Outcome:
        unread = isinstance(turn.event, Message) and not turn.text
        words = say(turn.language, "fallback.media") if unread else self.reply or say(turn.language, "fallback.text")
        return Outcome.say(words, buttons=choices(turn.language, "help", "human"))
