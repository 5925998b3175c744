"""Listeners that fail, are slow, answer nonsense or may not be asked: the turn goes on, and its record says why."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

import pytest
from structlog.testing import capture_logs

from frontdesk.core.sealing import Seal
from frontdesk.core.tenant import Tenant
from frontdesk.guard import Guard
from frontdesk.http import Http
from frontdesk.media import Files
from frontdesk.services.listener_calls import ListenerHttp
from frontdesk.services.listening import Listening
from tests.builders import a_turn
from tests.services.desk import Desk
from tests.services.listeners import (
    BOOKED,
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


@pytest.mark.parametrize(
    "order",
    [
        Order(status=500),
        Order(status=503, headers={"retry-after": "0"}),
        Order(status=429),
        Order(drop=True),
    ],
    ids=["500", "503", "429", "dropped"],
)
async def test_what_may_pass_is_asked_again_once_under_the_same_id(
    desk: Desk, stub: ListenerStub, order: Order
) -> None:
    tenant = await desk.tenant()
    await a_listener(desk, tenant, stub.url)
    stub.usual, stub.orders = Order({"replies": [{"text": "Yes."}]}), [order]
    outcome, (record,) = await told(await listening_of(desk, tenant))
    assert (texts(outcome), record["attempts"], record["status"]) == (["Booked.", "Yes."], 2, "answered")
    one, two = stub.heard
    assert (one.headers["webhook-id"], one.body) == (two.headers["webhook-id"], two.body)
    stub.orders = [order, order, Order()]
    _, (record,) = await told(await listening_of(desk, tenant))
    assert (record["attempts"], record["status"], "added" in record) == (2, "failed", False)


@pytest.mark.parametrize(
    ("order", "status", "detail"),
    [
        (Order(status=400, document={"replies": [{"text": "no"}]}), "failed", "answers 400"),
        (Order(status=302, headers={"location": "http://127.0.0.1:1/"}), "failed", "answers 302"),
        (Order(status=429, headers={"retry-after": "3600"}), "failed", "answers 429"),
        (Order(raw=b"<html>"), "refused", "not JSON"),
        (Order(raw=b'{"x": "' + b"y" * 70_000 + b'"}'), "failed", "over 65536 bytes"),
        (Order({"replies": [{"text": ""}]}), "refused", "replies.0.text"),
        (Order({"fields": {"a": 1}, "more": 1}), "refused", "more: Extra"),
        (Order(raw=b""), "silent", None),
        (Order(status=204, raw=b""), "silent", None),
    ],
    ids=["400", "redirect", "429 for long", "html", "big", "wrong", "unknown", "empty", "204"],
)
async def test_anything_else_adds_nothing_and_the_record_says_why(
    desk: Desk, stub: ListenerStub, order: Order, status: str, detail: str | None
) -> None:
    tenant = await desk.tenant()
    await a_listener(desk, tenant, stub.url)
    stub.usual = order
    outcome, (record,) = await told(await listening_of(desk, tenant))
    assert (texts(outcome), outcome.effects) == (["Booked."], ())
    assert (record["status"], record["attempts"], len(stub.heard)) == (status, 1, 1)
    assert detail is None or detail in record["detail"]


async def test_nobody_waits_longer_than_the_deadline(desk: Desk, stub: ListenerStub) -> None:
    tenant = await desk.tenant()
    await a_listener(desk, tenant, stub.url, deadline_ms=150)
    stub.usual = Order(seconds=5)
    async with asyncio.timeout(2):
        outcome, (record,) = await told(await listening_of(desk, tenant))
    assert (texts(outcome), record["status"]) == (["Booked."], "late")
    assert record["detail"] == "no answer within 150 ms"
    stub.orders = [Order(status=500)]
    async with asyncio.timeout(2):
        _, (record,) = await told(await listening_of(desk, tenant))
    assert (record["status"], record["attempts"]) == ("late", 2), "attempts share the deadline"


async def test_a_listener_that_keeps_failing_is_left_alone_and_then_tried(desk: Desk, stub: ListenerStub) -> None:
    tenant, now = await desk.tenant(), [0.0]
    listener = await a_listener(desk, tenant, stub.url)
    listening = await listening_of(desk, tenant)
    breaker = listening.breaker(listener)
    breaker.clock = lambda: now[0]
    stub.usual = Order(status=400)
    for _ in range(breaker.failures):
        await told(listening)
    assert breaker.state == "open"
    stub.usual = Order({"replies": [{"text": "Back."}]})
    _, (record,) = await told(listening)
    assert (record["status"], record["attempts"], len(stub.heard)) == ("paused", 0, breaker.failures)
    assert "left alone for 10 s" in record["detail"]
    now[0] += 11
    outcome, (record,) = await told(listening)
    assert (texts(outcome)[1:], record["status"], breaker.state) == (["Back."], "answered", "closed")


async def test_a_breaker_is_of_one_listener_of_one_tenant(desk: Desk, stub: ListenerStub) -> None:
    one, other = await desk.tenant(), await desk.tenant()
    bad = await a_listener(desk, one, "http://127.0.0.1:1/")
    for tenant in (one, other):
        await a_listener(desk, tenant, stub.url, "good")
    listening = await listening_of(desk, one)
    for _ in range(listening.breaker(bad).failures):
        await told(listening)
    _, record = await told(listening)
    assert {each["name"]: each["status"] for each in record} == {"crm": "paused", "good": "silent"}
    _, record = await told(await listening_of(desk, other))
    assert [each["status"] for each in record] == ["silent"]


@contextlib.asynccontextmanager
async def only_public(desk: Desk, tenant: Tenant) -> AsyncIterator[Listening]:
    """A process that asks no private addresses."""
    http = Http(5, desk.live, await desk.app.get(Files), apis=Guard.of_apis(private=False))
    yield Listening(tenant, desk.databases, Seal(["a-key"]), desk.settings, ListenerHttp(http))
    await http.close()


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "10.0.0.1"])
async def test_private_addresses_are_not_asked_where_the_installation_says_so(
    desk: Desk, stub: ListenerStub, host: str
) -> None:
    tenant = await desk.tenant()
    await a_listener(desk, tenant, stub.url.replace("127.0.0.1", host), deadline_ms=1000)
    async with only_public(desk, tenant) as listening:
        _, (record,) = await told(listening)
    assert (record["status"], record["attempts"], stub.heard) == ("failed", 1, [])
    assert "no public address" in record["detail"]


async def test_metadata_addresses_are_never_asked_even_if_a_listener_came_to_have_one(desk: Desk) -> None:
    tenant = await desk.tenant()
    await a_listener(desk, tenant, "http://127.0.0.1:1/")
    await desk.rows(tenant, "UPDATE listeners SET url = 'http://169.254.169.254/latest'")
    _, (record,) = await told(await listening_of(desk, tenant))
    assert (record["status"], "link-local" in record["detail"]) == ("failed", True)


async def test_what_breaks_on_our_own_side_is_no_reason_for_a_turn_to_fail(
    desk: Desk, stub: ListenerStub, monkeypatch: pytest.MonkeyPatch
) -> None:
    tenant = await desk.tenant()
    await a_listener(desk, tenant, stub.url)
    listening = await listening_of(desk, tenant)
    monkeypatch.setattr(listening, "http", None)
    with capture_logs() as logs:
        outcome, (record,) = await told(listening)
    assert (texts(outcome), record["status"], record["detail"]) == (
        ["Booked."],
        "failed",
        "something broke on our side",
    )
    assert [line["event"] for line in logs] == ["listener_broke"]


async def test_a_turn_that_fails_leaves_no_call_behind(desk: Desk, stub: ListenerStub) -> None:
    tenant = await desk.tenant()
    await a_listener(desk, tenant, stub.url)
    stub.usual = Order(seconds=5)
    listening = await listening_of(desk, tenant)

    async def fails() -> None:
        async with listening.of_turn(channel_of(tenant), "m1") as telling:
            await telling.heard(a_turn("x"), BOOKED)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await fails()
    assert not [task for task in asyncio.all_tasks() if "_made" in repr(task)]
