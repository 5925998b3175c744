"""(i) Five hundred rules: explained over HTTP, tried in a turn, and a queue drained with them and without."""

import random
import time
from collections.abc import Iterator
from typing import Any

import aiohttp
import orjson

from bench import draining, filling
from bench.figures import Figure, at_most, percentile
from bench.handlers import a_turn
from bench.place import Place
from frontdesk.core.intents import Intent
from frontdesk.core.rules.deciding import compiled
from frontdesk.core.rules.rule import Rule, RuleSet
from frontdesk.core.rules.turns import Surroundings, of_turn
from frontdesk.core.tenant import TenantSettings
from frontdesk.rehearsal.installation import Bot
from frontdesk.services.rulemaking import Rulemaking
from frontdesk.services.tenants import tenancy
from frontdesk.store import intents

PART = "i"
RULES = 500
INTENTS = 100
REQUESTS = 300
WARM = 20
TIMES = 2_000
SHARE_DRAINED = 4
"""Of the turns other parts drain: there are two drains here."""
KEY = "a-key-of-the-benchmark"
WORDS = [f"word{number}" for number in range(3_000)]


async def measure(place: Place) -> list[Figure]:
    """Explain and decide with rules that are as mixed as a tenant's, and drain with them and without."""
    ruled, plain = await place.bot("ruled"), await place.bot("unruled")
    if "rules" not in place.kept:
        await _publish(place, ruled)
        place.kept["rules"] = True
    took = await _explained(place, ruled)
    decided = _decided()
    on, off = [await draining.drain(place, _work(place, bot), 2) for bot in (ruled, plain)]
    return [
        Figure(
            part=PART, what=f"rules/try, {RULES} rules, p50", value=percentile(took, 0.5), unit="ms", goal=at_most(20)
        ),
        Figure(part=PART, what=f"rules/try, {RULES} rules, p99", value=percentile(took, 0.99), unit="ms"),
        Figure(
            part=PART,
            what=f"routing a turn by {RULES} rules, p99",
            value=percentile(decided, 0.99),
            unit="ms",
            beside="p50",
            other=percentile(decided, 0.5),
            goal=at_most(1),
        ),
        Figure(
            part=PART,
            what=f"Python a turn, {RULES} rules",
            value=on.python_ms,
            unit="ms",
            beside="no rules",
            other=off.python_ms,
        ),
    ]


async def _publish(place: Place, bot: Bot) -> None:
    making = await place.installation.container.get(Rulemaking)
    async with place.installation.databases.tenant(tenancy(bot.tenant)) as tx:
        for number in range(INTENTS):
            await intents.add(tx, Intent(name=f"intent {number}"))
    await making.rewrite(bot.tenant, rules(), "bench")
    await making.publish(bot.tenant, "bench")


async def _explained(place: Place, bot: Bot) -> list[float]:
    """Return how many milliseconds each request to try a text on all rules took, one after the other."""
    place.installation.overrides["admin_key"] = KEY
    try:
        async with (
            place.serving("serve") as (_, address),
            aiohttp.ClientSession(headers={"Authorization": f"Bearer {KEY}"}) as client,
        ):
            url, chance = f"{address}/api/v1/tenants/{bot.tenant.code}/rules/try", random.Random(3)
            took = [await _asked(client, url, _text(chance)) for _ in range(WARM + REQUESTS)]
    finally:
        del place.installation.overrides["admin_key"]
    return took[WARM:]


async def _asked(client: aiohttp.ClientSession, url: str, text: str) -> float:
    started = time.perf_counter()
    async with client.post(url, json={"text": text, "intent": "intent 7", "confidence": 0.8}) as response:
        body = await response.read()
    took = 1000 * (time.perf_counter() - started)
    if response.status != 200 or len(orjson.loads(body)["rules"]) != RULES:
        raise RuntimeError(f"rules/try answered {response.status}: {body[:200]!r}")
    return took


def _decided() -> list[float]:
    """Return how many milliseconds it took to put a turn's facts together and decide, for each of many texts."""
    ready, chance, took = compiled(rules()), random.Random(5), []
    for _ in range(TIMES):
        turn = a_turn(TenantSettings(), _text(chance))
        started = time.process_time()
        ready.decide(of_turn(turn, Surroundings(channel_kind="telegram", turns=3, sentiment=-0.4)))
        took.append(1000 * (time.process_time() - started))
    return took


def _work(place: Place, bot: Bot) -> list[Any]:
    count = place.scale.drained // SHARE_DRAINED // draining.EACH
    first = place.chats(count)
    return list(filling.items(bot, range(first, first + count), draining.EACH))


def rules() -> tuple[Rule, ...]:
    """Return rules of one to three conditions each, over words, intents, values and circumstances; nobody says such words."""
    chance = random.Random(1)
    return RuleSet.model_validate({"rules": [_rule(chance, number) for number in range(RULES)]}).rules


def _rule(chance: random.Random, number: int) -> dict[str, Any]:
    first, *more = [next(_conditions(chance)) for _ in range(3)]
    when = {"all": [first, {"any": more}, {"fact": "conversation_tag", "is": f"never {number}"}]}
    return {
        "name": f"Rule {number}",
        "when": when,
        "then": [{"do": "tag", "tags": ["seen"]}],
        "goes_on": number % 2 == 0,
    }


def _conditions(chance: random.Random) -> Iterator[dict[str, Any]]:
    words = chance.sample(WORDS, 4)
    yield chance.choice(
        [
            {"fact": "text", "contains": words},
            {"fact": "text", "contains": [f"{words[0]} {words[1]}", words[2]]},
            {"fact": "text", "matches": rf"order {chance.randint(0, 40)}\d+"},
            {"fact": "intent", "is": f"intent {chance.randrange(INTENTS)}"},
            {"fact": "confidence", "at_least": 0.5},
            {"fact": "contact_field", "name": f"field {chance.randint(0, 9)}", "is": "gold"},
            {"fact": "language", "is": ["en", "es"]},
            {"fact": "time", "at_least": "08:00", "at_most": "18:00"},
            {"fact": "sentiment", "at_most": -0.5},
            {"fact": "entity", "name": "date", "exists": True},
            {"fact": "turns", "at_least": 2},
            {"fact": "mode", "exists": False},
            {"not": {"fact": "weekday", "is": ["saturday", "sunday"]}},
        ]
    )


def _text(chance: random.Random) -> str:
    return " ".join(chance.sample(WORDS, 30))
