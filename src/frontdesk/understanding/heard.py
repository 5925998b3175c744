"""What was heard in one event before anybody answers it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from frontdesk.core.entities import Entity
from frontdesk.core.intents import Intent
from frontdesk.core.meaning import NOTHING_MEANT, Meaning
from frontdesk.understanding.language import Decision


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What an event says, and how that was found.

    `text` is what was written with what was read in files, in the contact's language; `working` the same in the tenant's
    working language, where it was translated. `unread` is the phrase that says why a file gave no text; `is_kept` says
    that the message's files are kept by now. `record` is for the turn record: plain JSON, with milliseconds by step.
    """

    text: str
    language: Decision | None = None
    working: str | None = None
    meaning: Meaning = NOTHING_MEANT
    entities: tuple[Entity, ...] = ()
    intents: Mapping[str, Intent] = field(default_factory=dict)
    unread: str | None = None
    is_kept: bool = False
    record: Mapping[str, Any] = field(default_factory=dict)
