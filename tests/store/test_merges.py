"""Contacts made one and told apart again: what moves, what is combined, what is refused, and that nothing is left over."""

import asyncio
from datetime import UTC, datetime
from itertools import groupby
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from frontdesk.core.turn import OptIn, OptOut
from frontdesk.errors import Conflict, FrontdeskError, InvalidInput, NotFound
from frontdesk.store import contacts
from frontdesk.store.db import Databases
from tests.store.town import Town

AT = datetime(2026, 1, 1, 12, tzinfo=UTC)
PEOPLE = 5


async def described(town: Town, who: str, **columns: Any) -> UUID:
    """Return a new contact with this on its row."""
    contact_id = (await town.hear(who, sender_name=None)).contact.id
    for column, value in columns.items():
        await town.rows(f"UPDATE contacts SET {column} = $2 WHERE id = $1", contact_id, value)
    return contact_id


async def profile(town: Town, contact_id: UUID) -> tuple[Any, ...]:
    (row,) = await town.rows("SELECT name, language, fields, opted_out_at FROM contacts WHERE id = $1", contact_id)
    return tuple(row.values())


async def everything(town: Town) -> list[list[tuple[Any, ...]]]:
    """Return all that merges touch."""
    queries = (
        "SELECT * FROM contacts ORDER BY id",
        "SELECT * FROM identities ORDER BY id",
        "SELECT id, external_id, contact_id, own_contact_id FROM conversations ORDER BY id",
        "SELECT * FROM messages ORDER BY id",
        "SELECT * FROM feedback ORDER BY id",
    )
    return [[tuple(row.values()) for row in await town.rows(query)] for query in queries]


async def test_identities_and_conversations_go_over_and_come_back(town: Town) -> None:
    one, other = await town.hear("one", "alias"), await town.hear("other")
    before = await everything(town)
    await town.merge(one.contact.id, other.contact.id)
    assert set((await town.known()).values()) == {other.contact.id}
    merged = await town.hear("one")
    assert (merged.contact.id, merged.conversation.id) == (other.contact.id, one.conversation.id)
    await town.hear("one", thread="written since")
    await town.unmerge(one.contact.id)
    assert await town.known() == {"one": one.contact.id, "alias": one.contact.id, "other": other.contact.id}
    since = (await town.hear("one", thread="written since")).conversation.id
    after = await everything(town)
    assert after[:2] == before[:2]
    assert [row for row in after[2] if row[0] != since] == before[2]
    assert [row[2] for row in after[2] if row[0] == since] == [one.contact.id]


async def test_turns_under_way_lose_against_a_merge_and_an_unmerge(town: Town) -> None:
    one, other = await town.hear("one"), await town.hear("other")
    await town.merge(one.contact.id, other.contact.id)
    then = await town.hear("one")
    await town.unmerge(one.contact.id)
    now = await town.hear("one")
    assert one.conversation.version < then.conversation.version < now.conversation.version


async def test_a_merge_is_recorded_with_who_when_and_what(town: Town) -> None:
    one, other = await town.hear("one"), await town.hear("other")
    await town.merge(one.contact.id, other.contact.id)
    await town.unmerge(one.contact.id)
    (record,) = await town.rows("SELECT * FROM contact_merges")
    assert (record["contact_id"], record["into_id"]) == (one.contact.id, other.contact.id)
    assert (record["merged_by"], record["unmerged_by"]) == ("tests", "tests")
    assert record["merged_at"] <= record["unmerged_at"]
    assert record["conversations"] == [one.conversation.id]
    (identity,) = await town.rows("SELECT id FROM identities WHERE external_id = 'one'")
    assert record["identities"] == [identity["id"]]


async def test_gaps_are_filled_and_the_word_of_the_one_that_stays_counts(town: Town) -> None:
    one = await described(town, "one", name="One", language="de", fields='{"ward": "a", "age": 4}')
    stays = await described(town, "stays", name="Stays", fields='{"ward": "b"}')
    await town.merge(one, stays)
    assert await profile(town, stays) == ("Stays", "de", '{"age": 4, "ward": "b"}', None)


