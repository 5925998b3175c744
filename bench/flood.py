"""(d) One tenant's latency while another's flood waits in the same queue."""

import asyncio

from bench import filling
from bench.figures import Figure, at_most, percentile
from bench.latency import CHATS, paired
from bench.place import Place

PART = "d"
RATE = 20


async def measure(place: Place) -> list[Figure]:
    """Fill the queue with tenant A's messages, then write tenant B's at a steady rate."""
    noisy, quiet = await place.bot("noisy"), await place.bot("quiet")
    flood = place.scale.flood
    async with place.serving("serve") as (_, address):
        calm = await steady(place, address)
        first = place.chats(flood // 10)
        await filling.fill(place, list(filling.items(noisy, range(first, first + flood // 10), 10)))
        flooded = await steady(place, address)
        waiting = flood - sum(each.token == noisy.token for each in await place.provider.heard())
    await place.sql("TRUNCATE frontdesk.work")
    assert quiet
    if waiting <= 0:
        place.say("  the flood was over before the measurement: take a larger one")
    return [
        Figure(
            part=PART,
            what=f"quiet tenant p{share}, {RATE}/s, {flood:,} of another waiting",
            value=1000 * percentile(flooded, share / 100),
            unit="ms",
            beside="without the flood",
            other=1000 * percentile(calm, share / 100),
            goal=at_most(300) if share == 99 else None,
        )
        for share in (50, 99)
    ]


async def steady(place: Place, address: str) -> list[float]:
    """Write the quiet tenant's messages and return how long each answer took, in seconds."""
    bot, seconds = await place.bot("quiet"), place.scale.flooded_seconds
    first = place.chats(CHATS)
    result = await place.write(
        address, bot, connections=8, seconds=seconds, rate=RATE, chats=CHATS, first_chat=first, records=True
    )
    for _ in range(100):
        heard = [each for each in await place.provider.heard() if each.token == bot.token and each.chat_id >= first]
        if len(heard) >= len(result["records"]):
            break
        await asyncio.sleep(0.1)
    pairs = paired(result["records"], heard)
    missing = len(result["records"]) - len(pairs)
    if missing:
        raise RuntimeError(f"{missing} of the quiet tenant's messages were not answered within ten seconds")
    return [answer.at - due_at for (_, due_at, _, _), answer in pairs]
