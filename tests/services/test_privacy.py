"""People erased: nothing of them is left in any table or file, nobody else loses anything, and what comes later is a stranger's."""

import asyncio
import json
from typing import Any
from uuid import UUID

import pytest

from frontdesk.core.turn import KeepFacts, KeepVariables, Outcome, Turn
from frontdesk.errors import Conflict, NotFound
from frontdesk.media import Files
from frontdesk.services import privacy
from frontdesk.services.privacy import Erasure
from frontdesk.services.tenants import tenancy
from frontdesk.store import merges
from tests.handlers.scripted import SETTINGS, told
from tests.media.sounds import PNG
from tests.services.band import ADA, ALIAS, BO, FACTS, GROUP, NAMES, WORDS, Place
from tests.services.desk import Desk, until
from tests.services.provider import FileHost

TABLES = """
contacts identities conversations messages message_versions turns receipts feedback facts attachments media_texts dead_letters
contact_merges consents feedback_asked reminders reminder_fires calendar_links utterances intent_models handoffs notes
tasks task_comments task_events frontdesk.scheduled
"""
KNOWING = set(TABLES.split())
"""Tables that know of whoever lives through everything."""


@pytest.fixture
async def place(desk: Desk) -> Any:
    async with FileHost({"same": PNG, **{str(who): PNG + str(who).encode() for who in NAMES}}) as host:
        tenant = await desk.tenant(**SETTINGS, facts=FACTS)
        yield Place(desk, tenant, await desk.channel(tenant, host.url, settings={"answer_all": True}), host)


async def test_nothing_of_an_erased_person_is_left_anywhere(place: Place) -> None:
    async with place.desk.working():
        for who in (ADA, ALIAS, BO):
            await place.live_through(who)
        await place.teach()
        ada, alias, bo = [await place.contact(who) for who in (ADA, ALIAS, BO)]
        async with place.desk.databases.tenant(tenancy(place.tenant)) as tx:
            await merges.merge(tx, alias, ada, "tests")
    talks = [row["id"] for row in await place.rows("SELECT id FROM conversations WHERE contact_id = $1", ada)]
    needles = [ADA, ALIAS, NAMES[ADA], NAMES[ALIAS], WORDS[ADA], WORDS[ALIAS], ada, alias, *talks]
    assert await place.finds(*needles) >= KNOWING
    bos = [WORDS[BO], NAMES[BO], BO, bo]
    before = await place.counts(*bos)
    await place.say(ADA, "this xylophone waits")
    await place.say(ADA, "@nobody this xylophone too", chat=GROUP)
    assert await place.erase(ADA) > 6
    assert await place.finds(*needles) == set()
    before["conversations"] -= 1  # the summary of the group, where both spoke
    before["handoffs"] -= 2  # and what is said of it in the group's handoffs
    assert await place.counts(*bos) == before
    (training,) = await place.rows("SELECT training FROM intent_models")
    assert "I play the triangle" in training["training"]
    await place.desk.finished(place.tenant)


async def test_files_go_unless_others_have_the_same(place: Place) -> None:
    files = await place.desk.app.get(Files)
    async with place.desk.working():
        await place.live_through(ADA)
        await place.live_through(BO)
    rows = await place.rows(
        "SELECT a.file_id, m.external_id, a.number FROM attachments a JOIN messages m ON m.id = a.message_id"
    )
    named = {(row["external_id"].split(":")[0], row["number"]): row["file_id"] for row in rows}
    assert named[str(ADA), 0] == named[str(BO), 0]
    texts = {row["result"] for row in await place.rows("SELECT result FROM media_texts")}
    assert f"{ADA} read" in texts
    await place.erase(ADA)
    assert not await files.holds(place.tenant.code, named[str(ADA), 1])
    assert await files.holds(place.tenant.code, named[str(BO), 0])
    assert await files.holds(place.tenant.code, named[str(BO), 1])
    texts = {row["result"] for row in await place.rows("SELECT result FROM media_texts")}
    assert f"{BO} read" in texts
    assert f"{ADA} read" not in texts


