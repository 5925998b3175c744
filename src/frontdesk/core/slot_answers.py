"""The machine of slot filling: from a state and an answer to the next state and what to say."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from frontdesk.core import slot_corrections as corrections
from frontdesk.core.entities import Entity
from frontdesk.core.slot_validation import fault, not_understood
from frontdesk.core.slots import (
    ENDED,
    Form,
    Reader,
    Slot,
    State,
    Step,
    Words,
    end,
    failed,
    fresh,
    heard,
    label,
    proceed,
    shown,
)

NEVER_UNASKED = frozenset({"text"})
"""Kinds any words would fill: taken only where they were asked for."""
LOOSE = frozenset({"name"})
"""Kinds that most words could fill when asked for: what is clearly another slot's value, or a mere "yes", is none."""


def begin(form: Form, words: Words, read: Reader, now: datetime, utterance: str = "") -> Step:
    """Start a form, with what the utterance that led to it says already. It ends at once if that is all."""
    state = fresh(form)
    if utterance.strip():
        state, _ = _fill_others(form, state, utterance, [], read, words, now)
    return proceed(form, state, words)


def answer(form: Form, state: State, text: str, words: Words, read: Reader, now: datetime) -> Step:
    """Take one answer. The state passed in stays as it is; one that has ended comes back unchanged, with nothing to say.

    An answer is, in this order: the wish to cancel, a correction of what was said, a yes or no to the summary, the value
    asked for with others beside it, or none of these. It ends always: attempts in a row and answers in all are bounded.
    """
    if state["stage"] in ENDED:
        return Step(state=state)
    state = {**state, "filled": dict(state["filled"]), "skipped": list(state["skipped"]), "turns": state["turns"] + 1}
    folded = heard(text)
    if folded in words.cancel:
        return end("cancelled", state, words)
    if state["turns"] >= form.most_turns:
        return end("human", state, words)
    if state["stage"] == "confirming":
        return _confirmed(form, state, text, words, read, now)
    return _answered(form, state, text, words, read, now)


def _confirmed(form: Form, state: State, text: str, words: Words, read: Reader, now: datetime) -> Step:
    folded = heard(text)
    if folded in words.yes:
        return end("done", state, words)
    changed = _correct(form, state, text, words, read, now)
    if changed:
        return changed
    filled, news = _replace_any(form, state, text, words, read, now)
    if news:
        return proceed(form, {**filled, "failures": 0}, words, news)
    if folded in words.no:
        state = {**state, "failures": state["failures"] + 1}
        return (
            end("human", state, words)
            if state["failures"] >= form.attempts
            else Step(state=state, say=(words.says["what"],))
        )
    return failed(form, state, words, None)


def _answered(form: Form, state: State, text: str, words: Words, read: Reader, now: datetime) -> Step:
    slot = form.slot(state["asked"])
    if slot is None:
        return proceed(form, state, words)
    whole = _whole_option(slot, text, read)
    if not whole:
        changed = _correct(form, state, text, words, read, now)
        if changed:
            return changed
    if not slot.required and not whole and heard(text) in words.skip:
        return proceed(form, {**state, "skipped": [*state["skipped"], slot.name], "failures": 0}, words)
    taken, message = _best(slot, text, words, read, now, state, form)
    filled = _keep(state, slot, taken) if taken else state
    spans = [taken] if taken else []
    if slot.kind not in NEVER_UNASKED or not taken:
        filled, spans = _fill_others(form, filled, text, spans, read, words, now)
    if taken or spans:
        return proceed(
            form,
            {**filled, "failures": 0 if taken else state["failures"]},
            words,
            [message] if message and not taken else [],
        )
    return failed(form, state, words, message or not_understood(slot, words))


def _whole_option(slot: Slot, text: str, read: Reader) -> bool:
    """Say whether an answer is, as it stands, one of the slot's own values: then `no` is a value and no correction."""
    if slot.kind != "list":
        return False
    return any(heard(entity.text) == heard(text) and entity.confidence == 1.0 for entity in read(text, slot, True))


def _best(
    slot: Slot, text: str, words: Words, read: Reader, now: datetime, state: State, form: Form
) -> tuple[Entity | None, str | None]:
    """Return the first value that may fill the slot asked for, or else what is wrong with the first there is."""
    message = None
    if slot.kind in LOOSE and heard(text) in words.yes | words.no | words.skip:
        return None, None
    for entity in read(text, slot, True):
        if _cued(
            entity, text, [other for other in form.slots if other != slot and other.name not in state["filled"]], slot
        ):
            continue
        wrong = fault(entity, slot, words, now)
        if wrong is None:
            return entity, None
        message = message or wrong
    return None, message


