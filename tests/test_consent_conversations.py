"""Consent in conversation: nothing is kept before it, and what people want done with what there is of them is done."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from frontdesk.phrases import say
from frontdesk.rehearsal.telegram import TelegramStub
from tests.builders import a_telegram_press, a_telegram_update
from tests.media.sounds import PNG
from tests.services.desk import Desk, until
from tests.understanding.talking import CHAT, Talk, a_talk

POLICY = "May we keep what you write, to answer you?"
CONSENT = {"required": True, "version": 1, "policy": {"en": POLICY, "es": "¿Podemos guardar lo que escribe?"}}
SECRET = "my knee hurts"
RULES = [{"keywords": ["knee"], "reply": "Put some ice on it."}]


@pytest.fixture
async def worked(desk: Desk) -> AsyncIterator[Desk]:
    async with desk.working():
        yield desk


@pytest.fixture
async def talk(worked: Desk, telegram: TelegramStub) -> Talk:
    return await a_talk(worked, telegram, consent=CONSENT, keyword_rules=RULES, facts={"knee": {}})


async def press(talk: Talk, payload: str) -> list[str]:
    pressed = a_telegram_press(payload, chat=CHAT, message_id=talk.telegram.calls[-1].message_id or 0)
    return await talk.hear(pressed)


async def holds(talk: Talk, *needles: str) -> set[str]:
    """Return the tables, the queue's among them, that hold any of these words."""
    tables = await talk.rows(
        "SELECT relname FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r'"
        " AND has_table_privilege(oid, 'SELECT')"
    )
    found = set()
    for name in [*(row["relname"] for row in tables), "frontdesk.work", "frontdesk.scheduled"]:
        text = "\n".join(row[0] for row in await talk.rows(f"SELECT t::text FROM {name} t"))
        found |= {name} if any(needle in text for needle in needles) else set()
    return found


async def test_nothing_of_a_message_is_kept_before_its_sender_agrees(talk: Talk) -> None:
    assert await talk.writes(SECRET) == [POLICY]
    assert await talk.writes(f"I said {SECRET}") == [say("en", "consent.again")]
    await talk.hear(talk.sent("photo", PNG, caption=SECRET))
    changed = a_telegram_update("edited_message", chat=CHAT, message_id=1, edit_date=1_700_000_060, text=f"{SECRET}!")
    await talk.hear(changed)
    assert await holds(talk, "knee", "Ada") == set()
    inbound = await talk.rows("SELECT type, text, raw, status FROM messages WHERE direction = 'inbound' ORDER BY id")
    assert [tuple(row) for row in inbound] == [
        ("text", None, None, "answered"),
        ("text", None, None, "answered"),
        ("image", None, None, "answered"),
    ]
    for table in ("attachments", "facts", "feedback"):
        assert await talk.rows(f"SELECT 1 FROM {table}") == []


async def test_once_agreed_everything_goes_on_and_the_evidence_stands(talk: Talk) -> None:
    await talk.writes("hello")
    assert await press(talk, "/consent agree 1") == [say("en", "consent.agreed")]
    assert await talk.writes(SECRET) == ["Put some ice on it."]
    assert "messages" in await holds(talk, "knee")
    (row,) = await talk.rows(
        "SELECT s.version, s.language, s.given, m.direction, c.name, s.policy, s.answered_by, s.channel_id FROM consents s"
        " JOIN messages m ON m.id = s.message_id"
        " JOIN contacts c ON c.id = s.contact_id AND c.consent_given AND c.consent_version = s.version"
    )
    assert tuple(row) == (1, "en", True, "inbound", "Ada", POLICY, "button", talk.channel.id)


