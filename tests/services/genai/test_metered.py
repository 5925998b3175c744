"""A tenant's model: budget, breaker, attempts, and what the turn record keeps."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from uuid import uuid4

import pytest

from frontdesk.embedded import Servers
from frontdesk.errors import (
    GenAIBudgetSpent,
    GenAIError,
    GenAIPaused,
    GenAIRefused,
    GenAIThrottled,
    GenAITooSlow,
    GenAIUnauthorised,
    GenAIUnreachable,
    GenAIUnusable,
)
from frontdesk.live import Live
from frontdesk.servers.redis import Redis
from frontdesk.services.genai.breaker import Breaker
from frontdesk.services.genai.budget import Budget, Limits
from frontdesk.services.genai.metered import Metered, Patience
from frontdesk.services.genai.port import Counted, Line, Summarise, Summary, Translate, Translation
from frontdesk.services.genai.prompted import Prompted
from frontdesk.services.genai.scripted import Said, Scripted
from frontdesk.services.genai.usage import NOTHING, Ledger, Price, Usage

HELLO = Translate("Hello 4711", "de")
HALLO = {"text": "Hallo 4711"}
NO_LIMITS = Limits()
QUICK = Patience(timedelta(seconds=5), 3, timedelta(milliseconds=4))


@pytest.fixture
async def live(servers: Servers) -> AsyncIterator[Live]:
    live = Live(f"{servers.redis_url}?db=7")
    yield live
    await live.close()


@pytest.fixture
async def another(servers: Servers) -> AsyncIterator[Live]:
    """The same Redis, seen by another process."""
    live = Live(f"{servers.redis_url}?db=7")
    yield live
    await live.close()


@pytest.fixture
def tenant() -> str:
    return uuid4().hex


def metered(
    live: Live, *said: Said, limits: Limits = NO_LIMITS, breaker: Breaker | None = None, patience: Patience = QUICK
) -> tuple[Metered, Scripted]:
    script = Scripted.saying(said)
    budget = Budget(live, uuid4().hex, limits)
    return Metered(Prompted(script), breaker or Breaker(), budget, Ledger(), patience), script


async def test_a_result_is_counted_in_ledger_and_budget(alone: Live) -> None:
    model, _ = metered(alone, HALLO)
    counted = await model.translate(HELLO)
    assert counted.value == Translation("Hallo 4711")
    assert (await model.budget.spent())[0] == counted.usage.tokens > 0
    entry = model.ledger.record()[0]
    assert (entry["task"], entry["model"], entry["requests"], "failure" in entry) == ("translate", "scripted", 1, False)
    assert "4711" not in str(model.ledger.record())


@pytest.mark.parametrize("failure", [GenAIUnreachable("away"), GenAITooSlow("slow"), GenAIThrottled("busy")])
async def test_what_may_pass_is_tried_again(alone: Live, failure: GenAIError) -> None:
    model, script = metered(alone, failure, failure, HALLO)
    assert (await model.translate(HELLO)).value.text == "Hallo 4711"
    assert len(script.tasks) == 3
    model, script = metered(alone, *[failure] * 4)
    with pytest.raises(type(failure)):
        await model.translate(HELLO)
    assert len(script.tasks) == 3
    assert model.ledger.record()[0]["failure"] == failure.code


@pytest.mark.parametrize("failure", [GenAIUnauthorised("no"), GenAIRefused("no"), GenAIUnusable("no")])
async def test_what_will_not_pass_is_tried_once(alone: Live, failure: GenAIError) -> None:
    model, script = metered(alone, failure, HALLO)
    with pytest.raises(type(failure)):
        await model.translate(HELLO)
    assert len(script.tasks) == 1


@pytest.mark.alone
async def test_a_wait_the_provider_asks_for_is_kept_or_the_call_given_up(alone: Live) -> None:
    model, _ = metered(alone, GenAIThrottled("busy", timedelta(seconds=0.15)), HALLO)
    started = time.monotonic()
    await model.translate(HELLO)
    assert time.monotonic() - started >= 0.15
    model, script = metered(alone, GenAIThrottled("busy", timedelta(seconds=60)), HALLO)
    started = time.monotonic()
    with pytest.raises(GenAIThrottled):
        await model.translate(HELLO)
    assert time.monotonic() - started < 1
    assert len(script.tasks) == 1


class Slow:
    """A model that takes its time."""

    async def summarise(self, asked: Summarise) -> Counted[Summary]:
        await asyncio.sleep(30)
        raise AssertionError("nobody waits so long")


async def test_haste_of_ours_opens_no_breaker(alone: Live) -> None:
    breaker, ledger = Breaker(failures=1), Ledger()
    patience = Patience(timedelta(seconds=0.05), 1, in_a_hurry=True)
    model = Metered(Slow(), breaker, Budget(alone, "t", Limits()), ledger, patience)  # type: ignore[arg-type]
    with pytest.raises(GenAITooSlow):
        await model.summarise(Summarise((Line("contact", "x"),), "en"))
    assert (breaker.state, ledger.entries[0]["failure"]) == ("closed", "genai_too_slow")


@pytest.mark.alone
async def test_slowness_ends_at_the_deadline_and_opens_the_breaker(alone: Live) -> None:
    breaker = Breaker(failures=1)
    patience = Patience(timedelta(seconds=0.1), 3)
    model = Metered(Slow(), breaker, Budget(alone, "t", Limits()), Ledger(), patience)  # type: ignore[arg-type]
    started = time.monotonic()
    with pytest.raises(GenAITooSlow):
        await model.summarise(Summarise((Line("contact", "x"),), "en"))
    assert time.monotonic() - started < 1
    assert breaker.state == "open"
    with pytest.raises(GenAIPaused):
        await model.summarise(Summarise((Line("contact", "x"),), "en"))


async def test_what_failed_answers_used_is_charged_all_the_same(alone: Live) -> None:
    model, _ = metered(alone, {"text": 5})
    with pytest.raises(GenAIUnusable) as failure:
        await model.translate(HELLO)
    assert (await model.budget.spent())[0] == failure.value.usage.tokens > 0


async def test_nothing_is_asked_once_the_budget_is_spent(alone: Live) -> None:
    model, script = metered(alone, HALLO, HALLO, limits=Limits(tokens=10))
    await model.translate(HELLO)
    with pytest.raises(GenAIBudgetSpent, match="10 tokens"):
        await model.translate(HELLO)
    assert len(script.tasks) == 1
    assert [entry.get("failure") for entry in model.ledger.record()] == [None, "genai_budget_spent"]


async def test_processes_share_a_budget_and_tenants_do_not(live: Live, another: Live, tenant: str) -> None:
    limits = Limits(cost=Decimal("0.01"))
    here, there = Budget(live, tenant, limits), Budget(another, tenant, limits)
    await asyncio.gather(here.charge(Usage(cost=Decimal("0.006"))), there.charge(Usage(cost=Decimal("0.0040001"))))
    for budget in (here, there):
        with pytest.raises(GenAIBudgetSpent, match=r"0\.01"):
            await budget.check()
    assert await Budget(live, tenant, Limits()).spent() == (0, Decimal("0.010001"))
    await Budget(live, uuid4().hex, limits).check()


async def test_a_new_day_of_the_tenants_zone_has_a_new_budget(live: Live, tenant: str) -> None:
    now = [datetime(2026, 5, 1, 20, 59, tzinfo=UTC)]
    nairobi = timezone(timedelta(hours=3))
    budget = Budget(live, tenant, Limits(tokens=5), zone=nairobi, clock=lambda: now[0])
    await budget.charge(Usage(input_tokens=5))
    with pytest.raises(GenAIBudgetSpent) as spent:
        await budget.check()
    assert spent.value.retry_after == timedelta(minutes=1)
    now[0] += timedelta(minutes=1)
    await budget.check()


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[Redis]:
    """A Redis that may be stopped."""
    server = Redis(tmp_path)
    server.start()
    yield server
    server.stop()


async def test_a_budget_holds_while_redis_is_away_and_redis_hears_of_it_later(redis: Redis, tenant: str) -> None:
    live = Live(redis.url)
    budget = Budget(live, tenant, Limits(tokens=100))
    await budget.charge(Usage(input_tokens=60))
    redis.stop()
    await budget.check()
    await budget.charge(Usage(input_tokens=39))
    await budget.check()
    await budget.charge(Usage(input_tokens=1))
    with pytest.raises(GenAIBudgetSpent):
        await budget.check()
    redis.start()
    with pytest.raises(GenAIBudgetSpent):
        await budget.check()
    assert (await Budget(live, tenant, Limits()).spent())[0] >= 40
    await live.close()


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def fails(breaker: Breaker, error: GenAIError) -> None:
    with pytest.raises(type(error)), breaker.attempt():
        raise error


def test_a_breaker_opens_lets_one_try_and_closes() -> None:
    clock = Clock()
    breaker = Breaker(3, timedelta(seconds=10), timedelta(seconds=30), clock=clock)
    for _ in range(2):
        fails(breaker, GenAIUnreachable("away"))
    with breaker.attempt():
        pass
    for _ in range(3):
        assert breaker.state == "closed"
        fails(breaker, GenAIUnreachable("away"))
    assert breaker.state == "open"
    with pytest.raises(GenAIPaused) as paused, breaker.attempt():
        pytest.fail("nothing passes")
    assert paused.value.retry_after == timedelta(seconds=10)
    clock.now = 10
    assert breaker.state == "half-open"
    with breaker.attempt(), pytest.raises(GenAIPaused), breaker.attempt():
        pytest.fail("one alone passes")
    assert breaker.state == "closed"


def test_a_breaker_rests_longer_each_time_the_one_try_fails() -> None:
    clock = Clock()
    breaker = Breaker(1, timedelta(seconds=10), timedelta(seconds=30), clock=clock)
    fails(breaker, GenAIThrottled("busy", timedelta(seconds=12)))
    rests = []
    for _ in range(4):
        with pytest.raises(GenAIPaused) as paused, breaker.attempt():
            pytest.fail("nothing passes")
        rests.append(paused.value.retry_after.total_seconds())  # type: ignore[union-attr]
        clock.now += rests[-1]
        fails(breaker, GenAIUnreachable("away"))
    assert rests == [12, 24, 30, 30]


def test_a_try_that_says_nothing_of_the_provider_leaves_the_place_free() -> None:
    clock = Clock()
    breaker = Breaker(1, timedelta(seconds=10), clock=clock)
    fails(breaker, GenAIUnauthorised("no"))
    clock.now = 10
    with pytest.raises(asyncio.CancelledError), breaker.attempt():
        raise asyncio.CancelledError
    fails(breaker, GenAIRefused("too long"))
    assert breaker.state == "half-open"
    fails(breaker, GenAIUnusable("nonsense"))
    assert breaker.state == "closed"


def test_a_call_from_before_changes_nothing_of_an_open_breaker() -> None:
    breaker = Breaker(1, timedelta(seconds=10), clock=Clock())
    with breaker.attempt():
        fails(breaker, GenAIUnreachable("away"))
    assert breaker.state == "open"


def test_a_cost_counts_cached_tokens_at_their_price() -> None:
    usage = Usage("m", 1, 1_000_000, 500_000, 400_000)
    assert Price(Decimal(2), Decimal(8)).of(usage) == Decimal(6)
    assert Price(Decimal(2), Decimal(8), Decimal("0.5")).of(usage) == Decimal("5.4")
    total = usage + Usage("m", 1, 1, 1, 0, Decimal("0.1")) + NOTHING
    assert (total.requests, total.tokens, total.cost) == (2, 1_500_002, Decimal("0.1"))
    assert total.record()["cost"] == "0.1"
