"""What an intent answers once all is known: its response, what is remembered, and who goes on."""

import json
from collections.abc import Mapping
from typing import Any

from frontdesk.core import facts
from frontdesk.core.answers import filled, foreign, language_among, next_variant
from frontdesk.core.content import Button, Content
from frontdesk.core.intents import Intent
from frontdesk.core.listening import IntentAnswered
from frontdesk.core.routing import PRESSED
from frontdesk.core.slots import State, shown
from frontdesk.core.turn import Effect, KeepFacts, KeepVariables, Onward, Outcome, Turn
from frontdesk.errors import InvalidInput
from frontdesk.handlers.wording import our_words

IN_WORDS = frozenset({"quantity", "money", "duration", "location"})
"""Kinds whose value alone says too little: as text they are kept as they were said."""


def answered(turn: Turn, intent: Intent, state: State) -> Outcome:
    """Return the end of an intent; `state` is that of its form, empty where it has none."""
    kept: Mapping[str, Mapping[str, Any]] = state.get("filled", {})
    values = {name: each["value"] for name, each in kept.items()}
    effects: tuple[Effect, ...] = (KeepVariables(values={intent.name: values}),) if intent.slots else ()
    if stated := stated_facts(turn, intent, kept):
        effects = (*effects, KeepFacts(values=stated, origin=str(turn.id)))
    onward = _onward(intent, values)
    response = _response(turn, intent, kept)
    stand_in = _noted(turn, intent) if response is None and onward is None else None
    said = tuple(filter(None, (response or stand_in,)))
    fired = IntentAnswered(intent=intent.name, values=values, stand_in=stand_in)
    return Outcome(replies=said, effects=(*effects, fired), onward=onward)


def _onward(intent: Intent, values: Mapping[str, Any]) -> Onward | None:
    """Return who goes on: with the values, and with what the tenant told that handler, which nobody's words replace."""
    if not intent.handler:
        return None
    argument = intent.config.get("argument")
    onward = Onward(
        handler=intent.handler,
        argument=argument if isinstance(argument, str) else intent.name,
        values={**values, **intent.config},
    )
    return None if (onward.handler, onward.argument) == ("intent", intent.name) else onward


def _response(turn: Turn, intent: Intent, kept: Mapping[str, Mapping[str, Any]]) -> Content | None:
    """Return a response in the contact's language, else one that says in which it is; None where there is none."""
    variants = {tag: texts for tag, texts in intent.responses.items() if texts}
    tag = language_among(variants, [turn.spoken or turn.language, turn.language, turn.settings.working_language])
    if tag is None:
        return None
    places = {name: shown(each) for name, each in kept.items()}
    slots = {slot.name for slot in intent.slots}
    texts = [filled(text, places, slots) for text in variants[tag]]
    said = (words for line in turn.history if line.author == "bot" for words in (line.text, line.working) if words)
    text = next_variant(texts, list(said), turn.id.int)
    buttons = tuple(_button(turn, title) for title in intent.buttons)
    return Content(text=text, buttons=buttons, language=foreign(tag, turn.language))


def _button(turn: Turn, title: str) -> Button:
    """Return a choice: one called like an intent leads to it, any other stands for its words."""
    named = (name for name, intent in turn.intents.items() if title == name or title in intent.title.values())
    name = next(named, None)
    return Button(title=title, payload=f"{PRESSED}{name}" if name else None)


def _noted(turn: Turn, intent: Intent) -> Content:
    """Return what is said where the tenant wrote no answer."""
    if intent.slots and turn.ear:
        return Content(text=turn.ear.words.says["done"])
    return our_words(turn, "intent.unanswered", "human", "help")


def stated_facts(turn: Turn, intent: Intent, kept: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    """Return the facts a form's values are kept as, as text; those the tenant's rules don't take are left out."""
    rules = facts.rules_of(turn.settings.facts)
    stated = {}
    for slot in intent.slots:
        if slot.fact is None or slot.fact not in rules or slot.name not in kept:
            continue
        text = _fact(kept[slot.name], rules[slot.fact].kind)
        try:
            facts.read(slot.fact, text, rules)
        except InvalidInput:
            continue
        stated[slot.fact] = text
    return stated


def _fact(kept: Mapping[str, Any], kind: str) -> str:
    value = kept["value"]
    if kept["kind"] in IN_WORDS and kind == "text":
        return shown(kept)
    if isinstance(value, Mapping):
        ends = (value.get("from"), value.get("to"))
        return "/".join(str(end or "..") for end in ends) if any(ends) else json.dumps(value, ensure_ascii=False)
    return str(value)