async def test_in_a_group_what_others_said_stays(place: Place) -> None:
    async with place.desk.working():
        for who in (ADA, BO, ADA):
            await place.say(who, f"a {WORDS[who]} here", chat=GROUP)
        await place.desk.finished(place.tenant)
    await place.erase(ADA)
    rows = await place.rows("SELECT * FROM messages WHERE direction = 'inbound' ORDER BY id")
    assert [row["text"] for row in rows] == [None, "a harpsichord here", None]
    assert [row["deleted_at"] is None for row in rows] == [False, True, False]
    assert json.loads(rows[0]["content"])["kind"] == "message"
    assert [row["is_group"] for row in await place.rows("SELECT is_group FROM conversations")] == [True]
    async with place.desk.working():
        await place.say(BO, "still here", chat=GROUP)
        await place.desk.finished(place.tenant)
    assert len(await place.rows("SELECT 1 FROM contacts")) == 2 - 1


async def test_another_tenant_with_the_same_person_keeps_all(place: Place) -> None:
    other = await place.desk.tenant(**SETTINGS, facts=FACTS)
    theirs = Place(
        place.desk, other, await place.desk.channel(other, place.host.url, settings={"answer_all": True}), place.host
    )
    async with place.desk.working():
        await place.live_through(ADA)
        await theirs.live_through(ADA)
    before = await theirs.everything()
    await place.erase(ADA)
    assert await theirs.everything() == before


async def test_whoever_writes_after_that_is_somebody_new(place: Place) -> None:
    async with place.desk.working():
        await place.say(ADA, "hello")
        await place.desk.finished(place.tenant)
        first = await place.contact(ADA)
        await place.erase(ADA)
        await place.say(ADA, "hello again")
        await place.desk.finished(place.tenant)
    assert await place.contact(ADA) != first
    assert [row["text"] for row in await place.rows("SELECT text FROM messages WHERE direction = 'inbound'")] == [
        "hello again"
    ]


async def test_a_turn_under_way_is_taken_again_for_a_new_contact(place: Place) -> None:
    begun, goes_on = asyncio.Event(), asyncio.Event()
    seen: list[UUID] = []

    async def slow(turn: Turn) -> Outcome:
        seen.append(turn.contact.id)
        begun.set()
        await goes_on.wait()
        return Outcome.say("done", KeepFacts(values={"instrument": "lute"}), KeepVariables(values={"a": 1}))

    async with place.desk.working():
        await place.say(ADA, "hello")
        await place.desk.finished(place.tenant)
        first = await place.contact(ADA)
        await place.say(ADA, told(slow))
        await asyncio.wait_for(begun.wait(), 10)
        await place.erase(ADA)
        assert await place.rows("SELECT 1 FROM contacts") == []
        goes_on.set()
        await place.desk.finished(place.tenant)
    assert seen[0] == first
    assert seen[-1] == await place.contact(ADA) != first
    (talk,) = await place.rows("SELECT id, contact_id FROM conversations")
    for table in ("messages", "turns"):
        owners = {row["conversation_id"] for row in await place.rows(f"SELECT conversation_id FROM {table}")}
        assert owners == {talk["id"]}
    assert len(await place.rows("SELECT 1 FROM messages WHERE direction = 'inbound'")) == 1
    (fact,) = await place.rows("SELECT contact_id FROM facts")
    assert fact["contact_id"] == talk["contact_id"]


