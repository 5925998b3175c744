"""One call of an intent listener: signed, asked again once where that may help, and never longer than its deadline."""

import asyncio
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal, NewType

from opentelemetry import trace

from frontdesk import telemetry
from frontdesk.core import clock, listener_answers
from frontdesk.core.exchange import Exchange, Request, Response
from frontdesk.core.listener_answers import AnswerRefused, AnswerShape
from frontdesk.core.signatures import signed_headers
from frontdesk.errors import ChannelUnreachable, DeliveryRejected
from frontdesk.http import Http
from frontdesk.services.breaker import Breaker

ListenerHttp = NewType("ListenerHttp", Http)
"""The client for listeners: connections of its own, so that slow ones hold up nobody else, and short answers."""

ATTEMPTS = 2
PAUSE_SECONDS = 0.05

Status = Literal["answered", "silent", "refused", "failed", "late", "paused", "unknown"]
"""`answered` adds something and `silent` nothing; `refused` can't be used, `paused` was left alone, `unknown` not asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What became of telling one listener; `detail` says why nothing came of it."""

    name: str
    about: str
    status: Status
    milliseconds: float = 0.0
    attempts: int = 0
    http_status: int | None = None
    answer: AnswerShape | None = None
    detail: str | None = None

    def record(self) -> dict[str, Any]:
        """Return what the turn record keeps."""
        kept = {name: getattr(self, name) for name in ("name", "about", "status", "milliseconds", "attempts")}
        more = {"http_status": self.http_status, "detail": self.detail}
        added = listener_answers.added(self.answer) if self.answer else {}
        return {**kept, **({"added": added} if added else {}), **{name: value for name, value in more.items() if value}}


class Failed(Exception):
    """Nothing came of an attempt. `again` says whether another may help, `wait` how long to wait before it."""

    def __init__(self, detail: str, *, again: bool, wait: float = PAUSE_SECONDS, status: int | None = None) -> None:
        super().__init__(detail)
        self.again = again
        self.wait = wait
        self.status = status


@dataclass(slots=True, kw_only=True)
class Call:
    """What one listener is told: the same body under the same id at each attempt, `keys` to sign it."""

    name: str
    about: str
    url: str
    keys: Sequence[bytes]
    id: str
    document: dict[str, Any]
    deadline: timedelta
    attempts: int = 0
    http_status: int | None = None

    async def made(self, http: Http, breaker: Breaker, places: asyncio.Semaphore) -> Told:
        """Make the call and say what became of it; it fails with nothing but what is cancelled from outside."""
        started = time.monotonic()
        passing = breaker.admit()
        if passing is None:
            wait = f"it failed too often lately, and is left alone for {breaker.left.total_seconds():.0f} s"
            return self._told("paused", started, wait)
        with passing:
            try:
                async with asyncio.timeout(self.deadline.total_seconds()), places:
                    response = await self._persist(http, started)
            except TimeoutError:
                if not self.attempts:
                    return self._told("late", started, "too many calls of listeners are under way")
                passing.failed()
                limit = round(self.deadline.total_seconds() * 1000)
                return self._told("late", started, f"no answer within {limit} ms")
            except Failed as failure:
                passing.failed()
                return self._told("failed", started, str(failure))
            passing.succeeded()
        return self._read(response, started)

    def _read(self, response: Response, started: float) -> Told:
        try:
            answer = listener_answers.read(response.body)
        except AnswerRefused as refused:
            return self._told("refused", started, str(refused))
        status: Status = "answered" if listener_answers.added(answer) else "silent"
        return self._told(status, started, answer=answer)

    async def _persist(self, http: Http, started: float) -> Response:
        """Try, and try again where that may help and there is time."""
        body = json.dumps(self.document, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
        while True:
            self.attempts += 1
            try:
                return await self._attempt(http, body)
            except Failed as failure:
                self.http_status = failure.status
                left = started + self.deadline.total_seconds() - time.monotonic()
                if not failure.again or self.attempts >= ATTEMPTS or failure.wait >= left:
                    raise
                wait = failure.wait
            await asyncio.sleep(wait)

    async def _attempt(self, http: Http, body: bytes) -> Response:
        try:
            response = await http.perform(self._exchange(body), seconds=self.deadline.total_seconds() + 1)
        except ChannelUnreachable as error:
            raise Failed(str(error), again=True) from None
        except DeliveryRejected as error:
            raise Failed(str(error), again=False) from None
        self.http_status = response.status
        if 200 <= response.status < 300:
            return response
        again = response.status in (408, 429) or response.status >= 500
        raise Failed(f"it answers {response.status}", again=again, wait=_wait(response), status=response.status)

    def _exchange(self, body: bytes) -> Exchange[Response]:
        headers = {
            "content-type": "application/cloudevents+json",
            **signed_headers(self.keys, self.id, body, clock.now()),
        }
        if traceparent := telemetry.traceparent(trace.get_current_span()):
            headers["traceparent"] = traceparent
        return (yield Request("POST", self.url, headers, body))

    def _told(
        self, status: Status, started: float, detail: str | None = None, answer: AnswerShape | None = None
    ) -> Told:
        return Told(
            name=self.name,
            about=self.about,
            status=status,
            milliseconds=round((time.monotonic() - started) * 1000, 1),
            attempts=self.attempts,
            http_status=self.http_status,
            answer=answer,
            detail=detail,
        )


def _wait(response: Response) -> float:
    """Return how long a listener asks to be left alone, in seconds; a date is left aside."""
    header = response.headers.get("retry-after", "")[:6]
    return max(float(header), PAUSE_SECONDS) if header.isascii() and header.isdecimal() else PAUSE_SECONDS
