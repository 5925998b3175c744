"""Publications at the same time, and what a process keeps of them."""

import asyncio

import pytest

from frontdesk.core.rules.facts import Facts
from frontdesk.core.rules.rule import Rule
from frontdesk.errors import Conflict
from frontdesk.services.rulebook import Rulebook
from frontdesk.services.rulemaking import Rulemaking
from frontdesk.services.tenants import tenancy
from frontdesk.store import rules
from tests.store.town import Town


def a_rule(name: str) -> Rule:
    return Rule.model_validate({"name": name, "then": [{"do": "tag", "tags": ["x"]}]})


async def test_a_rollback_waits_for_who_publishes_and_takes_back_what_counts_then(town: Town) -> None:
    making = await town.desk.app.get(Rulemaking)
    for name in ("One", "Two"):
        await making.rewrite(town.tenant, [a_rule(name)], "tests")
        await making.publish(town.tenant, "tests")
    async with town.desk.databases.tenant(tenancy(town.tenant)) as tx:
        await rules.lock(tx)
        back = asyncio.create_task(making.rollback(town.tenant, "tests"))
        await asyncio.sleep(0.1)
        assert not back.done()
        await rules.publish(tx, [a_rule("Three")], "tests")
    version = await back
    async with town.desk.databases.tenant(tenancy(town.tenant)) as tx:
        assert [rule.name for rule in await rules.published(tx, version)] == ["Two"]


async def test_two_publish_at_once_and_both_are_versions(town: Town) -> None:
    making = await town.desk.app.get(Rulemaking)
    await making.rewrite(town.tenant, [a_rule("One")], "tests")
    numbers = await asyncio.gather(*(making.publish(town.tenant, "tests") for _ in range(4)))
    assert sorted(numbers) == [1, 2, 3, 4]


async def test_a_version_that_cant_be_read_has_no_rules_and_says_why(town: Town) -> None:
    book = await town.desk.app.get(Rulebook)
    async with town.desk.databases.tenant(tenancy(town.tenant)) as tx:
        version = await rules.publish(tx, [a_rule("A")], "tests")
        await tx.execute('UPDATE rule_versions SET document = \'{"rules": [{"name": 1}]}\'')
    found = await book.of(town.tenant, version)
    assert found.messages.decide(Facts()).matched == ()
    assert "publish them anew" in (found.fault or "")


async def test_a_draft_that_cant_be_read_says_so(town: Town) -> None:
    book = await town.desk.app.get(Rulebook)
    async with town.desk.databases.tenant(tenancy(town.tenant)) as tx:
        await rules.add(tx, a_rule("A"))
        await tx.execute("UPDATE rules SET document = '{\"name\": 1}'")
    with pytest.raises(Conflict, match="as they are written can't be read"):
        await book.draft(town.tenant)
