"""Channels listened to: one connection each, taken over when its holder dies, and nothing lost while PostgreSQL is away."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from frontdesk import embedded, listener, receiver, settings
from frontdesk.core.channel import Channel
from frontdesk.errors import DatabaseUnavailable
from frontdesk.receiver import Receiver
from frontdesk.reception import Reception
from frontdesk.store import accounts
from tests.builders import a_telegram_text
from tests.listening import Bridge, send_once
from tests.services.desk import Desk, until


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a provider that can be listened to exist, and let nobody wait for long."""
    send_once(monkeypatch)
    monkeypatch.setattr(receiver, "LOOK_SECONDS", 0.4)
    monkeypatch.setattr(receiver, "LOOK_SPACING", 0.05)
    monkeypatch.setattr(receiver, "HANDOVER_SECONDS", 0.1)
    monkeypatch.setattr(listener, "PAUSE_SECONDS", (0.05, 0.2))


@pytest.fixture
async def bridge() -> AsyncIterator[Bridge]:
    async with Bridge() as running:
        yield running


async def a_receiver(desk: Desk) -> Receiver:
    return Receiver(desk.databases, desk.directory, await desk.app.get(Reception))


@contextlib.asynccontextmanager
async def receiving(desk: Desk) -> AsyncIterator[Receiver]:
    """A worker's receiver, stopped at the end as a signal would stop it."""
    made = await a_receiver(desk)
    task = asyncio.create_task(made.run())
    try:
        yield made
    finally:
        made.stop()
        await asyncio.wait_for(task, 10)


async def a_channel(desk: Desk, listens: dict[str, Any], name: str = "bot") -> Channel:
    return await desk.channel(await desk.tenant(), "http://127.0.0.1:9", settings=listens, name=name)


async def removed(desk: Desk, channel: Channel) -> None:
    tenant = await desk.directory.tenant(channel.tenant)
    await desk.provisioning.set_channel_status(tenant, channel.id, "removed")


async def queued(desk: Desk, channel: Channel) -> list[str]:
    """Return the ids of the messages that were queued, in order."""
    rows = await desk.work(await desk.directory.tenant(channel.tenant))
    return [json.loads(row["payload"])["event"]["external_id"].split(":")[1] for row in rows]


async def arrived(desk: Desk, channel: Channel, *numbers: int) -> None:
    """Wait until these messages are queued, in this order and no others."""

    async def enough() -> bool:
        return len(await queued(desk, channel)) >= len(numbers)

    await until(enough)
    assert await queued(desk, channel) == [str(number) for number in numbers]


async def connected(bridge: Bridge, count: int = 1) -> None:
    await until(lambda: len(bridge.sockets) == count)


async def test_frames_are_stored_in_order_and_one_that_is_broken_is_passed_over(desk: Desk, bridge: Bridge) -> None:
    channel = await a_channel(desk, bridge.websocket, "+15550001")
    async with receiving(desk):
        await connected(bridge)
        assert bridge.numbers == ["+15550001"]
        await bridge.say(*range(1, 40))
        await bridge.push("{broken")
        await bridge.push("[]")
        await bridge.say(40)
        await arrived(desk, channel, *range(1, 41))
    assert not bridge.sockets
    await removed(desk, channel)


async def test_a_lost_connection_is_made_again(desk: Desk, bridge: Bridge) -> None:
    channel = await a_channel(desk, bridge.websocket)
    async with receiving(desk):
        for number in (1, 2, 3):
            await connected(bridge)
            await bridge.say(number)
            await arrived(desk, channel, *range(1, number + 1))
            await bridge.hang_up()
    assert bridge.connections >= 3
    await removed(desk, channel)


async def test_what_a_poll_hands_out_is_stored_in_order(desk: Desk, bridge: Bridge) -> None:
    bridge.waiting = [json.dumps(a_telegram_text(message_id=number)) for number in range(1, 6)]
    bridge.waiting.insert(2, "[{broken")
    channel = await a_channel(desk, bridge.poll, "+15550002")
    async with receiving(desk):
        await arrived(desk, channel, 1, 2, 3, 4, 5)
        await until(lambda: len(bridge.polled) > 8)
        assert set(bridge.polled) == {"+15550002"}
    await removed(desk, channel)


async def test_what_has_arrived_is_stored_before_a_receiver_stops(
    desk: Desk, bridge: Bridge, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receiver, "HANDOVER_SECONDS", 0)
    channel = await a_channel(desk, bridge.websocket)
    async with receiving(desk):
        await connected(bridge)
        await bridge.say(*range(1, 60))
    await arrived(desk, channel, *range(1, 60))
    await removed(desk, channel)


async def test_a_channel_that_is_added_changed_or_removed_is_noticed_at_once(desk: Desk, bridge: Bridge) -> None:
    async with receiving(desk), Bridge() as elsewhere:
        channel = await a_channel(desk, bridge.websocket)
        await connected(bridge)
        tenant = await desk.directory.tenant(channel.tenant)
        channel = await desk.provisioning.change_channel(tenant, channel, settings=elsewhere.websocket)
        await connected(elsewhere)
        await connected(bridge, 0)
        await desk.provisioning.set_status(tenant.code, "suspended")
        await connected(elsewhere, 0)
        await desk.provisioning.set_status(tenant.code, "active")
        await connected(elsewhere)
        await removed(desk, channel)
        await connected(elsewhere, 0)


