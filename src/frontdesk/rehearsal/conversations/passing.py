"""Time in a conversation test: it passes only while nothing is in hand, and stops wherever something is due."""

import asyncio
import time
from datetime import datetime
from zoneinfo import ZoneInfo

from frontdesk.core.tenant import Tenant
from frontdesk.live import Live
from frontdesk.rehearsal.conversations import stored
from frontdesk.rehearsal.conversations.lane import Lane
from frontdesk.rehearsal.conversations.stored import SLACK
from frontdesk.services.cleaning import Cleaning
from frontdesk.services.desk import Desk
from frontdesk.settings import PRIMARY
from frontdesk.store import schedule

LOOK_SECONDS = 0.004
SETTLE_SECONDS = 60.0
PATIENCE_SECONDS = 5.0
"""How long the clock waits for work of tenants whose tests are over."""
MOST_STOPS = 2000


class Impossible(Exception):
    """A step can't be done: it says why."""


async def at_rest(lane: Lane, code: str, seconds: float = SETTLE_SECONDS) -> None:
    """Wait until nothing of a tenant's is due or in hand; Impossible where that takes longer."""
    deadline = time.monotonic() + seconds
    while await stored.is_busy(lane.databases, code):
        if time.monotonic() > deadline:
            raise Impossible(f"the bot was still busy after {seconds:g} s")
        await asyncio.sleep(LOOK_SECONDS)


async def show(lane: Lane, moment: datetime | None) -> None:
    """Set the clock, or have it show the machine's time again.

    Not under work in hand: its lease would run out in that moment, and it would be done twice.
    """
    deadline = time.monotonic() + PATIENCE_SECONDS
    while await stored.is_in_hand(lane.databases):
        if time.monotonic() > deadline:
            break
        await asyncio.sleep(LOOK_SECONDS)
    await (lane.clock.set(moment) if moment else lane.clock.reset())


async def until(lane: Lane, tenant: Tenant, target: datetime) -> None:
    """Let time pass, with a stop wherever something of the tenant's is due; what goes round by the minute has its round."""
    if target < lane.clock.now - SLACK:
        raise Impossible(f"it is {lane.clock.now:%Y-%m-%d %H:%M} UTC already: time does not go back in a conversation")
    await at_rest(lane, tenant.code)
    for _ in range(MOST_STOPS):
        due = await stored.next_due(lane.databases, tenant.code, target)
        await show(lane, min(target, due + SLACK) if due else target)
        await _caught_up(lane, tenant)
        if due is None:
            return await _rounds(lane, tenant)
    raise Impossible(f"over {MOST_STOPS} things were due by {target:%Y-%m-%d %H:%M} UTC: wait for less")


async def _caught_up(lane: Lane, tenant: Tenant) -> None:
    """Have all done that is due by now."""
    async with lane.databases.platform() as tx:
        await schedule.promote(tx)
    (await lane.app.get(Live)).wake(PRIMARY, [tenant.code])
    await at_rest(lane, tenant.code)


async def _rounds(lane: Lane, tenant: Tenant) -> None:
    """Do what rounds of minutes and hours would: let the bot answer again, give away who waits, delete what is old."""
    desk = await lane.app.get(Desk)
    await desk.resume(tenant)
    await desk.allot(tenant)
    await (await lane.app.get(Cleaning)).clean(tenant)
    await at_rest(lane, tenant.code)


def moment(given: datetime, zone: ZoneInfo) -> datetime:
    """Return the moment; without a zone of its own it is the tenant's time."""
    return given if given.tzinfo else given.replace(tzinfo=zone)
