"""What was heard in one event before anybody answers it."""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from frontdesk.core.entities import Entity
from frontdesk.core.intents import Intent
from frontdesk.core.meaning import NOTHING_MEANT, Meaning
from frontdesk.services.genai.usage import Ledger
from frontdesk.understanding.language import Decision


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What an event says, and how that was found.

    `text` is what was written with what was read in files, in the contact's language; `working` the same in the tenant's
    working language, where it was translated. `unread` is the phrase that says why a file gave no text; `is_kept` says
    that the message's files are kept by now. `sentiment` is −1 to 1, None where nothing tells; `rating` is read in answers to
    a question for feedback alone. `record` is for the turn record: plain JSON, with milliseconds by step.
    """

    text: str
    language: Decision | None = None
    working: str | None = None
    meaning: Meaning = NOTHING_MEANT
    entities: tuple[Entity, ...] = ()
    intents: Mapping[str, Intent] = field(default_factory=dict)
    unread: str | None = None
    is_kept: bool = False
    sentiment: float | None = None
    rating: int | None = None
    record: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of what was heard; `is_said` where the words are the contact's own, and no picture's."""

    text: str
    is_said: bool = True


@dataclass(frozen=True, slots=True)
class Steps:
    """How a message was heard, step by step: what the record says of each, what it took, which models were asked."""

    found: dict[str, Any] = field(default_factory=dict)
    milliseconds: dict[str, float] = field(default_factory=dict)
    ledger: Ledger = field(default_factory=Ledger)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Note how long a step takes."""
        started = time.perf_counter()
        yield
        self.milliseconds[name] = round((time.perf_counter() - started) * 1000, 2)

    def record(self) -> Mapping[str, Any]:
        models = {"models": self.ledger.record()} if self.ledger.entries else {}
        return {**self.found, **models, "steps": self.milliseconds}
