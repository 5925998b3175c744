"""A definition of an intent, checked before it is kept: all its faults at once, each with its remedy."""

import re
from collections.abc import Collection, Iterator, Mapping

from frontdesk.core.answers import PLACE
from frontdesk.core.intents import Intent
from frontdesk.core.slots import Slot
from frontdesk.errors import InvalidInput
from frontdesk.understanding.entities import pattern as slot_patterns
from frontdesk.understanding.intents import patterns
from frontdesk.understanding.intents.data import OUT_OF_SCOPE
from frontdesk.understanding.intents.patterns import Pattern

MOST_CHARACTERS = 500_000
LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")


def checked(intent: Intent, handlers: Collection[str], facts: Collection[str]) -> Intent:
    """Return the intent; InvalidInput lists what is wrong with it. `handlers` are those there are, `facts` the tenant's."""
    if faults := list(_faults(intent, handlers, facts)):
        raise InvalidInput(f"intent {intent.name!r}: " + "; ".join(faults[:20]))
    return intent


def _faults(intent: Intent, handlers: Collection[str], facts: Collection[str]) -> Iterator[str]:
    if len(intent.model_dump_json(exclude_defaults=True)) > MOST_CHARACTERS:
        yield f"it is over {MOST_CHARACTERS:,} characters in all: shorten lists and answers"
        return
    if intent.name == OUT_OF_SCOPE and intent.model_dump(exclude_defaults=True, exclude={"name", "description"}):
        yield f"`{OUT_OF_SCOPE}` marks what is none of the intents: it takes utterances and nothing else"
    if intent.handler is not None and intent.handler not in handlers:
        yield f"there is no handler {intent.handler!r}: choose one of {', '.join(sorted(handlers))}"
    yield from _pattern_faults(intent)
    yield from _language_faults("title", intent.title)
    yield from _language_faults("responses", intent.responses)
    yield from _placeholder_faults(intent)
    names = [slot.name for slot in intent.slots]
    yield from (f"two slots are named {name!r}: rename one" for name in sorted(set(names)) if names.count(name) > 1)
    for slot in intent.slots:
        yield from (f"slot {slot.name!r} {fault}" for fault in _slot_faults(slot, facts))


def _pattern_faults(intent: Intent) -> Iterator[str]:
    try:
        patterns.compiled(Pattern(intent.name, pattern.kind, pattern.expression) for pattern in intent.patterns)
    except InvalidInput as fault:
        yield str(fault)


def _placeholder_faults(intent: Intent) -> Iterator[str]:
    known = {slot.name for slot in intent.slots}
    for language, texts in intent.responses.items():
        named = {name for text in texts for name in PLACE.findall(text)}
        for name in sorted(named - known):
            there = f"there are {', '.join(sorted(known))}" if known else "there is none"
            yield f"the answer in {language!r} names {{{name}}}, which is none of its slots: {there}"


def _slot_faults(slot: Slot, facts: Collection[str]) -> Iterator[str]:
    if slot.kind == "list" and not slot.options:
        yield "is a list without `options`: name its values"
    if slot.kind != "list" and slot.options:
        yield f"has `options`, which only a list has: its kind is {slot.kind!r}"
    if slot.kind == "pattern" and not slot.pattern:
        yield "is a pattern without `pattern`: give its regular expression"
    if slot.pattern:
        try:
            slot_patterns.checked(slot.pattern)
        except InvalidInput as fault:
            yield str(fault)
    if slot.at_least is not None and slot.at_most is not None and slot.at_least > slot.at_most:
        yield f"has `at_least` {slot.at_least:g} over `at_most` {slot.at_most:g}"
    if slot.fact is not None and slot.fact not in facts:
        yield f"is kept as the fact {slot.fact!r}, which the tenant's settings don't name: add it under `facts`"
    for what in ("label", "prompt", "invalid"):
        yield from _language_faults(what, getattr(slot, what))


def _language_faults(what: str, texts: Mapping[str, object]) -> Iterator[str]:
    for tag in texts:
        if not LANGUAGE.fullmatch(tag):
            yield f"`{what}` has {tag[:40]!r} where a language stands: write tags such as en, pt-BR"
