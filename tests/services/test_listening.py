"""Listeners told over real HTTP: all at once, within their deadlines, signed, asked again, and left alone when they fail."""

import asyncio
import base64
import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from structlog.testing import capture_logs

from frontdesk.core import clock
from frontdesk.core.agreement import ConsentSettings
from frontdesk.core.content import Content
from frontdesk.core.listening import IntentAnswered, TellListener
from frontdesk.core.sealing import Seal
from frontdesk.core.tenant import TenantSettings
from frontdesk.core.turn import Outcome
from frontdesk.services.listener_calls import Told
from frontdesk.services.listeners import Listeners
from frontdesk.services.listening import Listening, Telling
from frontdesk.services.tenants import tenancy
from frontdesk.store import listeners
from tests.builders import a_turn
from tests.services.desk import Desk
from tests.services.listeners import (
    BOOKED,
    SECRET,
    ListenerStub,
    Order,
    a_listener,
    channel_of,
    listening_of,
    texts,
    told,
)


@pytest.fixture
async def stub() -> AsyncIterator[ListenerStub]:
    async with ListenerStub() as made:
        yield made


async def test_what_a_listener_adds_joins_after_the_handlers_own(desk: Desk, stub: ListenerStub) -> None:
    tenant = await desk.tenant()
    await a_listener(desk, tenant, stub.url)
    stub.usual = Order({"replies": [{"text": "See you!"}], "fields": {"plan": "gold"}, "tags": ["vip"]})
    outcome, (record,) = await told(await listening_of(desk, tenant))
    assert texts(outcome) == ["Booked.", "See you!"]
    assert [type(effect).__name__ for effect in outcome.effects] == ["SetField", "Tag"]
    assert 0 < record.pop("milliseconds") < 2000
    assert record == {
        "name": "crm",
        "about": "intent book",
        "status": "answered",
        "attempts": 1,
        "http_status": 200,
        "added": {"replies": 1, "fields": ["plan"], "tags": ["vip"]},
    }
    (heard,) = stub.heard
    assert heard.headers["content-type"] == "application/cloudevents+json"
    assert (heard.data["intent"], heard.data["values"]) == ("book", {"day": "2026-12-24"})


async def test_a_request_is_signed_as_standard_webhooks_have_it(desk: Desk, stub: ListenerStub) -> None:
    tenant = await desk.tenant()
    await a_listener(desk, tenant, stub.url)
    await told(await listening_of(desk, tenant))
    (heard,) = stub.heard
    seconds = heard.headers["webhook-timestamp"]
    signed = f"{heard.headers['webhook-id']}.{seconds}.".encode() + heard.body
    key = base64.b64decode(SECRET.removeprefix("whsec_"))
    expected = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    assert heard.headers["webhook-signature"] == f"v1,{expected}"
    assert abs(clock.now().timestamp() - int(seconds)) < 60
    assert heard.headers["webhook-id"] == heard.event["id"]


async def test_all_are_told_at_the_same_time(desk: Desk, stub: ListenerStub) -> None:
    tenant = await desk.tenant()
    async with ListenerStub() as other:
        for each, name in ((stub, "b"), (other, "a")):
            each.usual = Order({"replies": [{"text": name}]}, seconds=0.3)
            await a_listener(desk, tenant, each.url, name)
        outcome, record = await told(await listening_of(desk, tenant))
        (one,), (two,) = stub.heard, other.heard
        assert max(one.began, two.began) < min(one.ended, two.ended)
        assert texts(outcome) == ["Booked.", "a", "b"], "by their names, whoever was first"
        assert [each["name"] for each in record] == ["a", "b"]


async def test_handlers_go_on_while_listeners_are_told(desk: Desk, stub: ListenerStub) -> None:
    tenant = await desk.tenant()
    await a_listener(desk, tenant, stub.url)
    stub.usual = Order({"replies": [{"text": "late"}]}, seconds=0.2)
    turn = a_turn("book it")
    async with (await listening_of(desk, tenant)).of_turn(channel_of(tenant), "m1") as telling:
        first = await telling.heard(turn, BOOKED)
        while not stub.heard:
            await asyncio.sleep(0.01)
        assert stub.heard[0].ended == 0.0
        assert texts(await telling.joined(turn, first.then(Outcome.say("More.")))) == ["Booked.", "More.", "late"]


async def test_only_the_intents_it_listens_to_are_told_and_each_once(desk: Desk, stub: ListenerStub) -> None:
    tenant = await desk.tenant()
    await a_listener(desk, tenant, stub.url, intents=["pay", "book"])
    await a_listener(desk, tenant, stub.url, "off", enabled=False)
    listening, turn = await listening_of(desk, tenant), a_turn("x")
    async with listening.of_turn(channel_of(tenant), "m1") as telling:
        for name in ("book", "hours", "book", "pay"):
            await telling.heard(turn, Outcome.silent(IntentAnswered(intent=name)))
        await telling.joined(turn, Outcome())
    assert sorted(heard.data["intent"] for heard in stub.heard) == ["book", "pay"]
    assert {heard.headers["webhook-id"] for heard in stub.heard} == {heard.event["id"] for heard in stub.heard}
    assert len({heard.event["id"] for heard in stub.heard}) == 2