@pytest.mark.parametrize("who", ["one", "stays"])
async def test_an_opt_out_of_either_stops_both_conversations(town: Town, who: str) -> None:
    ids = {name: await described(town, name) for name in ("one", "stays")}
    await town.rows("UPDATE contacts SET opted_out_at = $2 WHERE id = $1", ids[who], AT)
    await town.merge(ids["one"], ids["stays"])
    for name in ("one", "stays"):
        opened = await town.hear(name)
        assert opened.contact.opted_out
        assert (await town.facts(opened)).opted_out


async def test_a_block_still_stops_the_conversation_it_belongs_to(town: Town) -> None:
    one, stays = await town.hear("one"), await town.hear("stays")
    await town.rows("UPDATE identities SET blocked_at = now() WHERE external_id = 'one'")
    await town.merge(one.contact.id, stays.contact.id)
    assert [(await town.facts(opened)).blocked for opened in (one, stays)] == [True, False]


async def test_an_opt_out_said_since_the_merge_counts_for_both_afterwards(town: Town) -> None:
    one, other, third = [await described(town, name) for name in ("one", "other", "third")]
    await town.merge(one, other)
    await town.merge(other, third)
    await town.apply(await town.hear("third"), OptOut())
    await town.unmerge(one)
    await town.unmerge(other)
    assert [bool((await profile(town, who))[3]) for who in (one, other, third)] == [True, True, True]


async def test_an_opt_in_said_since_the_merge_counts_for_both_afterwards(town: Town) -> None:
    one, other, third = [await described(town, name, opted_out_at=AT) for name in ("one", "other", "third")]
    await town.merge(one, other)
    await town.merge(third, other)
    await town.apply(await town.hear("one"), OptIn())
    await town.unmerge(third)
    assert [(await profile(town, who))[3] for who in (one, other, third)] == [None, None, None]


async def test_what_is_changed_since_stays_with_the_contact_that_stays(town: Town) -> None:
    one = await described(town, "one", name="One", fields='{"ward": "a", "age": 4}')
    stays = await described(town, "stays", fields='{"bed": 1}')
    await town.merge(one, stays)
    async with town.transaction() as tx:
        await contacts.change(tx, stays, {"name": "New", "fields": {"age": 5, "bed": None}})
    await town.unmerge(one)
    assert await profile(town, one) == ("One", None, '{"age": 4, "ward": "a"}', None)
    assert await profile(town, stays) == ("New", None, '{"age": 5}', None)


async def test_what_is_no_merge_is_refused(town: Town) -> None:
    one, other, third = [(await town.hear(name)).contact.id for name in ("one", "other", "third")]
    await town.merge(one, other)
    refused = [(other, other, InvalidInput), (one, third, Conflict), (third, one, Conflict), (other, one, Conflict)]
    unknown = [(uuid4(), other, NotFound), (other, uuid4(), NotFound)]
    for contact, into, error in [*refused, *unknown]:
        with pytest.raises(error):
            await town.merge(contact, into)
    for contact, kind in [(other, Conflict), (uuid4(), NotFound)]:
        with pytest.raises(kind):
            await town.unmerge(contact)
    await town.unmerge(one)
    with pytest.raises(Conflict):
        await town.unmerge(one)


@pytest.mark.parametrize("pairs", [[(0, 1), (1, 0)], [(0, 1), (0, 2)], [(0, 1), (1, 2), (2, 0)]])
async def test_merges_at_once_happen_one_after_the_other(town: Town, pairs: list[tuple[int, int]]) -> None:
    people = [(await town.hear(str(number))).contact.id for number in range(3)]
    before = await everything(town)

    async def elsewhere(one: int, other: int) -> str:
        process = Databases(town.desk.databases.owner_urls, town.desk.databases.app_password, 1)
        try:
            await Town(town.desk, town.tenant, town.channel, process).merge(people[one], people[other])
        except FrontdeskError as error:
            return error.code
        finally:
            await process.close()
        return "merged"

    outcomes = await asyncio.gather(*(elsewhere(*pair) for pair in pairs))
    assert set(outcomes) == {"merged", "conflict"}
    for row in await town.rows("SELECT id FROM contacts WHERE merged_into IS NOT NULL"):
        await town.unmerge(row["id"])
    assert await everything(town) == before


