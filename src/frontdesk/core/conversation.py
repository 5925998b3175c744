"""A conversation as a turn sees it: whom it is with, what it is in the middle of, what was said last."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from frontdesk.core.agreement import Consent
from frontdesk.core.content import Choice
from frontdesk.core.facts import Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class Mode:
    """What a conversation is in the middle of: the handler that asked, and what it remembers."""

    handler: str
    state: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """The person a turn is with; `consent` is what they answered last to what they have to agree to."""

    id: UUID
    name: str | None = None
    language: str | None = None
    opted_out: bool = False
    fields: Mapping[str, Any] = field(default_factory=dict)
    facts: tuple[Fact, ...] = ()
    consent: Consent | None = None
    time_zone: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One line of history, oldest first. `working` is its text in the tenant's working language, where that differs."""

    direction: Literal["inbound", "outbound"]
    author: str
    type: str
    text: str | None
    at: datetime
    working: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SentMessage:
    """A message of ours that an event is about: a press, a reply, a reaction. `choices` are the payloads under it, rows
    first; `offered` those its text numbers.
    """

    id: UUID
    text: str | None
    choices: tuple[str, ...] = ()
    offered: tuple[Choice, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """One thread of talk on one channel. `modes` is a stack, the active one last; `version` fences concurrent changes;
    `summary` sums up what was said before the latest messages; `misses` counts the latest ones not understood, in a row."""

    id: UUID
    external_id: str
    thread: str = ""
    is_group: bool = False
    owner: Literal["bot", "human"] = "bot"
    status: Literal["open", "waiting", "closed"] = "open"
    modes: tuple[Mode, ...] = ()
    variables: Mapping[str, Any] = field(default_factory=dict)
    summary: str = ""
    misses: int = 0
    version: int = 1

    @property
    def mode(self) -> Mode | None:
        return self.modes[-1] if self.modes else None
