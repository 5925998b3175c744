"""The port to language models: six things to ask, each with what goes in and what comes out.

What people wrote stays out of every repr: a value that lands in a log says nothing of it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Generic, Literal, Protocol, TypeVar

from frontdesk.core.chatting import Bounds, Verdict
from frontdesk.services.genai.usage import Usage

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Line:
    """One thing said before: by the contact, or by the desk."""

    speaker: Literal["contact", "desk"]
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of the tenant's documents an answer may rest on."""

    id: str
    text: str = field(repr=False)
    title: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """What to answer, from which passages, in which language (BCP 47). `persona` is the tenant's own wording."""

    text: str = field(repr=False)
    language: str
    passages: tuple[Passage, ...] = ()
    history: tuple[Line, ...] = field(default=(), repr=False)
    persona: str = field(default="", repr=False)
    most_words: int = 150


@dataclass(frozen=True, slots=True)
class Answer:
    """A reply and the ids of the passages it rests on; not `grounded` where they don't hold the answer."""

    text: str = field(repr=False)
    sources: tuple[str, ...]
    grounded: bool


@dataclass(frozen=True, slots=True)
class Choice:
    """One class a text may belong to, such as an intent, with examples of it."""

    name: str
    description: str = ""
    examples: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class Classify:
    """A text and the classes it may belong to; it may belong to none."""

    text: str = field(repr=False)
    choices: tuple[Choice, ...]
    history: tuple[Line, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class Classification:
    """One of the choices' names, or None, and how sure the model says it is (0 to 1, not calibrated)."""

    name: str | None
    confidence: float


@dataclass(frozen=True, slots=True)
class Wanted:
    """One value to look for; where there are `options`, it is one of them."""

    name: str
    description: str = ""
    options: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Extract:
    """A text and the values to find in it; `today` is an ISO date for words such as tomorrow."""

    text: str = field(repr=False)
    wanted: tuple[Wanted, ...]
    language: str
    today: str = ""
    history: tuple[Line, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class Found:
    """A value, and the words of the text it was read from."""

    value: str = field(repr=False)
    quote: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Extraction:
    """What was found, by name; each quote stands in the text."""

    values: Mapping[str, Found] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Summarise:
    """Lines to sum up, on top of what an earlier summary holds."""

    lines: tuple[Line, ...] = field(repr=False)
    language: str
    before: str = field(default="", repr=False)
    most_words: int = 120


@dataclass(frozen=True, slots=True)
class Summary:
    """What was said, in short."""

    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Translate:
    """A text to put into another language; `keep` are words not to translate. No `source`: the model finds out."""

    text: str = field(repr=False)
    target: str
    source: str | None = None
    keep: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Translation:
    """The text in the other language."""

    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Chat:
    """A message that may be small talk, to be answered as the desk's assistant of this name and tone, within bounds."""

    text: str = field(repr=False)
    language: str
    name: str
    tone: Literal["friendly", "formal", "brief"]
    bounds: Bounds
    history: tuple[Line, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class Chatted:
    """What the message is, and an answer where it is nothing but small talk."""

    verdict: Verdict
    text: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Counted(Generic[T]):
    """A result and what it took."""

    value: T
    usage: Usage


class GenAI(Protocol):
    """A language model, or a service in front of one. Every method raises GenAIError and nothing else."""

    async def answer(self, asked: Question) -> Counted[Answer]: ...

    async def classify(self, asked: Classify) -> Counted[Classification]: ...

    async def extract(self, asked: Extract) -> Counted[Extraction]: ...

    async def summarise(self, asked: Summarise) -> Counted[Summary]: ...

    async def translate(self, asked: Translate) -> Counted[Translation]: ...

    async def chat(self, asked: Chat) -> Counted[Chatted]: ...
