"""What happens once it is known what a contact wants: values are asked for, then it is answered or handed on."""

from dataclasses import replace

from frontdesk.core.conversation import Mode
from frontdesk.core.intents import Intent
from frontdesk.core.message import Message
from frontdesk.core.routing import pressed_intent
from frontdesk.core.slot_answers import answer, begin
from frontdesk.core.slot_states import restored
from frontdesk.core.slots import Ear, Form, Step, proceed
from frontdesk.core.tenant import TenantSettings
from frontdesk.core.turn import KeepVariables, Onward, Outcome, Route, Turn
from frontdesk.handlers.asking import NO, YES, asked
from frontdesk.handlers.proposing import NONE_MEANT
from frontdesk.handlers.replying import answered
from frontdesk.handlers.wording import our_words, why_unread

HANDLER = "intent"


class Intents:
    """Answers an intent; where values are missing it asks for them first, one by one."""

    def __init__(self, settings: TenantSettings) -> None:
        self.settings = settings

    async def handle(self, turn: Turn, route: Route) -> Outcome:
        active = turn.mode.state.get("intent") if turn.mode and turn.mode.handler == HANDLER else None
        name = active if route.argument is None else route.argument
        mode = _under_way(turn, name)
        intent = turn.intents.get(name) if isinstance(name, str) else None
        if intent is None or not (intent.enabled or mode):
            return _gone(turn, name, left=mode is not None)
        if mode and route.argument is None:
            return _go_on(turn, intent, mode.state.get("slots"))
        if mode and (name != active or pressed_intent(turn) == name):
            return _asked_again(turn, intent, mode.state.get("slots"))
        return _begin(turn, intent)


def _under_way(turn: Turn, name: object) -> Mode | None:
    """Return the mode that asks values for an intent, active or waiting below."""
    modes = turn.conversation.modes
    return next((mode for mode in modes if mode.handler == HANDLER and mode.state.get("intent") == name), None)


def _gone(turn: Turn, name: object, *, left: bool) -> Outcome:
    words = Outcome(replies=(our_words(turn, "intent.gone", "help", "human"),), evidence=f"no intent {name!s:.120}")
    return replace(words, modes=_without(turn, name)) if left else words


def _without(turn: Turn, name: object) -> tuple[Mode, ...]:
    """Return the modes without that of this intent: others that wait for values go on."""
    left = _under_way(turn, name)
    return tuple(mode for mode in turn.conversation.modes if mode is not left)


def _begin(turn: Turn, intent: Intent) -> Outcome:
    form, again = intent.form, turn.conversation.variables.get(NONE_MEANT)
    counted = Outcome(effects=(KeepVariables(values={NONE_MEANT: 0}),) if again else ())
    if form is None:
        return counted.then(answered(turn, intent, {}))
    if turn.ear is None:
        return counted.then(_to_a_person(turn, intent, Outcome(evidence="nothing here reads values")))
    step = begin(form, turn.ear.words, turn.ear.read, turn.now.astimezone(turn.settings.zone), _utterance(turn))
    return counted.then(_stepped(turn, intent, form, step))


def _utterance(turn: Turn) -> str:
    """Return the words that led here: those said before a question, or this turn's, unless a button led here."""
    said = turn.values.get("utterance")
    if isinstance(said, str):
        return said
    return "" if pressed_intent(turn) is not None else turn.text


def _go_on(turn: Turn, intent: Intent, stored: object) -> Outcome:
    form, ear = intent.form, turn.ear
    if form is None:
        return replace(answered(turn, intent, {}), modes=_without(turn, intent.name))
    if ear is None:
        return _to_a_person(turn, intent, Outcome(evidence="nothing here reads values"))
    state = restored(form, stored)
    if unread := why_unread(turn):
        return _stepped(turn, intent, form, proceed(form, state, ear.words, [unread]))
    now = turn.now.astimezone(turn.settings.zone)
    return _stepped(turn, intent, form, answer(form, state, _as_said(turn, ear), ear.words, ear.read, now))


def _asked_again(turn: Turn, intent: Intent, stored: object) -> Outcome:
    """Return what goes on with an intent as it was left."""
    form, ear = intent.form, turn.ear
    if form is None or ear is None:
        return _go_on(turn, intent, stored)
    return _stepped(turn, intent, form, proceed(form, restored(form, stored), ear.words))


def _as_said(turn: Turn, ear: Ear) -> str:
    """Return the words of an answer; buttons for yes and no mean the same in every language."""
    is_press = isinstance(turn.event, Message) and turn.event.press is not None
    meant = {YES: ear.words.yes, NO: ear.words.no}.get(turn.text) if is_press else None
    return min(meant) if meant else turn.text


def _stepped(turn: Turn, intent: Intent, form: Form, step: Step) -> Outcome:
    """Return what a step of the form comes to: the next question, the answer, or the end."""
    match step.stage:
        case "done":
            said, modes = asked(turn, form, step.say[:-1]), _without(turn, intent.name)
            left = Outcome(replies=said, modes=modes, evidence="all is known")
            return left.then(answered(turn, intent, step.state))
        case "cancelled":
            return Outcome(replies=asked(turn, form, step.say), modes=_without(turn, intent.name), evidence="given up")
        case "human":
            return _to_a_person(
                turn, intent, Outcome(replies=asked(turn, form, step.say[:-1]), evidence="too many attempts")
            )
    mode = Mode(handler=HANDLER, state={"intent": intent.name, "slots": step.state})
    waiting = Outcome(replies=asked(turn, form, step.say, step), evidence=f"asked for {step.state['asked'] or 'a yes'}")
    return waiting.entering(turn, mode)


def _to_a_person(turn: Turn, intent: Intent, outcome: Outcome) -> Outcome:
    """Return what leads to a person: the handoff speaks, and leaves every mode."""
    left = _without(turn, intent.name)
    return replace(outcome, modes=left, onward=Onward(handler="handoff", argument="attempts"))
