"""Conversations that reach a person: by words, by mood, by failure, by a rule, and before anything was agreed to."""

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from frontdesk.core.turn import Outcome, Turn
from frontdesk.errors import InvalidInput
from frontdesk.phrases import say
from frontdesk.rehearsal.telegram import TelegramStub
from frontdesk.services.desk import Desk as Service
from frontdesk.services.tenants import tenancy
from frontdesk.store import agents
from tests.builders import UPDATES, a_telegram_text
from tests.handlers.scripted import SETTINGS, told
from tests.ruled import Talk, a_talk, containing
from tests.services.desk import Desk, until

ASKED = say("en", "handoff.asked")


@pytest.fixture
async def worked(desk: Desk) -> AsyncIterator[Desk]:
    async with desk.working():
        yield desk


async def a_desk(worked: Desk, telegram: TelegramStub, settings: Any = None, **desk: Any) -> Talk:
    """Return a talk with a tenant whose desk is set up so."""
    talk = await a_talk(worked, telegram, **(settings or {}))
    talk.tenant = await worked.provisioning.change_settings(
        talk.tenant.code, {**(settings or {}), "desk": desk}, actor="tests"
    )
    return talk


async def handoff(talk: Talk) -> dict[str, Any]:
    return await talk.row("SELECT * FROM handoffs ORDER BY id DESC LIMIT 1")


async def an_agent(talk: Talk, name: str, *teams: str, **given: Any) -> Any:
    new = {"email": None, "skills": [], "languages": [], "capacity": 5, "status": "available", "teams": list(teams)}
    async with talk.desk.databases.tenant(tenancy(talk.tenant)) as tx:
        return await agents.add(tx, {**new, "name": name, **given})


async def test_a_word_brings_a_person(worked: Desk, telegram: TelegramStub) -> None:
    talk = await a_desk(worked, telegram, keywords={"en": ["lawyer"]})
    assert await talk.says("book") == ["Which service?"]
    assert await talk.says("I will call my lawyer") == [ASKED]
    assert {(found := await handoff(talk))["reason"], found["detail"]} == {"keyword", "keyword 'lawyer'"}
    assert await talk.modes() == []
    record = await talk.record()
    assert record["route"]["handler"] == "handoff"
    assert any("gives way to a person" in one for one in record["route"]["tried"])


async def test_two_upset_messages_in_a_row_bring_a_person(worked: Desk, telegram: TelegramStub) -> None:
    talk = await a_desk(worked, telegram, upset_below=-0.3)
    bad = "this is terrible, awful and useless"
    await talk.says(bad)
    await talk.says("this is wonderful, great, thank you so much")
    await talk.says(bad)
    assert (await talk.row("SELECT owner FROM conversations"))["owner"] == "bot"
    assert await talk.says(bad) == [ASKED]
    found = await handoff(talk)
    assert found["reason"] == "upset"
    assert found["detail"].endswith("2 in a row")
    assert json.loads((await talk.row("SELECT variables FROM conversations"))["variables"])["/upset"] == 0


async def test_a_form_answered_wrongly_too_often_is_a_handlers_reason(worked: Desk, telegram: TelegramStub) -> None:
    talk = await a_talk(worked, telegram)
    await talk.says("pay")
    for _ in range(5):
        await talk.says("florble")
    assert (await handoff(talk))["reason"] == "handler"


async def broken(turn: Turn) -> Outcome:
    raise InvalidInput(f"the secret of {turn.contact.name}")


async def fails(talk: Talk, times: int) -> None:
    """Let a message fail as often."""
    number = next(UPDATES)
    text = told(broken)
    await talk.desk.hear(
        talk.tenant, talk.channel, a_telegram_text(text, chat=talk.chat, message_id=number, update_id=number)
    )
    for attempts in range(1, times + 1):

        async def failed(count: int = attempts) -> bool:
            events = [row for row in await talk.desk.work(talk.tenant) if row["kind"] == "event"]
            return bool(events) and events[0]["attempts"] == count and events[0]["leased_by"] is None

        await until(failed)
        if attempts < times:
            await talk.desk.hurry(talk.tenant)
            talk.desk.live.wake(talk.tenant.database, [talk.tenant.code])


async def test_a_handler_that_fails_twice_brings_a_person_and_the_message_ends_with_them(
    worked: Desk, telegram: TelegramStub
) -> None:
    talk = await a_desk(worked, telegram, SETTINGS, after_failures=2)
    await fails(talk, 1)
    assert await talk.desk.rows(talk.tenant, "SELECT 1 FROM handoffs") == []
    await talk.desk.hurry(talk.tenant)
    talk.desk.live.wake(talk.tenant.database, [talk.tenant.code])
    sorry = f"{say('en', 'handoff.failed')} {ASKED}"
    await until(lambda: telegram.said(talk.chat) == [sorry])
    found = await handoff(talk)
    assert (found["reason"], found["detail"]) == ("failed", "failed 2 times: invalid_input")
    await talk.desk.hurry(talk.tenant)
    talk.desk.live.wake(talk.tenant.database, [talk.tenant.code])
    await talk.desk.finished(talk.tenant)
    assert telegram.said(talk.chat) == [sorry]
    inbound = await talk.row("SELECT status FROM messages WHERE direction = 'inbound'")
    assert inbound["status"] == "answered"
    assert await talk.desk.rows(talk.tenant, "SELECT 1 FROM dead_letters") == []


async def test_without_the_setting_a_failure_brings_nobody(worked: Desk, telegram: TelegramStub) -> None:
    talk = await a_talk(worked, telegram, **SETTINGS)
    await fails(talk, 2)
    assert await talk.desk.rows(talk.tenant, "SELECT 1 FROM handoffs") == []
    assert telegram.said(talk.chat) == []


