"""(h) Turns with intents on, and one tenant's latency while another's intents are trained."""

import asyncio
import random
from collections import Counter
from collections.abc import Iterator, Sequence

from bench import draining, filling, flood, latency
from bench.figures import Figure, at_least, at_most, percentile
from bench.place import Place
from frontdesk.core.intents import Intent
from frontdesk.live import Live
from frontdesk.queue import Item
from frontdesk.rehearsal.installation import Bot
from frontdesk.services.tenants import tenancy
from frontdesk.settings import PRIMARY
from frontdesk.store import intent_models
from frontdesk.understanding.intents import rasa, trainee, trainer
from frontdesk.understanding.intents.data import Utterance, gathered
from frontdesk.understanding.intents.trainer import Lesson

PART = "h"
INTENTS = 77
EACH = 10
SHARE_DRAINED = 4
"""Of the turns other parts drain: there are two drains here."""
TRAININGS = 12
"""Versions queued at once: more than are trained while it is measured."""


async def measure(place: Place) -> list[Figure]:
    """Drain a queue with intents on and off, then write a quiet tenant's messages with training beside it and without."""
    said = list(utterances(max(20, min(100, place.scale.drained // 100))))
    knowing, plain, training = [await place.bot(code) for code in ("knowing", "plain", "training")]
    if "trained" not in place.kept:
        await _train(place, knowing, said)
        place.kept["trained"] = True
    count = place.scale.drained // SHARE_DRAINED
    on, off = [await draining.drain(place, list(_work(place, bot, count, said)), 2) for bot in (knowing, plain)]
    calm, busy = await _beside_training(place, training, said)
    return [
        Figure(
            part=PART,
            what=f"turns drained, two workers, {INTENTS} intents on",
            value=on.speed,
            unit="/s",
            beside="off",
            other=off.speed,
            goal=at_least(200),
        ),
        Figure(
            part=PART,
            what="Python a turn, intents on",
            value=on.python_ms,
            unit="ms",
            beside="off",
            other=off.python_ms,
        ),
        Figure(
            part=PART,
            what=f"quiet tenant p99, {flood.RATE}/s, another trains {len(said):,} utterances",
            value=1000 * percentile(busy, 0.99),
            unit="ms",
            beside="without the training",
            other=1000 * percentile(calm, 0.99),
            goal=at_most(1.5, "ratio"),
        ),
    ]


def utterances(each: int) -> Iterator[Utterance]:
    """Yield so many utterances of every intent: a few words of its own among those all share."""
    chance = random.Random(7)
    shared, own = [_word(chance) for _ in range(400)], [[_word(chance) for _ in range(12)] for _ in range(INTENTS)]
    for number, words in enumerate(own):
        for _ in range(each):
            said = chance.sample(words, 3) + chance.sample(shared, chance.randint(3, 8))
            chance.shuffle(said)
            yield Utterance(" ".join(said), f"intent {number}")


def _word(chance: random.Random) -> str:
    return "".join(chance.choice("bcdfglmnprst") + chance.choice("aeiou") for _ in range(chance.randint(2, 4)))


def _definitions() -> dict[str, Intent]:
    names = [f"intent {number}" for number in range(INTENTS)]
    return {name: Intent(name=name, responses={"en": (f"That is {name}.",)}) for name in names}


def _work(place: Place, bot: Bot, count: int, said: Sequence[Utterance]) -> Iterator[Item]:
    """Yield messages that say something else each, so that nothing is remembered of the one before."""
    chats, chance = count // EACH, random.Random(count)
    first = place.chats(chats)
    for number in range(1, EACH + 1):
        for chat in range(first, first + chats):
            words = chance.choice(said).text.split()[:-1]
            yield from filling.items(bot, range(chat, chat + 1), 1, number, " ".join((*words, _word(chance))))


async def _train(place: Place, bot: Bot, said: Sequence[Utterance]) -> None:
    """Give a bot's tenant a live version."""
    version = await _want(place, bot, said, 1)
    await place.sql("TRUNCATE frontdesk.work")
    lesson = Lesson(intents=_definitions(), training=rasa.write(gathered(said)), willingness=0.03)
    answer, model = await asyncio.to_thread(trainee.made, trainer.document(lesson), lesson.training)
    async with place.installation.databases.tenant(tenancy(bot.tenant)) as tx:
        await intent_models.start(tx, version)
        await intent_models.finish(tx, version, model, answer["metrics"])
        await intent_models.promote(tx, version, "bench")


async def _want(place: Place, bot: Bot, said: Sequence[Utterance], times: int) -> int:
    """Queue so many trainings of a bot's tenant and return the last one's version."""
    definitions, written, version = _definitions(), rasa.write(gathered(said)), 0
    async with place.installation.databases.tenant(tenancy(bot.tenant)) as tx:
        for _ in range(times):
            version = await intent_models.add(
                tx, bot.tenant.code, intents=definitions, training=written, wanted_by="bench"
            )
    (await place.installation.container.get(Live)).wake(PRIMARY, [bot.tenant.code])
    return version


async def _beside_training(place: Place, bot: Bot, said: Sequence[Utterance]) -> tuple[list[float], list[float]]:
    """Return how long a quiet tenant's answers took, in seconds, without a training and beside one."""
    async with place.serving("serve") as (_, address):
        await latency.steady(place, address, rate=flood.RATE, seconds=1.5, code="quiet")
        calm = await flood.steady(place, address)
        await _want(place, bot, said, TRAININGS)
        busy = await flood.steady(place, address)
        async with place.installation.databases.tenant(tenancy(bot.tenant)) as tx:
            states = Counter(found.status for found in await intent_models.listed(tx, limit=TRAININGS))
            await tx.execute("UPDATE intent_models SET status = 'failed' WHERE status = 'queued'")
    await place.sql("TRUNCATE frontdesk.work")
    place.say(f"  {states['ready']} versions trained while it was measured, {states['training']} under way at its end")
    if not states["training"] or states["failed"]:
        raise RuntimeError(f"nothing was trained at the end of the measurement: {dict(states)}")
    return calm, busy
