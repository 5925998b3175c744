"""Reactions, ratings and words of praise or blame, each tied to the message of ours it is about."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from frontdesk.core.asking import ASK, ASKED
from frontdesk.core.conversation import Mode
from frontdesk.core.feedback import (
    OCCASIONS,
    RATINGS,
    AskedFeedback,
    RecordFeedback,
    WithdrawFeedback,
    occasion,
    pressed,
    rating_buttons,
)
from frontdesk.core.message import Reaction
from frontdesk.core.routing import onwards
from frontdesk.core.tenant import TenantSettings
from frontdesk.core.turn import KeepVariables, Onward, Outcome, Route, Turn
from frontdesk.handlers.wording import choices
from frontdesk.phrases import listened_for, say

HANDLER = "feedback"
DRESS = dict.fromkeys([0xFE0F, *range(0x1F3FB, 0x1F400)])
"""What dresses an emoji up without making it another: its way of being drawn, its skin tone."""
SAYS_MORE = 3
"""Words from which on an answer is kept as words, besides the rating read in it."""


class Feedback:
    """Asks for a rating, then for words, and keeps both; a reaction is kept without a word."""

    def __init__(self, settings: TenantSettings) -> None:
        self.settings = settings.feedback

    async def handle(self, turn: Turn, route: Route) -> Outcome:
        if isinstance(turn.event, Reaction):
            return self._reaction(turn, turn.event)
        if route.argument == ASK:
            return self._interject(turn)
        if found := pressed(route.argument):
            return self._pressed(turn, *found)
        if turn.mode is None or turn.mode.handler != HANDLER:
            return self._ask(turn)
        if turn.mode.state.get("awaiting") == "rating":
            return self._rating(turn, turn.mode)
        return self._words(turn, turn.mode)

    def _ask(self, turn: Turn) -> Outcome:
        state = {"awaiting": "rating", "about": str(turn.about.id) if turn.about else None, "said": str(turn.id)}
        asked = replace(self._question(turn, "said"), effects=(KeepVariables(values={ASKED: True}),))
        return asked.entering(turn, Mode(handler=HANDLER, state=state))

    def _interject(self, turn: Turn) -> Outcome:
        """Ask though nobody spoke of it: what is no rating is then for whoever answers such words."""
        noted = AskedFeedback(occasion=f"turn {turn.id}", handler="intent", intent=turn.meaning.intent)
        state = {"awaiting": "rating", "about": None, "turn": str(turn.id)}
        asked = replace(self._question(turn, "turn"), effects=(noted,), evidence="asked for a rating")
        return asked.entering(turn, Mode(handler=HANDLER, state=state))

    def _question(self, turn: Turn, kind: str) -> Outcome:
        return Outcome.say(say(turn.language, "feedback.ask"), buttons=rating_buttons(f"{kind} {turn.id}"))

    def _pressed(self, turn: Turn, rating: int, state: Mapping[str, Any]) -> Outcome:
        """Keep a rating, however late it comes; what the contact is in the middle of by now goes on."""
        if turn.mode is None or turn.mode.handler == HANDLER:
            known = turn.mode.state if turn.mode else {}
            return self._rated(turn, rating, known if not state or occasion(known) == occasion(state) else state)
        return Outcome.say(say(turn.language, "feedback.thanks"), self._rating_of(state, rating))

    def _rating(self, turn: Turn, mode: Mode) -> Outcome:
        said = turn.text.strip()
        if said in RATINGS:
            return self._rated(turn, int(said), mode.state)
        if turn.rating is not None and len(said.split()) < SAYS_MORE:
            return self._rated(turn, turn.rating, mode.state)
        is_ours = _is_asked(mode.state)
        return _afresh(turn) if is_ours and turn.rating is None else self._words(turn, mode)

    def _rated(self, turn: Turn, rating: int, state: Mapping[str, Any]) -> Outcome:
        kept = self._rating_of(state, rating)
        awaiting = Mode(handler=HANDLER, state={**_place(state), "awaiting": "text"})
        if self._is_low(rating):
            said = Outcome.say(say(turn.language, "feedback.sorry"), kept, buttons=choices(turn.language, "human"))
        else:
            said = Outcome.say(say(turn.language, "feedback.comment"), kept)
        return said.entering(turn, awaiting)

    def _rating_of(self, state: Mapping[str, Any], rating: int) -> RecordFeedback:
        return replace(_kept(state), kind="rating", score=rating, occasion=occasion(state))

    def _words(self, turn: Turn, mode: Mode) -> Outcome:
        if _is_asked(mode.state) and turn.meaning.intent:
            return _afresh(turn)
        score = turn.rating if mode.state.get("awaiting") == "rating" else None  # given before, it counts once
        kept = replace(_kept(mode.state), text=turn.text, score=score, sentiment=turn.sentiment)
        if self._is_low(turn.rating):
            buttons = choices(turn.language, "human")
            return Outcome.say(say(turn.language, "feedback.person"), kept, buttons=buttons).leaving(turn)
        thanked = Outcome.say(say(turn.language, "feedback.thanks"), kept)
        return (thanked if self.settings.thanks else Outcome.silent(kept)).leaving(turn)

    def _is_low(self, rating: int | None) -> bool:
        """Say whether a person is offered."""
        least = self.settings.escalate_below
        return rating is not None and least is not None and rating < least

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


def _is_asked(state: Mapping[str, Any]) -> bool:
    """Say whether we asked, and not the contact for the question."""
    return "turn" in state or "handoff" in state


def _place(state: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a mode remembers of what the feedback is about."""
    return {"about": None, **{name: state[name] for name in ("about", *OCCASIONS) if name in state}}


def _kept(state: Mapping[str, Any]) -> RecordFeedback:
    """Return feedback about what a mode remembers, of the kind of words."""
    return RecordFeedback(
        kind="text",
        message_id=_id(state.get("about")),
        turn_id=_id(state.get("turn")),
        source="asked" if _is_asked(state) else "volunteered",
    )


def _id(text: object) -> UUID | None:
    try:
        return UUID(text) if isinstance(text, str) else None
    except ValueError:
        return None


def _afresh(turn: Turn) -> Outcome:
    """Let whoever answers such words do so: nobody has to give a rating."""
    modes = turn.conversation.modes[:-1]
    found = onwards(replace(turn, conversation=replace(turn.conversation, modes=modes)), listened_for(turn.language))
    onward = Onward(handler=found.handler, argument=found.argument)
    return Outcome(modes=modes, onward=onward, evidence=f"no rating: {found.reason}")


def bare(emoji: str) -> str:
    """Return an emoji without skin tone, for comparing."""
    return emoji.translate(DRESS)
