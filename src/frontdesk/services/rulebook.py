"""The rules of all tenants that a process has at hand: each version read and made ready once."""

import asyncio
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass

import structlog

from frontdesk.core.message import Happening, Message, Reaction
from frontdesk.core.rules.conditions import comparisons
from frontdesk.core.rules.deciding import Rules, compiled
from frontdesk.core.rules.rule import Rule
from frontdesk.core.tenant import Tenant
from frontdesk.errors import Conflict
from frontdesk.services.tenants import Directory, tenancy
from frontdesk.store import rules
from frontdesk.store.db import Databases, Tenancy

log = structlog.get_logger()

MOST_HELD = 20_000
"""Rules kept ready in a process, those of the versions used last."""

Key = tuple[Tenancy, int]


@dataclass(frozen=True, slots=True)
class Book:
    """A version made ready: its rules for messages, and those of them that ask for the kind of message, which alone see
    reactions and events.
    """

    messages: Rules
    others: Rules

    @classmethod
    def of(cls, written: Sequence[Rule]) -> "Book":
        return cls(compiled(written), compiled(rule for rule in written if _asks_for_kind(rule)))

    def for_event(self, event: Message | Reaction | Happening) -> Rules:
        return self.messages if isinstance(event, Message) else self.others


class Rulebook:
    """Holds versions by tenant; what several turns wait for is read once."""

    def __init__(self, databases: Databases, directory: Directory) -> None:
        self.databases = databases
        self._held: OrderedDict[Key, Book] = OrderedDict()
        self._reading: dict[Key, asyncio.Task[Book]] = {}
        directory.dropped.append(self._drop)

    async def of(self, tenant: Tenant, version: int) -> Book:
        """Return a version; one that can't be read any more has no rules, and the log says so."""
        key = (tenancy(tenant), version)
        if book := self._held.get(key):
            self._held.move_to_end(key)
            return book
        if key not in self._reading:
            task = self._reading[key] = asyncio.create_task(self._read(key))
            task.add_done_callback(lambda _: self._reading.pop(key, None))
        return await asyncio.shield(self._reading[key])

    async def _read(self, key: Key) -> Book:
        where, version = key
        try:
            async with self.databases.tenant(where, durable=False) as tx:
                written = await rules.published(tx, version)
        except Conflict as error:
            log.error("rules_unreadable", tenant=where.code, version=version, reason=str(error))
            written = ()
        book = self._held[key] = await asyncio.to_thread(Book.of, written)
        held = sum(len(each.messages.every) for each in self._held.values())
        while held > MOST_HELD and len(self._held) > 1:
            held -= len(self._held.popitem(last=False)[1].messages.every)
        return book

    def _drop(self, code: str) -> None:
        for key in [key for key in self._held if key[0].code == code]:
            del self._held[key]


def _asks_for_kind(rule: Rule) -> bool:
    return any(comparison.fact == "message" for comparison in comparisons(rule.when))
