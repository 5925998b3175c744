"""Contacts by the names providers give them: aliases, changed numbers, and what a turn finds."""

import asyncio
import re
from uuid import uuid4

from frontdesk.core.feedback import RecordFeedback, WithdrawFeedback
from frontdesk.core.turn import OptOut, RenameIdentity, SetReachable
from frontdesk.services.tenants import tenancy
from frontdesk.store import conversations, identities, merges
from frontdesk.store.db import Databases
from tests.store.town import Town

NUMBER, USER = "15550001", "US.1349120"


async def test_all_names_of_a_new_sender_are_identities_of_one_contact(town: Town) -> None:
    opened = await town.hear(USER, NUMBER, "", USER)
    assert await town.known() == {USER: opened.contact.id, NUMBER: opened.contact.id}
    assert await town.addresses() == [USER]
    assert [row["name"] for row in await town.rows("SELECT name FROM contacts")] == [USER]


async def test_a_known_sender_without_aliases_costs_one_statement(town: Town) -> None:
    said: list[str] = []
    async with town.transaction() as tx:
        with tx.connection.query_logger(lambda record: said.append(record.query)):
            costs = []
            for names in [("one",), ("one",), ("two", "three"), ("two", "three"), ("two",)]:
                await town.hear(*names, tx=tx)
                await asyncio.sleep(0)  # the log is written behind the statement
                costs.append(len(said))
                said.clear()
    # new: open, lock, meet, open. Known with another name: one look whether that is known, too.
    assert costs == [4, 1, 4, 2, 1]


async def test_meeting_somebody_reads_no_more_however_many_are_known(town: Town) -> None:
    await town.rows(
        "WITH p AS (INSERT INTO contacts SELECT FROM generate_series(1, 300) RETURNING id),"
        " i AS (INSERT INTO identities (channel_id, external_id, contact_id) SELECT $1, id::text, id FROM p)"
        "INSERT INTO conversations (channel_id, external_id, contact_id) SELECT $1, id::text, id FROM p",
        town.channel.id,
    )
    (known,) = await town.rows("SELECT external_id FROM identities LIMIT 1")
    for names in (["new"], ["newer", known["external_id"]]):
        query = f"EXPLAIN (ANALYZE, FORMAT JSON) {identities.MEET}"
        ((found,),) = await town.rows(query, town.channel.id, names, None, names[0], "", False)
        read = re.findall(r'"(?:Actual Rows|Rows Removed by [\w ]+)": (\d+)', found)
        assert max(map(int, read)) <= 2, found


async def test_a_contact_known_by_an_alias_goes_on_in_the_same_conversation(town: Town) -> None:
    first = await town.hear(NUMBER)
    await town.queue("one", "two", to=NUMBER)
    then = await town.hear(USER, NUMBER)
    await town.queue("three", to=USER)
    assert (then.contact.id, then.conversation.id) == (first.contact.id, first.conversation.id)
    assert (then.conversation.external_id, await town.addresses()) == (USER, [USER])
    assert then.conversation.version > first.conversation.version
    assert [said.text for said in then.history] == ["hi"]
    assert set(await town.known()) == {USER, NUMBER}
    work = await town.desk.work(town.tenant)
    assert [row["payload"] for row in work] == ["one", "two", "three"]
    assert len({row["group_key"] for row in work}) == 1


async def test_a_later_alias_of_a_known_sender_is_learned(town: Town) -> None:
    first = await town.hear(NUMBER)
    again = await town.hear(NUMBER, USER)
    assert again.conversation.external_id == NUMBER
    hidden = await town.hear(USER)  # the number is hidden from here on, and nothing says that both are one
    assert (hidden.contact.id, hidden.conversation.id) == (first.contact.id, first.conversation.id)
    assert hidden.conversation.external_id == NUMBER
    assert await town.addresses() == [NUMBER]


async def test_sending_to_another_name_of_a_contact_finds_their_conversation(town: Town) -> None:
    first = await town.hear(USER, NUMBER)
    async with town.transaction() as tx:
        assert (await conversations.ensure(tx, town.channel.id, NUMBER))[0] == first.conversation.id
        assert (await conversations.ensure(tx, town.channel.id, "nobody yet"))[0] != first.conversation.id


async def test_aliases_in_a_group_leave_its_address_alone(town: Town) -> None:
    alone = await town.hear(NUMBER)
    group = await town.hear(USER, NUMBER, conversation="the group", group=True)
    assert group.contact.id == alone.contact.id
    assert await town.addresses() == [NUMBER, "the group"]


async def test_threads_of_one_contact_stay_apart(town: Town) -> None:
    one, two = await town.hear(NUMBER, thread="1"), await town.hear(NUMBER, thread="2")
    assert (await town.hear(USER, NUMBER, thread="2")).conversation.id == two.conversation.id
    assert (await town.hear(USER, NUMBER, thread="1")).conversation.id == one.conversation.id


