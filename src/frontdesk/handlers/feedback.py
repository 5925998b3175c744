"""Reactions, ratings and words of praise or blame, each tied to the message of ours it is about."""

from uuid import UUID

from frontdesk.core.content import Button
from frontdesk.core.conversation import Mode
from frontdesk.core.message import Reaction
from frontdesk.core.tenant import TenantSettings
from frontdesk.core.turn import Outcome, RecordFeedback, Route, Turn, WithdrawFeedback
from frontdesk.phrases import say

DRESS = dict.fromkeys([0xFE0F, *range(0x1F3FB, 0x1F400)])
"""What dresses an emoji up without making it another: its way of being drawn, its skin tone."""
RATINGS = ("1", "2", "3", "4", "5")


class Feedback:
    """Asks for a rating, then for words, and keeps both; a reaction is kept without a word."""

    def __init__(self, settings: TenantSettings) -> None:
        self.settings = settings.feedback

    async def handle(self, turn: Turn, route: Route) -> Outcome:
        if isinstance(turn.event, Reaction):
            return self._reaction(turn, turn.event)
        if turn.mode is None or turn.mode.handler != "feedback":
            return self._ask(turn)
        about = turn.mode.state.get("about")
        message_id = UUID(about) if about else None
        if turn.mode.state.get("awaiting") == "rating" and turn.text.strip() in RATINGS:
            rating = RecordFeedback(kind="rating", message_id=message_id, score=int(turn.text))
            mode = Mode(handler="feedback", state={"awaiting": "text", "about": about})
            return Outcome.say(say(turn.language, "feedback.comment"), rating).entering(turn, mode)
        words = RecordFeedback(kind="text", message_id=message_id, text=turn.text)
        replies = (say(turn.language, "feedback.thanks"),) if self.settings.thanks else ()
        return (Outcome.say(replies[0], words) if replies else Outcome.silent(words)).leaving(turn)

    def _ask(self, turn: Turn) -> Outcome:
        state = {"awaiting": "rating", "about": str(turn.about.id) if turn.about else None}
        buttons = [Button(title=rating) for rating in RATINGS]
        return Outcome.say(say(turn.language, "feedback.ask"), buttons=buttons).entering(
            turn, Mode(handler="feedback", state=state)
        )

    def _reaction(self, turn: Turn, reaction: Reaction) -> Outcome:
        message_id = turn.about.id if turn.about else None
        if reaction.action == "remove":
            return Outcome.silent(
                WithdrawFeedback(message_id=message_id, emoji=reaction.shown), evidence="reaction taken back"
            )
        emoji = bare(reaction.shown or "")
        praise, blame = (map(bare, listed) for listed in (self.settings.positive, self.settings.negative))
        score = 5 if emoji in praise else 1 if emoji in blame else None
        kept = RecordFeedback(kind="reaction", message_id=message_id, emoji=reaction.shown, score=score)
        return Outcome.silent(kept, evidence=f"reaction {reaction.shown}")


def bare(emoji: str) -> str:
    """Return an emoji without skin tone, for comparing."""
    return emoji.translate(DRESS)