async def test_erasing_somebody_who_never_stops_talking_leaves_nothing_halved(place: Place) -> None:
    async with place.desk.working():
        await place.say(ADA, "hello")
        await place.desk.finished(place.tenant)
        stop, erased = asyncio.Event(), 0

        async def chatter() -> None:
            while not stop.is_set():
                await place.say(ADA, "xylophone")
                await asyncio.sleep(0.005)

        talking = asyncio.create_task(chatter())
        try:
            for _ in range(6):
                try:
                    erased += await place.erase(ADA)
                except (Conflict, NotFound, ValueError):
                    continue
        finally:
            stop.set()
            await talking
        await place.desk.finished(place.tenant)
    assert erased
    halves = await place.rows(
        "SELECT 1 FROM messages m WHERE NOT EXISTS (SELECT FROM conversations c WHERE c.id = m.conversation_id)"
        " UNION ALL SELECT 1 FROM turns t WHERE NOT EXISTS (SELECT FROM conversations c WHERE c.id = t.conversation_id)"
        " UNION ALL SELECT 1 FROM conversations c WHERE NOT EXISTS (SELECT FROM contacts p WHERE p.id = c.contact_id)"
    )
    assert halves == []
    states = {row["status"] for row in await place.rows("SELECT status FROM messages WHERE direction = 'inbound'")}
    assert states <= {"answered"}


async def test_the_audit_says_who_erased_which_contact_and_nothing_else(place: Place) -> None:
    async with place.desk.working():
        await place.say(ADA, "hello xylophone")
        await place.desk.finished(place.tenant)
    contact = await place.contact(ADA)
    await place.erase(ADA)
    async with place.desk.databases.platform() as tx:
        rows = await tx.fetch(
            "SELECT actor, action, subject, detail FROM frontdesk.audit WHERE tenant = $1", place.tenant.code
        )
    found = [dict(row) for row in rows if row["action"] == "contact.erase"]
    assert found == [{"actor": "tests", "action": "contact.erase", "subject": str(contact), "detail": "{}"}]
    assert "Ottoline" not in str(rows)


async def test_what_broke_off_is_finished_by_doing_it_again(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    async with place.desk.working():
        await place.live_through(ADA)
    monkeypatch.setattr(privacy, "BATCH", 1)
    contact, erasure = await place.contact(ADA), await place.desk.app.get(Erasure)

    async def breaks(*_: object) -> bool:
        raise RuntimeError("the machine stopped")

    with monkeypatch.context() as broken:
        broken.setattr(Erasure, "_take_out", breaks)
        with pytest.raises(RuntimeError):
            await erasure.erase(place.tenant, [contact], "tests")
    await erasure.erase(place.tenant, [contact], "tests")
    assert await place.finds(ADA, WORDS[ADA], contact) == set()
    with pytest.raises(NotFound):
        await erasure.erase(place.tenant, [contact], "tests")


async def test_a_merged_contact_is_erased_by_the_one_it_is_part_of(place: Place) -> None:
    async with place.desk.working():
        await place.say(ADA, "hello")
        await place.say(BO, "hello")
        await place.desk.finished(place.tenant)
    ada, bo = await place.contact(ADA), await place.contact(BO)
    async with place.desk.databases.tenant(tenancy(place.tenant)) as tx:
        await merges.merge(tx, ada, bo, "tests")
    with pytest.raises(Conflict, match=str(bo)):
        await (await place.desk.app.get(Erasure)).erase(place.tenant, [ada], "tests")


async def test_a_long_wait_of_others_is_not_caused(place: Place) -> None:
    """While somebody holds the table for long, an erasure gives way to others again and again, and then goes on."""
    async with place.desk.working():
        await place.say(ADA, "hello")
        await place.desk.finished(place.tenant)
        async with place.desk.databases.owner() as owner, owner.transaction():
            await owner.execute(f"LOCK TABLE tenant_{place.tenant.code}.messages IN ROW EXCLUSIVE MODE")
            erasing = asyncio.create_task(place.erase(ADA))
            await asyncio.sleep(0.4)
            await place.say(BO, "and I?")

            async def answered() -> bool:
                return bool(await place.rows("SELECT 1 FROM messages WHERE status = 'answered' AND text = 'and I?'"))

            await until(answered, 5)
            assert not erasing.done()
        await asyncio.wait_for(erasing, 10)
    assert [row["external_id"] for row in await place.rows("SELECT external_id FROM identities")] == [str(BO)]
