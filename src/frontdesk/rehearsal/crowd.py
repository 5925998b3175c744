"""People who write through a provider: in order within a chat, again until the update is taken, and some of it twice."""

import asyncio
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import aiohttp

from frontdesk.rehearsal.installation import Bot
from frontdesk.rehearsal.people import People

RETRY_SECONDS = (0.05, 0.1, 0.2, 0.4)
POST_SECONDS = 15
REPEAT_WITHIN = (0.1, 6.0)
CONNECTIONS = 64


@dataclass(frozen=True, slots=True)
class Line:
    """A channel with the people who write to it."""

    bot: Bot
    people: People

    @property
    def name(self) -> str:
        return self.bot.name


@dataclass(slots=True)
class Chat:
    """One person's conversation on one line: questions numbered from 1, each written at its time (a share of the run)."""

    line: Line
    person: str
    times: list[float]
    accepted: int = 0

    @property
    def key(self) -> tuple[str, str]:
        return self.line.name, self.person


def chats(lines: Sequence[Line], messages: int, chosen: random.Random, each: int) -> list[Chat]:
    """Return chats of `each` messages, spread over the run; people have the same ids on every line of a kind, on purpose."""
    found: list[Chat] = []
    left = messages
    while left > 0:
        count = min(each, left)
        line = lines[len(found) % len(lines)]
        times = sorted(chosen.random() for _ in range(count))
        found.append(Chat(line, line.people.person(len(found) // len(lines) + 1), times))
        left -= count
    return found


@dataclass(slots=True)
class Crowd:
    """Everybody who writes. `repeats` is the share of updates the provider sends again, later and in any order;
    `progress` tells how much of the run is over, from 0 to 1."""

    base_url: str
    chats: list[Chat]
    repeats: float
    progress: Callable[[], float]
    chosen: random.Random
    accepted: int = 0
    refused: int = 0
    repeated: int = 0
    _http: aiohttp.ClientSession | None = None
    _again: list["asyncio.Task[None]"] = field(default_factory=list)

    async def write(self) -> None:
        """Write everything; returns once every update, and every repeat, got its 2xx."""
        connector = aiohttp.TCPConnector(limit=CONNECTIONS)
        async with aiohttp.ClientSession(connector=connector) as self._http:
            try:
                await asyncio.gather(*(self._converse(chat) for chat in self.chats))
                await asyncio.gather(*self._again)
            finally:
                for task in self._again:
                    task.cancel()

    async def _converse(self, chat: Chat) -> None:
        for number, planned in enumerate(chat.times, 1):
            while self.progress() < planned:  # noqa: ASYNC110 - the clock of a run has no bell
                await asyncio.sleep(self.chosen.uniform(0.05, 0.15))
            await self._send(chat, number)
            chat.accepted = number
            self.accepted += 1
            if self.chosen.random() < self.repeats:
                self._again.append(asyncio.create_task(self._send_again(chat, number)))

    async def _send_again(self, chat: Chat, number: int) -> None:
        await asyncio.sleep(self.chosen.uniform(*REPEAT_WITHIN))
        await self._send(chat, number)
        self.repeated += 1

    async def _send(self, chat: Chat, number: int) -> None:
        tries = 0
        while not await self._taken(chat, number):
            self.refused += 1
            await asyncio.sleep(RETRY_SECONDS[min(tries, len(RETRY_SECONDS) - 1)])
            tries += 1

    async def _taken(self, chat: Chat, number: int) -> bool:
        assert self._http
        request = chat.line.people.says(chat.line.bot.channel, chat.person, number, question(chat, number))
        try:
            async with self._http.request(
                request.method,
                self.base_url + (request.url or chat.line.bot.path),
                data=request.body,
                headers=request.headers,
                timeout=aiohttp.ClientTimeout(total=POST_SECONDS),
            ) as answer:
                return 200 <= answer.status < 300
        except (aiohttp.ClientError, TimeoutError, OSError):
            return False


def question(chat: Chat, number: int) -> str:
    """Return what a person writes."""
    return f"c{chat.person} m{number}"
