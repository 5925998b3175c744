"""A language model as a tenant uses it: within its budget, within a deadline, asked again where that helps."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar

import structlog

from frontdesk import telemetry
from frontdesk.errors import GenAIError, GenAIPaused, GenAITooSlow, GenAIUnreachable
from frontdesk.services.genai.breaker import Breaker
from frontdesk.services.genai.budget import Budget
from frontdesk.services.genai.port import (
    Answer,
    Chat,
    Chatted,
    Classification,
    Classify,
    Counted,
    Extract,
    Extraction,
    GenAI,
    Question,
    Summarise,
    Summary,
    Translate,
    Translation,
)
from frontdesk.services.genai.usage import NOTHING, Ledger, Usage

T = TypeVar("T")

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait for a result, all attempts together, and how many there are; waits double from `pause`.

    Who is `in_a_hurry` gives up before the provider is slow by its own measure: the breaker hears nothing of that.
    """

    deadline: timedelta = timedelta(seconds=20)
    attempts: int = 2
    pause: timedelta = timedelta(seconds=0.5)
    in_a_hurry: bool = False


@dataclass(frozen=True, slots=True)
class Metered:
    """The port, over another implementation of it. The ledger is a turn's; breaker and budget outlive it."""

    inner: GenAI
    breaker: Breaker
    budget: Budget
    ledger: Ledger
    patience: Patience = Patience()
    name: str = ""
    """The model as it is counted, `provider:name`."""

    async def answer(self, asked: Question) -> Counted[Answer]:
        return await self._ask("answer", lambda: self.inner.answer(asked))

    async def classify(self, asked: Classify) -> Counted[Classification]:
        return await self._ask("classify", lambda: self.inner.classify(asked))

    async def extract(self, asked: Extract) -> Counted[Extraction]:
        return await self._ask("extract", lambda: self.inner.extract(asked))

    async def summarise(self, asked: Summarise) -> Counted[Summary]:
        return await self._ask("summarise", lambda: self.inner.summarise(asked))

    async def translate(self, asked: Translate) -> Counted[Translation]:
        return await self._ask("translate", lambda: self.inner.translate(asked))

    async def chat(self, asked: Chat) -> Counted[Chatted]:
        return await self._ask("chat", lambda: self.inner.chat(asked))

    async def _ask(self, task: str, call: Callable[[], Awaitable[Counted[T]]]) -> Counted[T]:
        started = time.monotonic()
        spent: list[Usage] = []
        failure: str | None = None
        try:
            await self.budget.check()
            return Counted(await self._persist(task, call, spent), _total(spent))
        except GenAIError as error:
            failure = error.code
            error.usage = _total(spent)
            raise
        finally:
            self._count(task, _total(spent), time.monotonic() - started, failure)
            if spent:
                await self.budget.charge(_total(spent))

    def _count(self, task: str, usage: Usage, seconds: float, failure: str | None) -> None:
        self.ledger.add(task, usage, seconds, failure)
        if failure:
            log.info("genai_failed", tenant=self.budget.tenant, task=task, code=failure)
        telemetry.model_task(
            self.budget.tenant,
            self.name or usage.model,
            task,
            seconds,
            input_tokens=usage.input_tokens,
            output_tokens=usage.output_tokens,
            requests=usage.requests,
            cost=float(usage.cost or 0),
            failure=failure,
        )

    async def _persist(self, task: str, call: Callable[[], Awaitable[Counted[T]]], spent: list[Usage]) -> T:
        """Try until it works or can't; note what each attempt used."""
        until = time.monotonic() + self.patience.deadline.total_seconds()
        for attempt in range(1, self.patience.attempts + 1):
            try:
                counted = await self._attempt(task, call, until)
                spent.append(counted.usage)
                return counted.value
            except GenAIError as error:
                if error.usage and error.usage.requests:
                    spent.append(error.usage)
                wait = self._wait(error, attempt)
                if wait is None or time.monotonic() + wait >= until:
                    raise
            await asyncio.sleep(wait)
        raise AssertionError("the last attempt returns or raises")

    async def _attempt(self, task: str, call: Callable[[], Awaitable[Counted[T]]], until: float) -> Counted[T]:
        if self.patience.in_a_hurry:
            return await self._in_time(task, lambda: self._through(call), until)
        return await self._through(lambda: self._in_time(task, call, until))

    async def _through(self, call: Callable[[], Awaitable[Counted[T]]]) -> Counted[T]:
        with self.breaker.attempt():
            return await call()

    async def _in_time(self, task: str, call: Callable[[], Awaitable[Counted[T]]], until: float) -> Counted[T]:
        try:
            async with asyncio.timeout(until - time.monotonic()):
                return await call()
        except TimeoutError:
            raise GenAITooSlow(f"no answer to {task} in {self.patience.deadline.total_seconds():g} seconds") from None

    def _wait(self, error: GenAIError, attempt: int) -> float | None:
        """Return how long to wait before the next attempt; None where that would not help."""
        again = isinstance(error, GenAIUnreachable) and not isinstance(error, GenAIPaused)
        if not again or attempt >= self.patience.attempts:
            return None
        asked = error.retry_after.total_seconds() if error.retry_after else 0.0
        pause = self.patience.pause.total_seconds() * 2 ** (attempt - 1)
        jittered: float = pause * random.uniform(0.5, 1.0)  # noqa: S311 - no secrecy in it
        return max(asked, jittered)


def _total(spent: list[Usage]) -> Usage:
    return sum(spent, NOTHING)
