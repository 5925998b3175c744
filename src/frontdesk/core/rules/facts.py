"""What is known when rules are tried."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from functools import cached_property
from typing import Any
from uuid import UUID

from frontdesk.core import facts as knowledge
from frontdesk.core.entities import Entity
from frontdesk.core.hours import DAYS, BusinessHours
from frontdesk.core.rules.matching import Searches
from frontdesk.core.wording import plain


@dataclass(frozen=True, kw_only=True)
class Facts:
    """All that conditions can ask about; what costs something is worked out when first asked for, and once."""

    text: str = field(default="", repr=False)
    working: str | None = field(default=None, repr=False)
    message: str | None = None
    intent: str | None = None
    confidence: float | None = None
    entities: tuple[Entity, ...] = field(default=(), repr=False)
    slots: Mapping[str, Any] = field(default_factory=dict, repr=False)
    language: str | None = None
    sentiment: float | None = None
    channel_id: UUID | None = None
    channel_name: str | None = None
    channel_kind: str | None = None
    now: datetime | None = None
    zone: tzinfo = UTC
    hours: BusinessHours | None = None
    contact_name: str | None = field(default=None, repr=False)
    fields: Mapping[str, Any] = field(default_factory=dict, repr=False)
    contact_facts: tuple[knowledge.Fact, ...] = field(default=(), repr=False)
    fact_rules: knowledge.Rules = field(default_factory=dict, repr=False)
    contact_tags: frozenset[str] = frozenset()
    opted_out: bool | None = None
    new_contact: bool | None = None
    conversation_tags: frozenset[str] = frozenset()
    group: bool | None = None
    turns: int | None = None
    misses: int | None = None
    silence: float | None = None
    mode: str | None = None
    owner: str | None = None
    variables: Mapping[str, Any] = field(default_factory=dict, repr=False)

    @cached_property
    def folded(self) -> tuple[str, ...]:
        """What was said, folded: as the contact wrote it, and translated."""
        return tuple(filter(None, (plain(self.text), plain(self.working or ""))))

    @cached_property
    def haystack(self) -> str:
        """The folded texts with a blank at both ends of each, so that a phrase is found whole by looking for it in blanks."""
        return "\n".join(f" {folded} " for folded in self.folded)

    @cached_property
    def words(self) -> frozenset[str]:
        return frozenset(self.haystack.split())

    @cached_property
    def folds(self) -> dict[str, str]:
        """Values folded so far."""
        return {}

    def fold(self, value: str) -> str:
        """Return a value folded, once for all rules that ask for it."""
        if (folded := self.folds.get(value)) is None:
            folded = self.folds[value] = plain(value)
        return folded

    @cached_property
    def searches(self) -> Searches:
        return Searches()

    @cached_property
    def local(self) -> datetime | None:
        """The time in the tenant's zone; None at the ends of the calendar, where it has none."""
        try:
            return self.now.astimezone(self.zone) if self.now else None
        except OverflowError:
            return None

    @cached_property
    def weekday(self) -> str | None:
        return DAYS[self.local.weekday()] if self.local else None

    @cached_property
    def business_hours(self) -> str | None:
        if self.hours is None or self.now is None:
            return None
        return "open" if self.hours.is_open(self.now) else "closed"

    @cached_property
    def channel(self) -> frozenset[str]:
        """The names the channel goes by."""
        return frozenset(filter(None, (self.channel_name, str(self.channel_id) if self.channel_id else None)))

    @cached_property
    def tongues(self) -> frozenset[str]:
        """The language spoken, with region and without, in lower case."""
        tag = (self.language or "").replace("_", "-").lower()
        parts = tag.split("-")
        return frozenset("-".join(parts[:end]) for end in range(1, len(parts) + 1)) if tag else frozenset()

    @cached_property
    def named(self) -> Mapping[str, Sequence[Any]]:
        """The values of entities, by kind, by the list or pattern they are of, and by slot."""
        found: defaultdict[str, list[Any]] = defaultdict(list)
        for entity in self.entities:
            found[entity.kind].append(entity.value)
            if isinstance(name := entity.detail.get("name"), str) and name != entity.kind:
                found[name].append(entity.value)
        for slot, value in self.slots.items():
            found[slot] += value if isinstance(value, list) else [value]
        return found

    @cached_property
    def known(self) -> Mapping[str, Sequence[Any]]:
        """What is believed of the contact by now."""
        found: defaultdict[str, list[Any]] = defaultdict(list)
        believed = self.contact_facts
        if self.now is not None:
            believed = knowledge.current(believed, self.fact_rules, self.now)
        for fact in believed:
            found[fact.name].append(fact.value)
        return found