async def test_a_change_that_leaves_the_address_alone_costs_no_connection(desk: Desk, bridge: Bridge) -> None:
    channel = await a_channel(desk, bridge.websocket)
    async with receiving(desk) as one:
        await connected(bridge)
        tenant = await desk.directory.tenant(channel.tenant)
        changed = {**bridge.websocket, "in_doubt": "hold"}
        await desk.provisioning.change_channel(tenant, channel, settings=changed)
        await until(lambda: one.listeners[channel.id].channel.settings == changed)
        assert bridge.connections == 1
    await removed(desk, channel)


async def test_of_several_workers_one_is_connected_and_another_takes_over(desk: Desk, bridge: Bridge) -> None:
    channel = await a_channel(desk, bridge.websocket)
    async with receiving(desk) as one:
        await connected(bridge)
        async with receiving(desk), receiving(desk):
            await asyncio.sleep(1)
            assert (len(bridge.sockets), bridge.connections) == (1, 1)
            one.stop()
            await until(lambda: bridge.connections == 2)
            await connected(bridge)
            await bridge.say(1)
            await arrived(desk, channel, 1)
    await removed(desk, channel)


async def test_another_worker_takes_over_from_one_that_died(desk: Desk, bridge: Bridge) -> None:
    channel = await a_channel(desk, bridge.websocket)
    dying = await a_receiver(desk)
    task = asyncio.create_task(dying.run())
    await connected(bridge)
    async with receiving(desk):
        assert dying._session
        dying._session.terminate()  # as the kernel does for a process that was killed
        task.cancel()
        for each in dying.listeners.values():
            each.task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await until(lambda: bridge.connections == 2)
        await connected(bridge)
        await bridge.say(1)
        await arrived(desk, channel, 1)
    await removed(desk, channel)


async def test_a_broken_session_costs_no_connection(desk: Desk, bridge: Bridge) -> None:
    channel = await a_channel(desk, bridge.websocket)
    async with receiving(desk) as one:
        await connected(bridge)
        old = one._session
        async with desk.databases.owner() as owner:
            await owner.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1", one.name
            )
        await until(lambda: one._session is not old and channel.id in one._claimed)
        await bridge.say(1)
        await arrived(desk, channel, 1)
        assert bridge.connections == 1
    await removed(desk, channel)


async def test_what_the_server_still_holds_for_an_earlier_session_is_ended(desk: Desk, bridge: Bridge) -> None:
    channel = await a_channel(desk, bridge.websocket)
    made = await a_receiver(desk)
    earlier = await desk.databases.session("primary", {"application_name": made.name})
    assert await accounts.claim(earlier, [channel.id]) == {channel.id}
    task = asyncio.create_task(made.run())
    await connected(bridge)
    assert made._session
    made.stop()
    await task
    await removed(desk, channel)


async def test_whose_claim_was_taken_meanwhile_leaves(
    desk: Desk, bridge: Bridge, monkeypatch: pytest.MonkeyPatch
) -> None:
    channel = await a_channel(desk, bridge.websocket)
    async with receiving(desk) as one, receiving(desk) as two:
        await until(lambda: bool(one.listeners) or bool(two.listeners))
        holder, other = (one, two) if one.listeners else (two, one)
        connect = holder._connected

        async def away() -> Any:
            if other.listeners:
                return await connect()
            raise DatabaseUnavailable("no way to PostgreSQL")

        monkeypatch.setattr(holder, "_connected", away)
        assert holder._session
        holder._session.terminate()
        await until(lambda: bool(other.listeners) and not holder.listeners)
        await connected(bridge)
        await bridge.say(1)
        await arrived(desk, channel, 1)
    await removed(desk, channel)


async def test_what_comes_while_postgres_is_away_is_stored_in_order_when_it_is_back(
    bridge: Bridge, tmp_path: Path
) -> None:
    loaded = settings.load(data_dir=tmp_path, secret_keys=["k"], request_seconds=1)
    with embedded.running(loaded, postgres_options=("fsync=off",)) as servers:
        assert servers.postgres
        async with Desk.opened(loaded, servers) as desk, receiving(desk):
            replaying = asyncio.create_task((await desk.app.get(Reception)).replay())
            channel = await a_channel(desk, bridge.websocket)
            await connected(bridge)
            await bridge.say(1, 2)
            await arrived(desk, channel, 1, 2)
            await asyncio.to_thread(servers.postgres.stop)
            await bridge.say(*range(3, 30))
            await asyncio.sleep(0.5)
            assert len(bridge.sockets) == bridge.connections == 1
            spill = (await desk.app.get(Reception)).spill
            assert spill.keys
            await asyncio.to_thread(servers.postgres.start)
            await bridge.say(*range(30, 60))
            await until(lambda: not spill.keys)
            await arrived(desk, channel, *range(1, 60))
            await asyncio.sleep(0.6)
            assert len(bridge.sockets) == bridge.connections == 1
            replaying.cancel()