ACTIONS = st.lists(
    st.tuples(st.sampled_from(["merge", "merge", "unmerge", "hear", "learn"]), st.integers(0, 4), st.integers(0, 4)),
    min_size=4,
    max_size=16,
)
PROFILES = st.lists(
    st.tuples(
        st.sampled_from([None, "Ada", "Bob"]),
        st.sampled_from([None, "de", "en"]),
        st.sampled_from(["{}", '{"a": 1}', '{"a": true, "b": [1.0, 100000000000000000000000]}', '{"b": null}']),
        st.sampled_from([None, AT, AT.replace(year=2027)]),
    ),
    min_size=PEOPLE,
    max_size=PEOPLE,
)


async def test_after_unmerging_all_everything_is_as_if_nothing_had_been_merged(town: Town) -> None:
    loop, number = asyncio.get_running_loop(), iter(range(1000))

    @given(profiles=PROFILES, actions=ACTIONS, order=st.permutations(range(PEOPLE)))
    @settings(max_examples=60, database=None, suppress_health_check=list(HealthCheck))
    def check(profiles: list[tuple[Any, ...]], actions: list[tuple[str, int, int]], order: list[int]) -> None:
        trial = _trial(town, f"{next(number)}", profiles, actions, order)
        asyncio.run_coroutine_threadsafe(trial, loop).result(60)

    await asyncio.to_thread(check)


async def _trial(
    town: Town, mark: str, profiles: list[tuple[Any, ...]], actions: list[tuple[str, int, int]], order: list[int]
) -> None:
    """Do what is asked with five new people, watching whose everything is, then undo all merges."""
    columns = ("name", "language", "fields", "opted_out_at")
    people = [
        await described(town, f"{mark}.{number}", **dict(zip(columns, values, strict=True)))
        for number, values in enumerate(profiles)
    ]
    before = [await profile(town, who) for who in people]
    into: dict[int, int] = {}
    for action, one, other in actions:
        if action == "hear":
            await town.hear(f"{mark}.{one}", thread=str(other))
        elif action == "learn":
            await town.hear(f"{mark}.{one}", f"{mark}.{one}.{other}")
        elif action == "unmerge" and one in into:
            await town.unmerge(people[one])
            del into[one]
        elif action == "merge" and one != other and one not in into and other not in into:
            await town.merge(people[one], people[other])
            into[one] = other
        await _whose(town, mark, people, into)
    for number in order:
        if number in into:
            await town.unmerge(people[number])
            del into[number]
            await _whose(town, mark, people, into)
    assert [await profile(town, who) for who in people] == before
    left = "SELECT FROM contacts WHERE own IS NOT NULL OR merged_into IS NOT NULL OR merged_at IS NOT NULL"
    assert await town.rows(left) == []
    for table in ("identities", "conversations"):
        assert await town.rows(f"SELECT FROM {table} WHERE own_contact_id IS NOT NULL") == []


async def _whose(town: Town, mark: str, people: list[UUID], into: dict[int, int]) -> None:
    """Check that every identity and conversation belongs to the top of its own person's tree."""
    for table in ("identities", "conversations"):
        rows = await town.rows(f"SELECT external_id, contact_id FROM {table} WHERE external_id LIKE $1", f"{mark}.%")
        for name, found in groupby(rows, key=lambda row: row["external_id"]):
            top = int(name.split(".")[1])
            while top in into:
                top = into[top]
            assert {row["contact_id"] for row in found} == {people[top]}, (table, name)
