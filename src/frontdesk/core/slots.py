"""Slot filling: a form, the state of one being filled, and what is said next; pure, and the state is plain JSON."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from pydantic import Field

from frontdesk.core.entities import Entity, Kind
from frontdesk.core.reminders import Schedules
from frontdesk.core.section import Section
from frontdesk.core.wording import MOST, plain

Stage = Literal["asking", "confirming", "done", "cancelled", "human"]
State = dict[str, Any]
"""`form`, `stage`, `filled` (slot to value and text), `skipped`, `asked`, `last`, `failures`, `turns`."""
WORD = re.compile(r"[^\s,.;:!?¿¡،؛؟।()\"'’\-]+")
ENDED: frozenset[Stage] = frozenset({"done", "cancelled", "human"})


class Option(Section):
    """A value of a list, with the other words for it."""

    value: str = Field(description="What is kept, and shown in a list of choices.", min_length=1)
    synonyms: tuple[str, ...] = Field(default=(), description="Further words for it, in any language.")


class Slot(Section):
    """One thing to ask for. Texts are by language (`en`), and English ones stand in for those missing."""

    name: str = Field(description="The name the value is kept under.", pattern=r"^[a-z][a-z0-9_]{0,39}$")
    kind: Kind = Field(description="What kind of value it takes.")
    required: bool = Field(default=True, description="Whether the form is complete without it.")
    ask: bool = Field(default=True, description="Whether an optional one is asked for, or only taken when given.")
    label: Mapping[str, str] = Field(default_factory=dict, description="What people call it.")
    prompt: Mapping[str, str] = Field(default_factory=dict, description="The question.")
    invalid: Mapping[str, str] = Field(
        default_factory=dict, description="What is said to an answer that can't be used."
    )
    cues: tuple[str, ...] = Field(default=(), description="Words right before a value of this slot: from, to.")
    options: tuple[Option, ...] = Field(default=(), description="The values of a list.")
    pattern: str | None = Field(default=None, description="The regular expression of a pattern.", max_length=300)
    at_least: float | None = Field(default=None, description="Smallest number, amount, or seconds; shortest text.")
    at_most: float | None = Field(default=None, description="Largest number, amount, or seconds; longest text.")
    when: Literal["future", "past"] | None = Field(default=None, description="The side of now a date must be on.")
    fact: str | None = Field(default=None, description="The fact about the contact its value is kept as.")


class Form(Section):
    """What has to be known, in the order it is asked for."""

    name: str = Field(description="The name of the form.")
    slots: tuple[Slot, ...] = Field(description="What it asks for.", min_length=1, max_length=50)
    confirm: bool = Field(default=False, description="Whether all values are read back before it ends.")
    attempts: int = Field(
        default=3, description="Answers in a row that can't be used before a person takes over.", ge=1
    )
    most_turns: int = Field(default=100, description="Answers in all before a person takes over.", ge=1)

    def slot(self, name: str | None) -> Slot | None:
        return next((slot for slot in self.slots if slot.name == name), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """The words of one language the machine listens for, folded, and what it says."""

    language: str
    yes: frozenset[str] = frozenset()
    no: frozenset[str] = frozenset()
    skip: frozenset[str] = frozenset()
    cancel: frozenset[str] = frozenset()
    correct: tuple[str, ...] = ()
    change: tuple[str, ...] = ()
    to: frozenset[str] = frozenset()
    negation: tuple[str, ...] = ()
    says: Mapping[str, str] = field(default_factory=dict)


Reader = Callable[[str, Slot, bool], Sequence[Entity]]
"""Finds a slot's values in a text, best first; the flag says that they were asked for, so that weak ones count."""


@dataclass(frozen=True, slots=True)
class Ear:
    """How a turn's words are read for values: the words to listen for, what finds a slot's values, and schedules."""

    words: Words
    read: Reader
    schedules: Schedules | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """The state after an answer, and the lines to say, in order; `choices` are the values of the list asked for."""

    state: State
    say: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()

    @property
    def stage(self) -> Stage:
        stage: Stage = self.state["stage"]
        return stage

    @property
    def values(self) -> dict[str, Any]:
        return {name: kept["value"] for name, kept in self.state["filled"].items()}


def fresh(form: Form) -> State:
    """Return the state of a form nobody answered yet."""
    return {
        "form": form.name,
        "stage": "asking",
        "filled": {},
        "skipped": [],
        "asked": None,
        "last": None,
        "failures": 0,
        "turns": 0,
    }


def worded(texts: Mapping[str, str], language: str) -> str | None:
    """Return the text in the language of a tag, else in English, else any."""
    base = language.replace("_", "-").split("-", 1)[0].lower()
    return texts.get(language) or texts.get(base) or texts.get("en") or next(iter(texts.values()), None)


def label(slot: Slot, words: Words) -> str:
    """Return what the slot is called: a label in another language than this or English says less than its name."""
    return slot.label.get(words.language) or slot.label.get("en") or slot.name.replace("_", " ")


def heard(text: str) -> str:
    """Return the words of a text folded one by one: unlike `plain`, it splits no word at a sign of its script."""
    folded = (plain(match[0]).replace(" ", "") for match in WORD.finditer(text[:MOST]))
    return " ".join(word for word in folded if word)


def shown(kept: Mapping[str, Any]) -> str:
    """Return a value as it is read back: the person's words, with the day they were taken for."""
    text, value = str(kept["text"]), kept["value"]
    match kept["kind"]:
        case "time":
            return str(value)
        case "date" | "datetime" if text != value:
            return f"{text} ({str(value)[:16].replace('T', ' ')})"
    return text or _place(value)


def _place(value: Any) -> str:
    if isinstance(value, Mapping):
        return str(value.get("name") or value.get("address") or f"{value.get('latitude')}, {value.get('longitude')}")
    return str(value)


def proceed(form: Form, state: State, words: Words, said: Sequence[str] = ()) -> Step:
    """Return the next question, or the end."""
    slot = next((slot for slot in form.slots if _open(slot, state)), None)
    if slot:
        prompt = worded(slot.prompt, words.language) or words.says["ask"].format(slot=label(slot, words))
        choices = tuple(option.value for option in slot.options)
        return Step(state={**state, "stage": "asking", "asked": slot.name}, say=(*said, prompt), choices=choices)
    if form.confirm:
        summary = "\n".join(
            f"{label(slot, words)}: {shown(state['filled'][slot.name])}"
            for slot in form.slots
            if slot.name in state["filled"]
        )
        question = words.says["confirm"].replace("{summary}", summary)
        return Step(state={**state, "stage": "confirming", "asked": None}, say=(*said, question))
    return end("done", state, words, said)


def _open(slot: Slot, state: State) -> bool:
    return slot.name not in state["filled"] and slot.name not in state["skipped"] and (slot.required or slot.ask)


def end(stage: Stage, state: State, words: Words, said: Sequence[str] = ()) -> Step:
    """Return the end of a form: done, cancelled, or over to a human."""
    return Step(state={**state, "stage": stage, "asked": None}, say=(*said, words.says[stage]))


def failed(form: Form, state: State, words: Words, message: str | None) -> Step:
    """Count an answer that can't be used; ask again, or call a human once there were enough."""
    state = {**state, "failures": state["failures"] + 1}
    if state["failures"] >= form.attempts:
        return end("human", state, words, [message] if message else [])
    return proceed(form, state, words, [message] if message else [])
