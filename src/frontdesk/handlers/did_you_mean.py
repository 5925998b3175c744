"""Two intents are close: the contact is asked which one they meant."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from frontdesk.core.answers import foreign
from frontdesk.core.choosing import chosen
from frontdesk.core.content import Button, Choice, Content
from frontdesk.core.conversation import Mode
from frontdesk.core.intents import Intent
from frontdesk.core.routing import PRESSED, onwards, pressed_intent
from frontdesk.core.slots import heard
from frontdesk.core.tenant import TenantSettings
from frontdesk.core.turn import KeepVariables, Onward, Outcome, Route, Turn
from frontdesk.handlers import proposing
from frontdesk.handlers.proposing import NONE_MEANT
from frontdesk.handlers.wording import choices, is_upset, our_words, why_unread
from frontdesk.phrases import listened_for, say

HANDLER = "did_you_mean"
NONE = "/none"
PATIENCE = 2


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked about: the words that were not clear, and the intents proposed."""

    utterance: str
    names: tuple[str, ...]

    @classmethod
    def read(cls, mode: Mode) -> "Asked":
        """Return what a mode remembers, as far as it can be read."""
        utterance, names = mode.state.get("utterance"), mode.state.get("asked")
        known = [name for name in names if isinstance(name, str)] if isinstance(names, list) else []
        return cls(utterance if isinstance(utterance, str) else "", tuple(known))


class DidYouMean:
    """Asks which intent was meant, and lets that one go on with the words said first."""

    def __init__(self, settings: TenantSettings) -> None:
        self.settings = settings

    async def handle(self, turn: Turn, route: Route) -> Outcome:
        if turn.mode is None or turn.mode.handler != HANDLER:
            return _ask(turn)
        if unread := why_unread(turn):
            return Outcome.say(unread)
        asked = Asked.read(turn.mode)
        answer = _answer(turn, asked)
        if answer == NONE:
            return _none(turn)
        if answer is None:
            return _afresh(turn)
        values = {"utterance": asked.utterance} if answer in asked.names else {}
        onward = Onward(handler="intent", argument=answer, values=values)
        return Outcome(modes=_left(turn).conversation.modes, onward=onward, evidence=f"meant {answer}")


def _ask(turn: Turn) -> Outcome:
    names = [each.intent for each in turn.meaning.asked if each.intent in turn.intents]
    if not names:
        return Outcome(onward=Onward(handler="fallback"), evidence="none of the close intents is there")
    intents = [turn.intents[name] for name in names]
    language = proposing.language_of(turn, intents)
    refusal = say(language, "did_you_mean.none" if len(names) > 1 else "intent.no")
    person = choices(language, "human") if is_upset(turn) else ()
    content = Content(
        text=say(language, "did_you_mean.ask" if len(names) > 1 else "did_you_mean.one"),
        buttons=(*proposing.buttons(intents, language), Button(title=refusal, payload=NONE), *person),
        language=foreign(language, turn.language),
    )
    mode = Mode(handler=HANDLER, state={"utterance": turn.text, "asked": names})
    return Outcome(replies=(content,)).entering(turn, mode)


def _answer(turn: Turn, asked: Asked) -> str | None:
    """Return the intent that was chosen, by button, number, title or a yes; NONE; or None for anything else."""
    if (pressed := pressed_intent(turn)) is not None:
        return pressed
    known = [turn.intents[name] for name in asked.names if name in turn.intents]
    if choice := chosen(turn.text, _choices(turn, known)):
        return choice.payload.removeprefix(PRESSED)
    said, ear = heard(turn.text), turn.ear
    if ear and said in ear.words.yes and len(known) == 1:
        return known[0].name
    refused = turn.text == NONE or (ear and said in ear.words.no | ear.words.skip)
    return NONE if refused else None


def _choices(turn: Turn, intents: Sequence[Intent]) -> list[Choice]:
    """Return what was offered, as it may be typed."""
    language = proposing.language_of(turn, intents)
    offered = [Choice(title=each.title, payload=each.answer) for each in proposing.buttons(intents, language)]
    return [*offered, Choice(title=say(turn.language, "did_you_mean.none"), payload=NONE)]


def _none(turn: Turn) -> Outcome:
    """Let the fallback speak; the second time in a row, offer a person, or bring one where the tenant wants that."""
    misses = _misses(turn) + 1
    left = Outcome(modes=_left(turn).conversation.modes, evidence=f"none of those proposed, {misses} in a row")
    if misses < PATIENCE:
        kept = KeepVariables(values={NONE_MEANT: misses})
        return replace(left, effects=(kept,), onward=Onward(handler="fallback"))
    kept = KeepVariables(values={NONE_MEANT: 0})
    if turn.settings.desk.after_misses:
        return replace(left, effects=(kept,), onward=Onward(handler="handoff", argument="misses"))
    return replace(left, effects=(kept,), replies=(our_words(turn, "did_you_mean.human", "human", "help"),))


def _misses(turn: Turn) -> int:
    counted = turn.conversation.variables.get(NONE_MEANT)
    return counted if isinstance(counted, int) and 0 < counted < PATIENCE else 0


def _afresh(turn: Turn) -> Outcome:
    """Let whoever answers such words do so: they are no answer to the question. The rules have had their say by now."""
    left = _left(turn)
    found = onwards(left, listened_for(turn.language))
    onward = Onward(handler=found.handler, argument=found.argument)
    return Outcome(modes=left.conversation.modes, onward=onward, evidence=f"not what was asked about: {found.reason}")


def _left(turn: Turn) -> Turn:
    """Return the turn without the question."""
    modes = tuple(mode for mode in turn.conversation.modes if mode.handler != HANDLER)
    return replace(turn, conversation=replace(turn.conversation, modes=modes))
