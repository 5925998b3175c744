"""Facts through turns: kept with source and origin, believed by the tenant's rules, with the right one of merged contacts."""

from typing import Any
from uuid import UUID

import pytest

from frontdesk.core.channel import Channel
from frontdesk.core.facts import Fact, Source
from frontdesk.core.tenant import Tenant
from frontdesk.core.turn import KeepFacts, Outcome, Turn
from frontdesk.errors import Conflict
from frontdesk.rehearsal.telegram import TelegramStub
from frontdesk.services.tenants import tenancy
from frontdesk.store import conversations, facts, merges
from tests.builders import UPDATES, a_telegram_text
from tests.handlers.scripted import SETTINGS, told
from tests.services.desk import Desk

RULES = {"ward": {}, "beds": {"kind": "number", "merge": "latest"}, "allergy": {"merge": "collect"}}


class Talk:
    """A tenant's bot with a worker, and what a turn knows of whoever writes."""

    def __init__(self, desk: Desk, tenant: Tenant, channel: Channel) -> None:
        self.desk, self.tenant, self.channel = desk, tenant, channel

    async def write(self, chat: int, *effects: KeepFacts) -> Turn:
        """Let a turn happen with these effects, and return what it saw."""
        seen: list[Turn] = []

        async def script(turn: Turn) -> Outcome:
            seen.append(turn)
            return Outcome.silent(*effects)

        number = next(UPDATES)
        update = a_telegram_text(told(script), chat=chat, message_id=number, update_id=number)
        async with self.desk.working():
            await self.desk.hear(self.tenant, self.channel, update)
            await self.desk.finished(self.tenant)
        return seen[-1]

    async def known(self, chat: int) -> tuple[Fact, ...]:
        return (await self.write(chat)).contact.facts

    async def values(self, chat: int) -> dict[str, list[Any]]:
        found: dict[str, list[Any]] = {}
        for fact in await self.known(chat):
            found.setdefault(fact.name, []).append(fact.value)
        return found

    async def contact(self, chat: int) -> UUID:
        return (await self.write(chat)).contact.id

    async def rows(self, query: str, *arguments: Any) -> list[Any]:
        return await self.desk.rows(self.tenant, query, *arguments)

    async def merge(self, contact_id: UUID, into: UUID) -> None:
        async with self.desk.databases.tenant(tenancy(self.tenant)) as tx:
            await merges.merge(tx, contact_id, into, "tests")

    async def unmerge(self, contact_id: UUID) -> None:
        async with self.desk.databases.tenant(tenancy(self.tenant)) as tx:
            await merges.unmerge(tx, contact_id, "tests")


@pytest.fixture
async def talk(desk: Desk, telegram: TelegramStub) -> Talk:
    tenant = await desk.tenant(**SETTINGS, facts=RULES)
    return Talk(desk, tenant, await desk.channel(tenant, telegram.url))


async def test_a_fact_is_known_in_the_next_turn_with_its_source(talk: Talk) -> None:
    assert await talk.known(1) == ()
    await talk.write(1, KeepFacts(values={"ward": "north", "beds": "2"}, source="stated", origin="m1"))
    beds, ward = await talk.known(1)
    assert (ward.value, ward.source, ward.origin) == ("north", Source.STATED, "m1")
    assert (beds.name, beds.value) == ("beds", 2)
    await talk.write(1, KeepFacts(values={"ward": "south"}, source="guessed"))
    assert (await talk.values(1))["ward"] == ["north"]
    assert await talk.known(2) == ()


async def test_the_same_words_are_kept_once_with_their_latest_time(talk: Talk) -> None:
    for origin in ("m1", "m2"):
        await talk.write(1, KeepFacts(values={"ward": "north"}, origin=origin))
    (row,) = await talk.rows("SELECT origin, said_at > now() - '1 minute'::interval AS fresh FROM facts")
    assert (row["origin"], row["fresh"]) == ("m2", True)


async def test_facts_no_rule_speaks_of_are_kept_and_not_believed(talk: Talk) -> None:
    await talk.write(1, KeepFacts(values={"shoe": "44", "beds": "many"}))
    assert len(await talk.rows("SELECT 1 FROM facts")) == 2
    assert await talk.known(1) == ()
    await talk.desk.provisioning.change_settings(
        talk.tenant.code, {**SETTINGS, "facts": {**RULES, "shoe": {"kind": "number"}}}, actor="tests"
    )
    assert await talk.values(1) == {"shoe": [44]}


async def test_a_turn_knows_the_facts_of_all_who_are_merged(talk: Talk) -> None:
    for chat in (1, 2, 3):
        await talk.write(chat, KeepFacts(values={"allergy": f"nut {chat}"}))
    one, two, three = [await talk.contact(chat) for chat in (1, 2, 3)]
    await talk.merge(one, two)
    await talk.merge(two, three)
    for chat in (1, 2, 3):
        assert await talk.values(chat) == {"allergy": ["nut 1", "nut 2", "nut 3"]}


async def test_what_was_said_while_merged_goes_back_with_whoever_said_it(talk: Talk) -> None:
    one, two, three = [await talk.contact(chat) for chat in (1, 2, 3)]
    await talk.merge(one, two)
    await talk.merge(two, three)
    await talk.write(1, KeepFacts(values={"allergy": "nuts"}))
    await talk.write(3, KeepFacts(values={"allergy": "milk"}))
    await talk.unmerge(one)
    assert await talk.values(1) == {"allergy": ["nuts"]}
    assert await talk.values(2) == {"allergy": ["milk"]}
    await talk.unmerge(two)
    assert await talk.values(2) == {}
    assert await talk.values(3) == {"allergy": ["milk"]}


async def test_facts_of_a_contact_that_is_gone_are_a_conflict(talk: Talk) -> None:
    async with talk.desk.databases.tenant(tenancy(talk.tenant)) as tx:
        with pytest.raises(Conflict, match="erased meanwhile"):
            await facts.keep(tx, UUID(int=5), {"ward": "north"}, "stated", "")
        await tx.execute("ROLLBACK")


async def test_a_tenant_without_rules_pays_nothing_for_facts(talk: Talk) -> None:
    contact = await talk.contact(1)
    without = await explained(talk, contact, with_rules=False)
    scans = [line for line in without.splitlines() if "cost=" in line and ("Scan" in line or "Union" in line)]
    assert len(scans) > 3
    assert all("never executed" in line for line in scans if "place" not in line), without
    assert "Index Scan on facts_once" in await explained(talk, contact, with_rules=True)


async def explained(talk: Talk, contact: UUID, *, with_rules: bool) -> str:
    """Return how PostgreSQL reads facts in the first statement of a turn, by the plan it keeps for it."""
    start = conversations.OPEN.index("(SELECT json_agg(f) FROM facts f")
    part = conversations.OPEN[start : conversations.OPEN.index(" AS facts", start)].replace("$18", "$1")
    query = f"WITH place AS (SELECT '{contact}'::uuid AS contact_id) SELECT {part} FROM place"
    async with talk.desk.databases.tenant(tenancy(talk.tenant)) as tx:
        await tx.execute(f"PREPARE reads_facts (boolean) AS {query}")
        rows = await tx.fetch(f"EXPLAIN (ANALYZE) EXECUTE reads_facts ({with_rules})")
        await tx.execute("DEALLOCATE reads_facts")
    return "\n".join(row[0] for row in rows)
