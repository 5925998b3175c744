"""The rules of all tenants that a process has at hand: each version read and made ready once."""

import asyncio
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, replace

import structlog

from frontdesk.core.message import Happening, Message, Reaction
from frontdesk.core.rules.conditions import comparisons
from frontdesk.core.rules.deciding import Decision, Rules, compiled
from frontdesk.core.rules.explaining import Explained
from frontdesk.core.rules.facts import Facts
from frontdesk.core.rules.house import too_much
from frontdesk.core.rules.rule import Rule
from frontdesk.core.rules.subjects import FactName
from frontdesk.core.tenant import Tenant
from frontdesk.errors import Conflict
from frontdesk.services.tenants import Directory, tenancy
from frontdesk.store import rules
from frontdesk.store.db import Databases, Tenancy

log = structlog.get_logger()

MOST_HELD = 20_000
MOST_BOOKS = 5_000
"""Rules kept ready in a process, and versions or drafts they are of: those used last."""
UNSPOKEN = ("reaction", "event")
UNASKED = "not looked at: only rules that ask for `message` see reactions and events"

Key = tuple[Tenancy, int | str]
"""A tenant's version, or the mark of a draft."""


@dataclass(frozen=True, slots=True)
class Book:
    """Rules made ready: all for messages, and those of them that ask for the kind of message, which alone see reactions
    and events. `fault` says why a version can't be read any more: it has no rules then.
    """

    messages: Rules
    others: Rules
    fault: str | None = None
    asks_for_sentiment: bool = False
    """Whether a rule that is tried goes by how something was said."""

    @classmethod
    def of(cls, written: Sequence[Rule], fault: str | None = None) -> "Book":
        by_kind = [rule for rule in written if _asks_for(rule, "message")]
        by_tone = any(rule.enabled and _asks_for(rule, "sentiment") for rule in written)
        return cls(compiled(written), compiled(by_kind), fault, by_tone)

    @classmethod
    def read(cls, document: str, what: str) -> "Book":
        try:
            return cls.of(rules.read(document, what))
        except Conflict as error:
            return cls.of((), str(error))

    def for_event(self, event: Message | Reaction | Happening) -> Rules:
        return self.messages if isinstance(event, Message) else self.others

    def explain(self, facts: Facts) -> tuple[Decision, Sequence[Explained]]:
        """Return what the rules want, and of every one why it applied or not."""
        if facts.message not in UNSPOKEN:
            return self.messages.decide(facts), self.messages.explain(facts)
        asking = {one.rule: one for one in self.others.explain(facts)}
        every = [
            asking.get(one.rule) or replace(one, applied=False, note=UNASKED) for one in self.messages.explain(facts)
        ]
        return self.others.decide(facts), every


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
        if book := self._found(key):
            return book
        if key not in self._reading:
            task = self._reading[key] = asyncio.create_task(self._read(key[0], version))
            task.add_done_callback(lambda _: self._reading.pop(key, None))
        return await asyncio.shield(self._reading[key])

    async def draft(self, tenant: Tenant) -> Book:
        """Return the rules as they are being written, made ready once for each state of them."""
        where = tenancy(tenant)
        async with self.databases.tenant(where, durable=False) as tx:
            if book := self._found((where, await rules.draft_mark(tx))):
                return book
            mark, document = await rules.draft_document(tx)
        return self._keep((where, mark), await asyncio.to_thread(_drafted, document))

    async def _read(self, where: Tenancy, version: int) -> Book:
        async with self.databases.tenant(where, durable=False) as tx:
            document = await rules.document(tx, version)
        book = await asyncio.to_thread(Book.read, document, f"version {version} of the rules")
        if book.fault:
            log.error("rules_unreadable", tenant=where.code, version=version, reason=book.fault)
        return self._keep((where, version), book)

    def _found(self, key: Key) -> Book | None:
        if book := self._held.get(key):
            self._held.move_to_end(key)
        return book

    def _keep(self, key: Key, book: Book) -> Book:
        self._held[key] = book
        held = sum(len(each.messages.every) for each in self._held.values())
        while len(self._held) > 1 and (held > MOST_HELD or len(self._held) > MOST_BOOKS):
            held -= len(self._held.popitem(last=False)[1].messages.every)
        return book

    def _drop(self, code: str) -> None:
        for key in [key for key in self._held if key[0].code == code]:
            del self._held[key]


def _drafted(document: str) -> Book:
    """Return a draft made ready; one too large to be published is too large to be tried."""
    written = rules.read(document, "the rules as they are written")
    if said := next(too_much(rule.model_copy(update={"enabled": True}) for rule in written), None):
        return Book.of((), said)
    return Book.of(written)


def _asks_for(rule: Rule, fact: FactName) -> bool:
    return any(comparison.fact == fact for comparison in comparisons(rule.when))