async def test_two_contacts_a_provider_calls_one_are_not_merged_but_shown(town: Town) -> None:
    one, other = await town.hear(NUMBER), await town.hear(USER)
    for _ in range(2):
        opened = await town.hear(USER, NUMBER)
        assert opened.conversation.id == other.conversation.id
    assert await town.known() == {NUMBER: one.contact.id, USER: other.contact.id}
    assert await town.duplicates() == [{one.contact.id, other.contact.id}]
    await town.merge(one.contact.id, other.contact.id)
    assert await town.duplicates() == []


async def test_the_same_id_on_another_channel_is_another_contact(town: Town) -> None:
    other = await town.desk.channel(town.tenant, "http://127.0.0.1:9", name="other")
    elsewhere = Town(town.desk, town.tenant, other)
    assert (await town.hear(USER)).contact.id != (await elsewhere.hear(USER)).contact.id


async def test_a_changed_number_takes_identity_conversation_and_queue_along(town: Town) -> None:
    opened = await town.hear(NUMBER)
    await town.queue("one", to=NUMBER)
    await town.apply(opened, RenameIdentity(old=NUMBER, new="15559999"))
    await town.queue("two", to="15559999")
    assert await town.known() == {"15559999": opened.contact.id}
    then = await town.hear("15559999")
    assert then.conversation.id == opened.conversation.id
    assert (
        then.conversation.version == opened.conversation.version
    )  # the turn that renames must not lose against itself
    assert [row["former_ids"] for row in await town.rows("SELECT former_ids FROM identities")] == [[NUMBER]]
    assert len({row["group_key"] for row in await town.desk.work(town.tenant)}) == 1


async def test_whoever_gets_an_old_number_is_somebody_else(town: Town) -> None:
    opened = await town.hear(NUMBER)
    await town.apply(opened, RenameIdentity(old=NUMBER, new="15559999"))
    stranger = await town.hear(NUMBER)
    assert stranger.contact.id != opened.contact.id
    assert stranger.conversation.id != opened.conversation.id


async def test_a_changed_number_known_as_the_contacts_already_leaves_one_identity(town: Town) -> None:
    opened = await town.hear(NUMBER, "15559999")
    await town.apply(opened, RenameIdentity(old=NUMBER, new="15559999"))
    await town.apply(opened, RenameIdentity(old=NUMBER, new="15559999"))
    assert await town.known() == {"15559999": opened.contact.id}
    assert (await town.hear("15559999")).conversation.id == opened.conversation.id


async def test_a_changed_number_known_as_somebody_elses_moves_nothing(town: Town) -> None:
    opened, other = await town.hear(NUMBER), await town.hear("15559999")
    await town.apply(opened, RenameIdentity(old=NUMBER, new="15559999"))
    assert await town.known() == {NUMBER: opened.contact.id, "15559999": other.contact.id}
    assert await town.duplicates() == [{opened.contact.id, other.contact.id}]


async def test_a_name_learned_during_a_merge_goes_to_the_contact_that_stays(town: Town) -> None:
    one, other = await town.hear("one"), await town.hear("other")
    of_another_process = Databases(town.desk.databases.owner_urls, town.desk.databases.app_password, 1)
    async with of_another_process.tenant(tenancy(town.tenant)) as tx:
        await merges.merge(tx, one.contact.id, other.contact.id, "tests")
        learning = asyncio.create_task(town.hear("one", "another name"))
        await asyncio.sleep(0.2)
        assert not learning.done()
    assert (await learning).contact.id == one.contact.id  # read before the merge: its conversation has a new version
    await of_another_process.close()
    assert set((await town.known()).values()) == {other.contact.id}
    await town.unmerge(one.contact.id)
    assert await town.known() == {
        "one": one.contact.id,
        "another name": one.contact.id,
        "other": other.contact.id,
    }


async def test_a_block_by_one_account_of_a_merged_contact_is_not_one_by_the_other(town: Town) -> None:
    one, other = await town.hear("one", "alias of one"), await town.hear("other")
    await town.merge(one.contact.id, other.contact.id)
    await town.apply(await town.hear("one"), SetReachable(reachable=False))
    blocked = await town.rows("SELECT external_id FROM identities WHERE blocked_at IS NOT NULL ORDER BY external_id")
    assert [row["external_id"] for row in blocked] == ["alias of one", "one"]


async def test_a_stop_said_in_a_turn_begun_before_the_merge_counts(town: Town) -> None:
    one, other = await town.hear("one", conversation="group", group=True), await town.hear("other")
    await town.merge(one.contact.id, other.contact.id)
    await town.apply(one, OptOut())
    assert (await town.hear("other")).contact.opted_out


async def test_a_reaction_can_be_withdrawn_across_merge_and_unmerge(town: Town) -> None:
    one, other = await town.hear("one"), await town.hear("other")
    given = [RecordFeedback(kind="reaction", message_id=uuid4(), emoji="👍") for _ in range(2)]
    await town.apply(one, given[0])
    await town.merge(one.contact.id, other.contact.id)
    merged = await town.hear("one")
    await town.apply(merged, given[1], WithdrawFeedback(message_id=given[0].message_id, emoji="👍"))
    await town.unmerge(one.contact.id)
    await town.apply(await town.hear("one"), WithdrawFeedback(message_id=given[1].message_id, emoji=None))
    assert await town.rows("SELECT FROM feedback WHERE withdrawn_at IS NULL") == []