async def test_a_new_version_is_asked_again(talk: Talk) -> None:
    await talk.writes("hello")
    assert await talk.writes("yes") == [say("en", "consent.agreed")]
    again = {**CONSENT, "version": 2, "policy": {"en": "May we keep it for longer?"}}
    talk.tenant = await talk.desk.provisioning.change_settings(talk.tenant.code, {"consent": again}, actor="tests")
    assert await talk.writes(SECRET) == ["May we keep it for longer?"]
    assert await holds(talk, "knee") == set()
    assert await talk.writes("no") == [say("en", "consent.declined")]
    assert await talk.writes(SECRET) == [say("en", "consent.needed")]
    rows = await talk.rows("SELECT version, given FROM consents ORDER BY id")
    assert [tuple(row) for row in rows] == [(1, True), (2, False)]


async def test_stop_withdraws_and_start_asks_again(talk: Talk) -> None:
    await talk.writes("hello")
    await talk.writes("yes")
    assert await talk.writes("stop") == [say("en", "consent.stopped")]
    assert await talk.writes("start") == [POLICY]
    rows = await talk.rows("SELECT given FROM consents ORDER BY id")
    assert [row["given"] for row in rows] == [True, False]


STOPS = ["STOP", "Stop!", "unsubscribe", "baja", "arrêt", "abbestellen", "descadastrar", "बंद करो", "إيقاف", "simamisha"]


async def test_stop_is_understood_in_every_language_whatever_is_asked(talk: Talk) -> None:
    await talk.writes("hello")
    for word in STOPS:
        assert await talk.writes(word) == [say("en", "consent.stopped")], word
        assert await talk.writes("hello") == [], word
        assert await talk.rows("SELECT 1 FROM contacts WHERE opted_out_at IS NOT NULL") != []
        assert len(await talk.writes("start")) == 1


async def test_where_nothing_is_required_nobody_is_asked(worked: Desk, telegram: TelegramStub) -> None:
    talk = await a_talk(worked, telegram, keyword_rules=RULES)
    assert await talk.writes(SECRET) == ["Put some ice on it."]


async def audited(talk: Talk, action: str) -> list[dict[str, Any]]:
    async with talk.desk.databases.platform() as tx:
        rows = await tx.fetch(
            "SELECT actor, subject FROM frontdesk.audit WHERE tenant = $1 AND action = $2", talk.tenant.code, action
        )
    return [dict(row) for row in rows]


async def test_who_wants_to_be_erased_is_once_they_are_sure_and_have_read_it(
    worked: Desk, telegram: TelegramStub
) -> None:
    talk = await a_talk(worked, telegram, keyword_rules=RULES)
    await talk.writes(SECRET)
    (contact,) = await talk.rows("SELECT id FROM contacts")
    assert await talk.writes("delete my data") == [say("en", "consent.erasure_confirm")]
    assert await talk.writes("yes") == [say("en", "consent.erasure_begins")]

    async def gone() -> bool:
        return not await talk.rows("SELECT 1 FROM contacts")

    await until(gone)
    await talk.desk.finished(talk.tenant)
    assert await holds(talk, "knee", str(contact["id"])) == set()
    assert await audited(talk, "contact.erase") == [{"actor": "contact", "subject": str(contact["id"])}]


async def test_who_changes_their_mind_stays(worked: Desk, telegram: TelegramStub) -> None:
    talk = await a_talk(worked, telegram, keyword_rules=RULES)
    await talk.writes("delete my data")
    assert await talk.writes("no") == [say("en", "consent.kept")]
    assert len(await talk.rows("SELECT 1 FROM contacts")) == 1
    assert await audited(talk, "contact.erase") == []


async def test_who_wants_their_data_is_handed_to_a_person(worked: Desk, telegram: TelegramStub) -> None:
    talk = await a_talk(worked, telegram, keyword_rules=RULES)
    await talk.writes("give me my data")
    assert await talk.writes("yes") == [say("en", "consent.export_begins")]
    await talk.desk.finished(talk.tenant)
    (row,) = await talk.rows("SELECT owner, contact_id FROM conversations")
    assert row["owner"] == "human"
    assert await audited(talk, "contact.export_wanted") == [{"actor": "contact", "subject": str(row["contact_id"])}]