async def test_a_turn_taken_again_tells_the_same_under_the_same_id(desk: Desk, stub: ListenerStub) -> None:
    tenant = await desk.tenant()
    await a_listener(desk, tenant, stub.url)
    listening = await listening_of(desk, tenant)
    for key in ("m1", "m1", "m2"):
        await told(listening, key=key)
    first, again, other = [heard.headers["webhook-id"] for heard in stub.heard]
    assert first == again != other


async def test_without_listeners_a_tenant_is_asked_for_once(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    tenant, read = await desk.tenant(), []
    original = listeners.listed

    async def counted(tx: Any) -> Any:
        read.append(1)
        return await original(tx)

    monkeypatch.setattr(listeners, "listed", counted)
    listening = await listening_of(desk, tenant)
    assert await told(listening, Outcome.say("No intent.")) == (Outcome.say("No intent."), [])
    assert read == []
    for _ in range(3):
        assert (await told(listening))[1] == []
    assert read == [1]


async def test_before_somebody_agrees_nothing_is_told(desk: Desk, stub: ListenerStub) -> None:
    tenant = await desk.tenant()
    await a_listener(desk, tenant, stub.url)
    asking = TenantSettings(consent=ConsentSettings(required=True, policy={"en": "May we?"}))
    for effect in (IntentAnswered(intent="book"), TellListener(listener="crm")):
        outcome, record = await told(
            await listening_of(desk, tenant), Outcome.silent(effect), turn=replace(a_turn("x"), settings=asking)
        )
        assert (outcome.effects, record, stub.heard) == ((), [], [])


async def test_two_secrets_sign_while_one_is_being_replaced(desk: Desk, stub: ListenerStub) -> None:
    tenant, service = await desk.tenant(), await desk.app.get(Listeners)
    made = await a_listener(desk, tenant, stub.url)
    await told(await listening_of(desk, tenant))
    _, fresh = await service.rotate(tenant, made.id, None, "tests")
    await told(await listening_of(desk, tenant))
    one, two = [heard.headers["webhook-signature"].split() for heard in stub.heard]
    assert (len(one), len(two)) == (1, 2)
    async with desk.databases.tenant(tenancy(tenant)) as tx:
        found = await listeners.load(tx, made.id)
    later = clock.now() + listeners.ROTATION + timedelta(seconds=1)
    assert len(found.keys(Seal(["a-key"]), later)) == 1
    assert fresh.removeprefix("whsec_") == base64.b64encode(found.keys(Seal(["a-key"]), later)[0]).decode()


async def test_a_secret_is_sealed_and_in_no_repr_log_or_record(desk: Desk, stub: ListenerStub) -> None:
    tenant = await desk.tenant()
    made = await a_listener(desk, tenant, f"{stub.url}?key=very-private")
    stub.usual = Order(status=500)
    with capture_logs() as logs:
        listening = await listening_of(desk, tenant)
        _, record = await told(listening)
    (row,) = await desk.rows(tenant, "SELECT * FROM listeners")
    said = repr([made, logs, record, listening, vars(listening)]) + json.dumps(record)
    assert SECRET.encode() not in row["secret"]
    assert SECRET.removeprefix("whsec_") not in said
    assert "very-private" not in said


async def test_a_secret_no_key_opens_any_more_is_said_to_be(desk: Desk, stub: ListenerStub) -> None:
    tenant = await desk.tenant()
    await a_listener(desk, tenant, stub.url)
    listening = await listening_of(desk, tenant)
    forgotten = Listening(tenant, desk.databases, Seal(["new"]), desk.settings, listening.http)
    _, (record,) = await told(forgotten)
    assert (record["status"], "FRONTDESK_SECRET_KEYS" in record["detail"], stub.heard) == ("unknown", True, [])


async def test_an_intent_may_leave_its_answer_to_a_listener(desk: Desk, stub: ListenerStub) -> None:
    tenant = await desk.tenant()
    await a_listener(desk, tenant, stub.url)
    stand_in = Content(text="I can't answer that yet.")
    fired = Outcome(replies=(stand_in,), effects=(IntentAnswered(intent="book", stand_in=stand_in),))
    assert texts((await told(await listening_of(desk, tenant), fired))[0]) == [stand_in.text]
    stub.usual = Order({"replies": [{"text": "I can."}]})
    assert texts((await told(await listening_of(desk, tenant), fired))[0]) == ["I can."]


async def test_telling_nobody_changes_nothing() -> None:
    async with Telling() as telling:
        outcome = await telling.heard(a_turn("x"), BOOKED)
        assert (await telling.joined(a_turn("x"), outcome)).replies == BOOKED.replies
    assert (outcome.effects, telling.record()) == ((), {})
    assert Told(name="x", about="rule", status="silent").record()["attempts"] == 0