async def test_with_much_patience_a_person_comes_when_the_message_is_buried(
    worked: Desk, telegram: TelegramStub
) -> None:
    talk = await a_desk(worked, telegram, SETTINGS, after_failures=100)
    await fails(talk, 2)  # of three tries there are in these tests
    assert await talk.desk.rows(talk.tenant, "SELECT 1 FROM handoffs") == []
    await talk.desk.hurry(talk.tenant)
    talk.desk.live.wake(talk.tenant.database, [talk.tenant.code])
    await until(lambda: len(telegram.said(talk.chat)) == 1)
    assert (await handoff(talk))["reason"] == "failed"
    assert len(await talk.desk.rows(talk.tenant, "SELECT 1 FROM dead_letters")) == 1


async def test_what_a_rule_assigned_goes_there_whoever_asks_later(worked: Desk, telegram: TelegramStub) -> None:
    talk = await a_talk(worked, telegram)
    await an_agent(talk, "Ana")
    ben = await an_agent(talk, "Ben", "gold")
    assign = {"do": "assign", "team": "gold"}
    await talk.publishes({"when": containing("hours"), "then": [assign]})
    assert await talk.says("hours?") == ["Nine to five."]
    await talk.says("/human")
    found = await handoff(talk)
    assert (found["status"], found["agent_id"], found["for_team"]) == ("assigned", ben, "gold")


async def test_a_rule_assigns_and_escalates_at_once(worked: Desk, telegram: TelegramStub) -> None:
    talk = await a_desk(worked, telegram, assignment="least_busy")
    await an_agent(talk, "Ana")
    ben = await an_agent(talk, "Ben", capacity=1)
    then = [{"do": "assign", "agent": "Ben"}, {"do": "escalate", "reason": "gold customer"}]
    await talk.publishes({"when": containing("gold"), "then": then})
    await talk.says("gold")
    found = await handoff(talk)
    assert (found["reason"], found["agent_id"], found["for_agent"]) == ("rule", ben, ben)
    talk.chat += 1
    await talk.says("gold")
    assert (await handoff(talk))["status"] == "waiting"  # for Ben, who has no room, while Ana has


async def test_an_assignment_ends_with_its_session(worked: Desk, telegram: TelegramStub) -> None:
    talk = await a_talk(worked, telegram, session={"hours": 1})
    await an_agent(talk, "Ana", "gold")
    await talk.publishes({"when": containing("hours"), "then": [{"do": "assign", "agent": "Ana"}]})
    await talk.says("hours?")
    await talk.desk.rows(talk.tenant, "UPDATE conversations SET last_message_at = now() - interval '2 hours'")
    await talk.says("/human")
    found = await handoff(talk)
    assert (found["status"], found["for_agent"]) == ("waiting", None)


@pytest.mark.parametrize(
    ("named", "said"), [({"agent": "Zoe"}, "no agent 'Zoe'"), ({"team": "gold"}, "no team 'gold'")]
)
async def test_who_is_not_there_is_refused_when_the_rules_are_published(
    worked: Desk, telegram: TelegramStub, named: dict[str, str], said: str
) -> None:
    talk = await a_talk(worked, telegram)
    await an_agent(talk, "Ana", "silver")
    with pytest.raises(InvalidInput, match=said):
        await talk.publishes({"then": [{"do": "assign", **named}]})


POLICY = "May we keep what you write?"


async def test_who_has_not_agreed_reaches_a_person_and_nothing_they_wrote_is_kept(
    worked: Desk, telegram: TelegramStub
) -> None:
    talk = await a_talk(worked, telegram, consent={"required": True, "version": 1, "policy": {"en": POLICY}})
    assert await talk.says("I am in pain") == [POLICY]
    assert await talk.says("talk to a person") == [ASKED, say("en", "handoff.unread"), POLICY]
    found = await handoff(talk)
    assert (found["reason"], found["status"]) == ("asked", "waiting")
    assert "have not agreed" in found["detail"]
    kept = await talk.desk.rows(talk.tenant, "SELECT text, content, raw FROM messages WHERE direction = 'inbound'")
    assert {(row["text"], row["raw"]) for row in kept} == {(None, None)}
    assert not any("person" in row["content"] or "pain" in row["content"] for row in kept)


async def test_who_writes_to_a_person_before_agreeing_is_told_that_nobody_reads_it(
    worked: Desk, telegram: TelegramStub
) -> None:
    talk = await a_talk(worked, telegram, consent={"required": True, "version": 1, "policy": {"en": POLICY}})
    ana = await an_agent(talk, "Ana")
    await talk.says("/human")
    talk_id = (await talk.row("SELECT id FROM conversations"))["id"]
    service = await talk.desk.app.get(Service)
    await service.take(talk.tenant, talk_id, ana)
    assert await talk.says("my knee hurts") == [say("en", "consent.again")]
    assert await talk.says("yes") == [say("en", "consent.agreed")]
    assert await talk.says("my knee hurts") == []
    texts = await talk.desk.rows(talk.tenant, "SELECT text FROM messages WHERE direction = 'inbound' ORDER BY id")
    assert [row["text"] for row in texts] == [None, None, None, "my knee hurts"]


async def test_who_has_not_agreed_can_call_the_bot_back(worked: Desk, telegram: TelegramStub) -> None:
    talk = await a_talk(worked, telegram, consent={"required": True, "version": 1, "policy": {"en": POLICY}})
    await talk.says("/human")
    await talk.says("bot")
    assert (await talk.row("SELECT owner FROM conversations"))["owner"] == "bot"
