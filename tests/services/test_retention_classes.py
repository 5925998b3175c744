"""What is deleted when its time is over, class by class: what stays, what goes with it, and what waits."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from structlog.testing import capture_logs

from frontdesk import queue
from frontdesk.core import wire
from frontdesk.core.message import Media
from frontdesk.media import Files
from frontdesk.queue import Item
from frontdesk.services import cleaning
from frontdesk.services.cleaning import Cleaning
from frontdesk.services.media import Keeping
from frontdesk.services.retention import Retention
from frontdesk.services.tenants import tenancy
from frontdesk.store.people import floor
from tests.media.sounds import PNG
from tests.services.desk import Desk
from tests.services.past import Past, a_dead_letter, old_contacts
from tests.services.provider import FileHost, a_message, arrived

NOTHING: dict[str, int] = {}


@pytest.fixture
async def host() -> AsyncIterator[FileHost]:
    async with FileHost({"a": PNG, "b": PNG + b"b"}) as running:
        yield running


@pytest.fixture
async def past(desk: Desk, host: FileHost) -> Past:
    tenant = await desk.tenant()
    return Past(desk, tenant, await desk.channel(tenant, host.url))


async def test_by_default_messages_stay_and_dead_letters_go_after_ninety_days(past: Past) -> None:
    async with past.desk.working():
        await past.write("hello")
    for table in ("messages", "turns"):
        await past.age(table, 5000)
    await a_dead_letter(past)
    assert await past.clean() == NOTHING
    await past.age("dead_letters", 91)
    assert set(await past.clean()) == {"dead_letters"}
    assert await past.count("dead_letters") == 0
    assert (await past.count("messages"), await past.count("turns")) == (2, 1)


async def test_messages_go_with_all_that_hangs_on_them(past: Past) -> None:
    event = a_message(Media(type="image", ref="a"), Media(type="image", ref="b"))
    message_id = await arrived(past.desk, past.tenant, past.channel, event)
    kept = await (await past.desk.app.get(Keeping)).keep(past.tenant, past.channel, message_id, event)
    await past.rows("INSERT INTO receipts (message_id, status, at) VALUES ($1, 'read', now())", message_id)
    await past.rows("INSERT INTO message_versions VALUES ($1, 'v', $2)", past.channel.id, message_id)
    await past.rows("INSERT INTO media_texts (key, result) SELECT encode(sha256, 'hex') || ':x', 'x' FROM attachments")
    await past.age("messages", 31)
    another = a_message(Media(type="image", ref="b"))
    await arrived(past.desk, past.tenant, past.channel, another)
    (newer,) = await past.rows("SELECT id FROM messages ORDER BY id DESC LIMIT 1")
    await (await past.desk.app.get(Keeping)).keep(past.tenant, past.channel, newer["id"], another)
    await past.keep(retention={"message_days": 30})
    assert await past.clean() == {"messages": 1}
    assert [row["id"] for row in await past.rows("SELECT id FROM messages")] == [newer["id"]]
    for table, left in (("receipts", 0), ("message_versions", 0), ("attachments", 1), ("media_texts", 1)):
        assert (table, await past.count(table)) == (table, left)
    files = await past.desk.app.get(Files)
    held = [await files.holds(past.tenant.code, each.file_id) for each in kept if each.file_id]
    assert held == [False, True]


async def test_what_waits_to_be_sent_or_decided_is_not_touched(past: Past) -> None:
    async with past.desk.working():
        await past.write("hello")
    for status in ("queued", "held"):
        await past.rows(
            "INSERT INTO messages (conversation_id, channel_id, direction, author, type, text, content, status)"
            " SELECT id, channel_id, 'outbound', 'api', 'text', $1, '{}', $1 FROM conversations",
            status,
        )
    await past.age("messages", 100)
    await past.keep(retention={"message_days": 30})
    assert (await past.clean())["messages"] == 2
    rows = await past.rows("SELECT status FROM messages ORDER BY status")
    assert [row["status"] for row in rows] == ["held", "queued"]


async def test_a_message_held_for_a_decision_goes_once_its_dead_letter_has(past: Past) -> None:
    async with past.desk.working():
        await past.write("hello")
    await past.rows("UPDATE messages SET status = 'held' WHERE direction = 'outbound'")
    await past.age("messages", 100)
    (message,) = await past.rows("SELECT id FROM messages WHERE status = 'held'")
    await a_dead_letter(past, json.dumps({"message_id": str(message["id"])}))
    await past.keep(retention={"message_days": 30})
    await past.clean()
    assert await past.count("messages") == 1
    await past.age("dead_letters", 91)
    await past.clean()
    assert (await past.clean(), await past.count("messages")) == ({"messages": 1}, 0)


async def test_turns_never_outlive_their_messages(past: Past) -> None:
    async with past.desk.working():
        await past.write("hello")
    await past.age("turns", 20)
    await past.keep(retention={"turn_days": 30})
    assert await past.clean() == NOTHING
    await past.keep(retention={"turn_days": 30, "message_days": 10})
    assert await past.clean() == {"turns": 1}


async def test_feedback_and_texts_and_expired_facts_go_by_their_own_times(past: Past) -> None:
    async with past.desk.working():
        await past.write("hello")
    await past.rows("INSERT INTO feedback (conversation_id, kind, text) SELECT id, 'text', 'x' FROM conversations")
    await past.age("feedback", 50)
    await past.rows("INSERT INTO media_texts VALUES ('a', 'x', now() - '91 days'::interval), ('b', 'x', now())")
    for name in ("ward", "bed"):
        await past.rows(
            "INSERT INTO facts (contact_id, name, value, source, said_at)"
            " SELECT id, $1, 'x', 'stated', now() - '40 days'::interval FROM contacts",
            name,
        )
    await past.age("facts", 40)
    await past.keep(retention={"feedback_days": 49}, facts={"ward": {"life_days": 30}, "bed": {"life_days": 90}})
    assert await past.clean() == {"feedback": 1, "texts_of_files": 1, "facts": 1}
    assert await past.clean() == NOTHING
    assert [row["name"] for row in await past.rows("SELECT name FROM facts")] == ["bed"]
    await past.rows("UPDATE media_texts SET read_at = now() - '31 days'::interval")
    await past.keep(retention={"message_days": 30})
    assert (await past.clean())["texts_of_files"] == 1


async def test_a_summary_goes_with_the_last_message_it_sums_up(past: Past) -> None:
    async with past.desk.working():
        for chat in (1, 2):
            await past.write("hello", chat)
    for chat, days in ((1, 31), (2, 29)):
        until = floor(datetime.now(UTC) - timedelta(days=days))
        await past.rows(
            "UPDATE conversations SET summary = $1 WHERE external_id = $2", json.dumps({"until": str(until)}), str(chat)
        )
    await past.keep(retention={"message_days": 30})
    assert await past.clean() == NOTHING
    rows = await past.rows("SELECT external_id FROM conversations WHERE summary IS NOT NULL")
    assert [row["external_id"] for row in rows] == ["2"]


async def test_models_nobody_goes_back_to_lose_their_bytes(past: Past) -> None:
    for version in range(1, 21):
        await past.rows(
            "INSERT INTO intent_models (version, status, intents, training, model, wanted_by)"
            " VALUES ($1, 'ready', '{}', '', 'x', 'tests')",
            version,
        )
    for version, days in ((1, 200), (2, 91), (3, 80), (4, 100), (5, 101), (6, 102), (4, 95), (5, 94)):
        await past.rows(
            "INSERT INTO intent_promotions (version, promoted_by, promoted_at) VALUES ($1, 'tests', now() - $2 * '1 day'::interval)",
            version,
            days,
        )
    assert await past.clean() == {"models": 20 - 10 - 4}
    rows = await past.rows("SELECT version, status FROM intent_models WHERE model IS NOT NULL ORDER BY version")
    assert [row["version"] for row in rows] == [3, 4, 5, 6, *range(11, 21)]
    (gone,) = await past.rows("SELECT status, error FROM intent_models WHERE version = 7")
    assert gone["status"] == "failed"
    assert "train it anew" in gone["error"]


async def test_contacts_silent_for_long_are_erased(past: Past) -> None:
    async with past.desk.working():
        for chat in range(1, 7):
            await past.write("hello", chat)
    await past.rows("UPDATE conversations SET last_message_at = now() - '400 days'::interval WHERE external_id <> '2'")
    await past.age("messages", 400, "conversation_id <> (SELECT id FROM conversations WHERE external_id = '3')")
    await past.rows(
        "UPDATE contacts SET opted_out_at = now() WHERE id IN (SELECT contact_id FROM identities WHERE external_id = '4')"
    )
    async with past.desk.databases.tenant(tenancy(past.tenant)) as tx:
        group = wire.delivery_group(wire.conversation_group(past.channel.id, "5"))
        await tx.execute(
            "INSERT INTO frontdesk.scheduled (tenant, group_key, kind, due_at, payload)"
            " VALUES ($1, $2, 'delivery', now() + '1 day'::interval, '{}')",
            past.tenant.code,
            group,
        )
    await old_contacts(past, 400)
    assert (await past.clean()).get("contacts") is None
    await past.keep(retention={"contact_days": 365})
    assert (await past.clean())["contacts"] == 2
    left = [row["external_id"] for row in await past.rows("SELECT external_id FROM identities ORDER BY external_id")]
    assert left == ["2", "3", "4", "5"]  # spoke lately, was written to lately, opted out, is waited for
    assert await past.count("conversations") == 4


async def test_who_still_speaks_in_a_group_is_not_silent(past: Past) -> None:
    async with past.desk.working():
        for chat in (1, 2):
            await past.write("hello", chat)
    await past.rows("UPDATE conversations SET last_message_at = now() - '400 days'::interval")
    await past.age("messages", 400)
    await past.rows(
        "INSERT INTO conversations (channel_id, external_id, is_group) SELECT id, 'group', true FROM channels"
    )
    await past.rows(
        "INSERT INTO messages (conversation_id, channel_id, contact_id, direction, author, type, content, status)"
        " SELECT c.id, c.channel_id, i.contact_id, 'inbound', 'contact', 'text', '{}', 'answered'"
        " FROM conversations c, identities i WHERE c.is_group AND i.external_id = '1'"
    )
    await old_contacts(past, 400)
    await past.keep(retention={"contact_days": 365})
    assert (await past.clean())["contacts"] == 1
    assert [row["external_id"] for row in await past.rows("SELECT external_id FROM identities")] == ["1"]


async def test_what_is_left_over_is_for_the_next_round(past: Past, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cleaning, "ROWS", 2)
    monkeypatch.setattr(cleaning, "MOST_BATCHES", 2)
    monkeypatch.setattr(Cleaning._batches, "__defaults__", (2,))
    for _ in range(5):
        await a_dead_letter(past)
    await past.age("dead_letters", 91)
    assert [await past.clean() for _ in range(3)] == [{"dead_letters": 4}, {"dead_letters": 1}, NOTHING]


async def test_the_round_says_what_went_and_one_fault_keeps_nothing_else_from_going(past: Past, host: FileHost) -> None:
    await a_dead_letter(past)
    await past.age("dead_letters", 91)
    await past.rows(
        "INSERT INTO attachments (id, channel_id, status, kept_at) SELECT $1, id, 'kept', '2001-01-01' FROM channels",
        UUID(int=7),
    )
    with capture_logs() as logs:
        await (await past.desk.app.get(Retention)).round()
    said = {line["event"]: line for line in logs if line.get("tenant") == past.tenant.code}
    assert said["cleaned_up"]["dead_letters"] == 1
    assert said["retention_broke"]["kind"] == "files"  # a row without a name for its bytes
    await past.rows("DELETE FROM attachments")


async def test_queued_work_is_no_matter_of_age(past: Past) -> None:
    async with past.desk.databases.tenant(tenancy(past.tenant)) as tx:
        await queue.put(tx, [Item(tenant=past.tenant.code, group="g", kind=wire.EVENT, payload="{}")])
    await past.rows("UPDATE frontdesk.work SET created_at = now() - '5000 days'::interval")
    await past.keep(
        retention=dict.fromkeys(("message_days", "turn_days", "feedback_days", "dead_letter_days", "contact_days"), 1)
    )
    assert await past.clean() == NOTHING
    assert len(await past.desk.work(past.tenant)) == 1
    await past.rows("DELETE FROM frontdesk.work")
