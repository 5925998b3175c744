"""Intent listeners in conversations: told once, when an intent is answered, and part of what is answered then."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from frontdesk.embedded import Servers
from frontdesk.errors import InvalidInput
from frontdesk.rehearsal.telegram import TelegramStub
from frontdesk.services.listeners import Listeners
from frontdesk.services.privacy import Erasure
from frontdesk.store import turns
from tests.builders import a_telegram_press, a_telegram_update
from tests.ruled import Talk, a_talk, containing
from tests.services.desk import Desk, until
from tests.services.listeners import ListenerStub, Order, a_listener, listening_of

FULL = {
    "replies": [{"text": "Bring a towel.", "buttons": [{"title": "Opening hours", "intent": "hours"}]}],
    "fields": {"plan": "gold"},
    "variables": {"step": 3},
    "tags": ["booked"],
    "contact_tags": ["customer"],
}


@pytest.fixture
async def talk(desk: Desk, telegram: TelegramStub) -> AsyncIterator[Talk]:
    made = await a_talk(desk, telegram)
    async with desk.working():
        yield made


@pytest.fixture
async def stub() -> AsyncIterator[ListenerStub]:
    async with ListenerStub(FULL) as made:
        yield made


async def heard_of(talk: Talk) -> list[dict[str, Any]]:
    return list((await talk.record()).get("listeners", []))


async def test_a_listener_is_told_once_all_is_known_and_answers_with_the_bot(talk: Talk, stub: ListenerStub) -> None:
    await a_listener(talk.desk, talk.tenant, stub.url, intents=["book"])
    assert await talk.says("book it") == ["Which service?"]
    assert (stub.heard, await heard_of(talk)) == ([], [])
    assert await talk.says("haircut") == ["Booked: haircut.", "Bring a towel."]
    (heard,) = stub.heard
    assert (heard.data["intent"], heard.data["values"], heard.data["text"]) == (
        "book",
        {"service": "haircut"},
        "haircut",
    )
    turn = await talk.row("SELECT * FROM turns ORDER BY id DESC LIMIT 1")
    assert (heard.data["turn_id"], heard.data["message_id"]) == (str(turn["id"]), str(turn["message_id"]))
    assert heard.data["contact"] == {"id": str((await talk.row("SELECT id FROM contacts"))["id"])}
    assert heard.data["channel"]["kind"] == "telegram"
    (record,) = await heard_of(talk)
    assert (record["name"], record["status"]) == ("crm", "answered")
    assert record["added"] == {
        "replies": 1,
        "fields": ["plan"],
        "variables": ["step"],
        "tags": ["booked"],
        "contact_tags": ["customer"],
    }
    row = await talk.row(
        "SELECT c.tags, p.tags AS contact_tags, p.fields, c.variables FROM conversations c JOIN contacts p ON p.id = c.contact_id"
    )
    assert (row["tags"], row["contact_tags"]) == (["booked"], ["customer"])
    variables = json.loads(row["variables"])
    assert (json.loads(row["fields"])["plan"], variables["step"], variables["book"]) == (
        "gold",
        3,
        {"service": "haircut"},
    )
    assert await talk.says("hours?") == ["Nine to five."]
    assert len(stub.heard) == 1


async def test_an_intent_that_is_given_up_is_told_to_nobody(talk: Talk, stub: ListenerStub) -> None:
    await a_listener(talk.desk, talk.tenant, stub.url)
    await talk.says("book it")
    await talk.says("cancel")
    await talk.says("xyzzy")
    assert stub.heard == []


async def test_an_open_question_comes_again_after_what_listeners_say(talk: Talk, stub: ListenerStub) -> None:
    await a_listener(talk.desk, talk.tenant, stub.url, intents=["hours"])
    await talk.says("book it")
    assert await talk.says("hours?") == ["Nine to five.", "Bring a towel.", "Which service?"]
    assert await talk.says("haircut") == ["Booked: haircut."]


async def test_a_button_of_a_listener_leads_to_an_intent(talk: Talk, stub: ListenerStub) -> None:
    await a_listener(talk.desk, talk.tenant, stub.url, intents=["pay"])
    await talk.says("pay 5")
    below = talk.telegram.calls[-1].message_id
    pressed = a_telegram_press("/intent hours", message_id=below, chat=talk.chat)
    assert await talk.hears(pressed) == ["Nine to five."]


@pytest.mark.parametrize("order", [Order(status=500), Order(raw=b"no"), Order(seconds=9), Order(drop=True)])
async def test_a_listener_that_fails_takes_nothing_from_the_answer(
    talk: Talk, stub: ListenerStub, order: Order
) -> None:
    await a_listener(talk.desk, talk.tenant, stub.url, deadline_ms=300)
    stub.usual = order
    assert await talk.says("hours?") == ["Nine to five."]
    (record,) = await heard_of(talk)
    assert record["status"] in ("failed", "refused", "late")
    assert record["detail"]


async def test_a_change_counts_from_the_next_message_on(talk: Talk, stub: ListenerStub) -> None:
    service = await talk.desk.app.get(Listeners)
    assert await talk.says("hours?") == ["Nine to five."]
    made = await a_listener(talk.desk, talk.tenant, stub.url)
    assert await talk.says("hours?") == ["Nine to five.", "Bring a towel."]
    await service.change(talk.tenant, made.id, None, {"enabled": False}, "tests")
    assert await talk.says("hours?") == ["Nine to five."]
    await service.change(talk.tenant, made.id, None, {"enabled": True, "intents": ["pay"]}, "tests")
    assert await talk.says("hours?") == ["Nine to five."]
    await service.change(talk.tenant, made.id, None, {"intents": None}, "tests")
    assert await talk.says("hours?") == ["Nine to five.", "Bring a towel."]
    await service.remove(talk.tenant, made.id, "tests")
    assert await talk.says("hours?") == ["Nine to five."]
    assert len(stub.heard) == 2


async def test_another_process_sees_a_change_at_once(talk: Talk, stub: ListenerStub) -> None:
    desk = talk.desk
    servers = await desk.app.get(Servers)
    async with Desk.opened(desk.settings, servers) as other:
        following = asyncio.create_task(other.directory.follow())
        await asyncio.sleep(0.1)
        try:
            assert await (await listening_of(other, talk.tenant)).known() == {}
            made = await a_listener(desk, talk.tenant, stub.url)

            async def known(wanted: set[str]) -> bool:
                return set(await (await listening_of(other, talk.tenant)).known()) == wanted

            await until(lambda: known({"crm"}), 2)
            await (await desk.app.get(Listeners)).remove(talk.tenant, made.id, "tests")
            await until(lambda: known(set()), 2)
        finally:
            following.cancel()
            await asyncio.gather(following, return_exceptions=True)


async def test_a_rule_tells_a_listener_whoever_answers(talk: Talk, stub: ListenerStub) -> None:
    await a_listener(talk.desk, talk.tenant, stub.url, intents=["pay"])
    tell = {"do": "listener", "listener": "crm"}
    await talk.publishes({"when": containing("parcel"), "then": [tell], "goes_on": True})
    assert await talk.says("parcel hours") == ["Nine to five.", "Bring a towel."]
    (heard,) = stub.heard
    assert (heard.event["type"], heard.data["intent"], heard.data["values"]) == ("frontdesk.rule.matched", "hours", {})
    assert (await heard_of(talk))[0]["about"] == "rule"
    assert (await talk.record())["rules"] == ["R1"]
    assert (await talk.says("parcel"))[-1] == "Bring a towel."
    await talk.publishes({"when": containing("parcel"), "then": [{"do": "reply", "text": {"en": "Mine."}}, tell]})
    assert await talk.says("parcel hours") == ["Mine.", "Bring a towel."]


async def test_a_rule_can_only_name_listeners_there_are(talk: Talk, stub: ListenerStub) -> None:
    rule = {"then": [{"do": "listener", "listener": "crm"}], "goes_on": True}
    with pytest.raises(InvalidInput, match="no listener 'crm'; there is: none"):
        await talk.publishes(rule)
    made = await a_listener(talk.desk, talk.tenant, stub.url, intents=["pay"])
    await talk.publishes(rule)
    service = await talk.desk.app.get(Listeners)
    await service.change(talk.tenant, made.id, None, {"enabled": False}, "tests")
    assert await talk.says("hours?") == ["Nine to five."]
    (record,) = await heard_of(talk)
    assert (record["status"], record["detail"]) == ("unknown", "it is switched off")
    await service.remove(talk.tenant, made.id, "tests")
    await talk.says("hours?")
    assert (await heard_of(talk))[0]["detail"] == "there is no such listener"


async def test_a_turn_that_is_taken_again_tells_under_the_same_id(
    talk: Talk, stub: ListenerStub, monkeypatch: pytest.MonkeyPatch
) -> None:
    await a_listener(talk.desk, talk.tenant, stub.url)
    commit, failed = turns.commit, []

    async def once(*given: Any) -> None:
        if not failed:
            failed.append(1)
            raise ConnectionResetError
        await commit(*given)

    monkeypatch.setattr(turns, "commit", once)
    before = len(talk.telegram.said(talk.chat))
    number = talk.chat
    update = a_telegram_update("message", chat=talk.chat, text="hours?", message_id=number)
    await talk.desk.hear(talk.tenant, talk.channel, update)
    await until(lambda: bool(failed))
    await talk.desk.hurry(talk.tenant)
    await talk.desk.finished(talk.tenant)
    assert talk.telegram.said(talk.chat)[before:] == ["Nine to five.", "Bring a towel."]
    one, two = stub.heard
    assert one.headers["webhook-id"] == two.headers["webhook-id"]
    assert one.data["message_id"] == two.data["message_id"]


async def test_before_somebody_agrees_no_listener_hears_of_them(
    desk: Desk, telegram: TelegramStub, stub: ListenerStub
) -> None:
    talk = await a_talk(desk, telegram, consent={"required": True, "policy": {"en": "May we keep it?"}})
    await a_listener(desk, talk.tenant, stub.url)
    async with desk.working():
        await talk.says("hours?")
        assert stub.heard == []
        await talk.says("yes")
        await talk.says("hours?")
        assert len(stub.heard) == 1


async def test_nothing_a_listener_said_of_somebody_outlives_them(talk: Talk, stub: ListenerStub) -> None:
    word = "xylophone"
    note = {"fields": {"instrument": word}, "variables": {"last": word}, "tags": [word], "contact_tags": [word]}
    stub.usual = Order({"replies": [{"text": f"The {word} is yours."}], **note})
    await a_listener(talk.desk, talk.tenant, stub.url)
    await talk.says("hours?")

    async def tables() -> set[str]:
        named = await talk.desk.rows(
            talk.tenant,
            "SELECT relname FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r'"
            " AND has_table_privilege(oid, 'SELECT')",
        )
        found = set()
        for row in named:
            held = await talk.desk.rows(talk.tenant, f"SELECT t::text FROM {row['relname']} t")
            found |= {row["relname"] for line in held if word in line[0]}
        return found

    assert await tables() == {"messages", "contacts", "conversations", "turns"}
    contact = (await talk.row("SELECT id FROM contacts"))["id"]
    await (await talk.desk.app.get(Erasure)).erase(talk.tenant, [contact], "tests")
    assert await tables() == set()
