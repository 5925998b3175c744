"""What rules want, as an outcome."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from frontdesk.core import modes
from frontdesk.core.answers import foreign, language_among
from frontdesk.core.content import Button, Content
from frontdesk.core.conversation import Mode
from frontdesk.core.listening import TellListener
from frontdesk.core.noting import ForgetVariables, MeanFor
from frontdesk.core.noting import SetField as FieldSet
from frontdesk.core.noting import Tag as Tagged
from frontdesk.core.noting import Untag as Untagged
from frontdesk.core.rules.actions import (
    Action,
    Assign,
    Escalate,
    Hand,
    Listen,
    Reply,
    SetField,
    SetVariable,
    Start,
    Tag,
    Untag,
)
from frontdesk.core.rules.deciding import Decision
from frontdesk.core.turn import Effect, HandOver, KeepVariables, Onward, Outcome, Turn

ESCALATED = "rule"
"""The reason of a handover a rule asked for; the rule's own words are its detail."""


def done(turn: Turn, decision: Decision) -> Outcome:
    """Return what the actions come to; a handler that is to answer goes on from it."""
    return Outcome(
        replies=tuple(_said(turn, action) for action in decision.actions if isinstance(action, Reply)),
        effects=tuple(_effects(decision.actions)),
        onward=next((onward for action in decision.actions if (onward := _onward(action))), None),
        evidence=f"rules: {', '.join(decision.matched)}"[:500] if decision.matched else None,
    )


def finished(turn: Turn, decision: Decision, outcome: Outcome) -> Outcome:
    """Return the outcome once the handlers were heard: a mode is begun, and whoever takes over is told why."""
    for action in decision.actions:
        match action:
            case Start():
                outcome = _begun(turn, action, outcome)
            case Escalate():
                effects = tuple(_told(action, effect) for effect in outcome.effects)
                outcome = replace(outcome, effects=effects)
    return outcome


def _said(turn: Turn, action: Reply) -> Content:
    """Return the words in the contact's language, else in one that says which it is."""
    wanted = [turn.spoken or turn.language, turn.language, turn.settings.working_language]
    tag = language_among(action.text, wanted) or turn.language
    buttons = tuple(Button(title=title) for title in action.buttons)
    return Content(text=action.text[tag], buttons=buttons, language=foreign(tag, turn.language))


def _effects(actions: Sequence[Action]) -> Iterator[Effect]:
    for action in actions:
        match action:
            case Tag(tags=tags, of=of):
                yield Tagged(tags=tags, of=of)
            case Untag(tags=tags, of=of):
                yield Untagged(tags=tags, of=of)
            case SetField(field=field, value=value):
                yield FieldSet(field=field, value=value)
            case SetVariable(name=name, value=None):
                yield ForgetVariables(names=(name,))
            case SetVariable(name=name, value=value):
                yield KeepVariables(values={name: value})
            case Assign(agent=agent, team=team):
                yield MeanFor(agent=agent, team=team)
            case Listen(listener=listener):
                yield TellListener(listener=listener)


def _onward(action: Action) -> Onward | None:
    match action:
        case Hand(handler=handler, argument=argument):
            return Onward(handler=handler, argument=argument)
        case Start(handler="intent", state=state):
            return Onward(handler="intent", argument=str(state.get("intent", "")))
        case Start(handler=handler, state=state):
            return Onward(handler=handler, values=state)
        case Escalate():
            return Onward(handler="handoff", argument="human")
    return None


def _begun(turn: Turn, action: Start, outcome: Outcome) -> Outcome:
    """Return the outcome with the mode in it, its state beneath what the handler keeps itself."""
    if action.handler == "intent":
        return outcome
    stack = turn.conversation.modes if outcome.modes is None else outcome.modes
    mode = Mode(handler=action.handler, state=action.state)
    under = next((kept for kept in stack if modes.identity(kept) == modes.identity(mode)), None)
    if under is None:
        return replace(outcome, modes=(*stack, mode))
    full = replace(under, state={**action.state, **under.state})
    return replace(outcome, modes=tuple(full if kept is under else kept for kept in stack))


def _told(action: Escalate, effect: Effect) -> Effect:
    if not isinstance(effect, HandOver):
        return effect
    return replace(
        effect, reason=ESCALATED, detail=action.reason, priority=action.priority, skill=action.skill or effect.skill
    )
