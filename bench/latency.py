"""(c) From a webhook written to its answer at the provider, at steady rates; API and worker in one `frontdesk serve`."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from bench.figures import Figure, at_most, percentile
from bench.place import Place
from bench.provider import Heard

PART = "c"
RATES = (50, 100, 200)
GOALS = {100: at_most(100), 200: at_most(200)}
CHATS = 200
SHARES = (0.5, 0.95, 0.99)


async def measure(place: Place) -> list[Figure]:
    """Measure each rate, the slowest first, on one server."""
    figures: list[Figure] = []
    async with place.serving("serve") as (_, address):
        await steady(place, address, rate=20, seconds=1.5)
        for rate in RATES:
            took = await steady(place, address, rate=rate, seconds=place.scale.steady_seconds)
            for share in SHARES:
                figures.append(
                    Figure(
                        part=PART,
                        what=f"webhook to provider at {rate}/s, p{share * 100:.0f}",
                        value=1000 * percentile(took, share),
                        unit="ms",
                        goal=GOALS.get(rate) if share == 0.99 else None,
                    )
                )
    return figures


async def steady(place: Place, address: str, *, rate: float, seconds: float, code: str = "one") -> list[float]:
    """Write at a steady rate and return how long each answer took to reach the provider, in seconds."""
    bot = await place.bot(code)
    await place.provider.forget()
    result = await place.write(
        address,
        bot,
        connections=32,
        seconds=seconds,
        rate=rate,
        chats=CHATS,
        first_chat=place.chats(CHATS),
        records=True,
    )
    count = sum(200 <= record[3] < 300 for record in result["records"])
    heard = await _all_heard(place, bot.token, count)
    return [answer.at - due_at for (_, due_at, _, _), answer in paired(result["records"], heard)]


async def _all_heard(place: Place, token: str, count: int) -> list[Heard]:
    if not [bot for bot in place.bots.values() if bot.token != token]:
        await place.provider.wait_for(count)
    return [each for each in await place.provider.heard() if each.token == token]


def paired(records: Iterable[Any], heard: Iterable[Heard]) -> list[tuple[Any, Heard]]:
    """Pair each question taken with its answer: a chat's first question with its first answer, and so on."""
    answers: dict[int, list[Heard]] = defaultdict(list)
    for each in heard:
        answers[each.chat_id].append(each)
    taken = sorted((record for record in records if 200 <= record[3] < 300), key=lambda record: record[1])
    pairs: list[tuple[Any, Heard]] = []
    next_of: dict[int, int] = defaultdict(int)
    for record in taken:
        chat = record[0]
        if next_of[chat] < len(answers[chat]):
            pairs.append((record, answers[chat][next_of[chat]]))
        next_of[chat] += 1
    return pairs