def _cued(entity: Entity, text: str, others: Sequence[Slot], own: Slot) -> bool:
    """Say whether the word right before a value gives it to another slot than `own`."""
    before = heard(text[: entity.start])
    return not _has_cue(before, own) and any(_has_cue(before, other) for other in others if other.kind == own.kind)


def _has_cue(before: str, slot: Slot) -> bool:
    return any(f" {before}".endswith(f" {heard(cue)}") for cue in slot.cues)


def _fill_others(
    form: Form, state: State, text: str, taken: list[Entity], read: Reader, words: Words, now: datetime
) -> tuple[State, list[Entity]]:
    """Fill what else is open with what else stands in the text: cued slots first, no words used twice."""
    open_slots = [slot for slot in form.slots if slot.name not in state["filled"] and slot.kind not in NEVER_UNASKED]
    for slot in sorted(open_slots, key=lambda slot: not slot.cues):
        for entity in read(text, slot, False):
            apart = all(
                entity.end <= other.start or other.end <= entity.start for other in taken if _clash(entity, other)
            )
            others = [other for other in open_slots if other != slot and other.name not in state["filled"]]
            if not apart or _cued(entity, text, others, slot) or fault(entity, slot, words, now):
                continue
            state, taken = _keep(state, slot, entity), [*taken, entity]
            break
    return state, taken


def _clash(one: Entity, two: Entity) -> bool:
    """Say whether two values may not share words; the date and the time of one `tomorrow at 5` may."""
    return {one.kind, two.kind} != {"date", "time"}


def _keep(state: State, slot: Slot, entity: Entity) -> State:
    told_by_value = entity.kind == "list" or ("part_of" in entity.detail and isinstance(entity.value, str))
    kept: dict[str, Any] = {
        "kind": entity.kind,
        "value": entity.value,
        "text": entity.value if told_by_value else entity.text,
    }
    if entity.detail:
        kept["detail"] = dict(entity.detail)
    skipped = [name for name in state["skipped"] if name != slot.name]
    return {**state, "filled": {**state["filled"], slot.name: kept}, "skipped": skipped, "last": slot.name}


def _correct(form: Form, state: State, text: str, words: Words, read: Reader, now: datetime) -> Step | None:
    """Return the step of a correction, or None if the answer is none."""
    if not state["filled"]:
        return None
    correction = corrections.read(text, form, state, words)
    if correction is None:
        return None
    if correction.slot and not correction.text.strip():
        rest = {name: kept for name, kept in state["filled"].items() if name != correction.slot.name}
        return proceed(
            form,
            {**state, "filled": rest, "skipped": [n for n in state["skipped"] if n != correction.slot.name]},
            words,
        )
    for slot, asked in _targets(form, state, correction):
        entity = next(
            (found for found in read(correction.text, slot, asked) if not fault(found, slot, words, now)), None
        )
        if entity:
            changed = {**_keep(state, slot, entity), "failures": 0}
            return proceed(form, changed, words, [_news(slot, changed, words)])
    if correction.slot and correction.slot.name in state["filled"]:
        return failed(form, state, words, not_understood(correction.slot, words))
    return None


def _targets(form: Form, state: State, correction: corrections.Correction) -> list[tuple[Slot, bool]]:
    """Return the slots a correction may be about, and whether weak values count: the one named, or those filled, the
    latest first. Where that would take most words, what is clearly a value of another comes before.

    After a failed answer it is about the slot asked for: that is none of these, and the answer is read as one to it.
    """
    if correction.slot:
        return [(correction.slot, True)]
    if state["failures"] and state["stage"] == "asking":
        return []
    names = list(dict.fromkeys([state["last"], *reversed(state["filled"])]))
    slots = [form.slot(name) for name in names if name in state["filled"]]
    meant = [slot for slot in slots if slot and slot.kind not in NEVER_UNASKED]
    clearly = [(slot, False) for slot in meant] if meant and meant[0].kind in LOOSE else []
    return [*clearly, *((slot, True) for slot in meant)]


def _replace_any(
    form: Form, state: State, text: str, words: Words, read: Reader, now: datetime
) -> tuple[State, list[str]]:
    """Replace what an answer to the summary names again, though it says no word of correcting."""
    taken: list[Entity] = []
    news: list[str] = []
    for slot in form.slots:
        if slot.kind in NEVER_UNASKED:
            continue
        for entity in read(text, slot, False):
            if all(entity.end <= one.start or one.end <= entity.start for one in taken) and not fault(
                entity, slot, words, now
            ):
                state, taken = _keep(state, slot, entity), [*taken, entity]
                news.append(_news(slot, state, words))
                break
    return state, news


def _news(slot: Slot, state: State, words: Words) -> str:
    return (
        words.says["changed"]
        .replace("{slot}", label(slot, words))
        .replace("{value}", shown(state["filled"][slot.name]))
    )
