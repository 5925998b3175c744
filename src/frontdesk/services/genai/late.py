"""A model made at its first call: its key is read and its library imported by then, not before."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TypeVar

import structlog

from frontdesk.errors import ConfigurationError, DatabaseUnavailable, GenAIUnauthorised, GenAIUnreachable
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

T = TypeVar("T")

log = structlog.get_logger()


@dataclass(slots=True)
class Late:
    """The port over what `key` and `make` bring: made once, and anew when the key is another one.

    Settings that can't work are GenAIUnauthorised at the call, with a line for the operator the first time.
    """

    tenant: str
    key: Callable[[], Awaitable[str | None]]
    make: Callable[[str | None], Awaitable[GenAI]]
    _making: asyncio.Lock = field(default_factory=asyncio.Lock, repr=False)
    _made: tuple[str | None, GenAI] | None = field(default=None, repr=False)
    _told: set[str] = field(default_factory=set, repr=False)

    async def answer(self, asked: Question) -> Counted[Answer]:
        return await self._ask(lambda model: model.answer(asked))

    async def classify(self, asked: Classify) -> Counted[Classification]:
        return await self._ask(lambda model: model.classify(asked))

    async def extract(self, asked: Extract) -> Counted[Extraction]:
        return await self._ask(lambda model: model.extract(asked))

    async def summarise(self, asked: Summarise) -> Counted[Summary]:
        return await self._ask(lambda model: model.summarise(asked))

    async def translate(self, asked: Translate) -> Counted[Translation]:
        return await self._ask(lambda model: model.translate(asked))

    async def chat(self, asked: Chat) -> Counted[Chatted]:
        return await self._ask(lambda model: model.chat(asked))

    async def _ask(self, call: Callable[[GenAI], Awaitable[Counted[T]]]) -> Counted[T]:
        try:
            return await call(await self._model())
        except GenAIUnauthorised as error:
            if str(error) not in self._told:
                self._told.add(str(error))
                log.warning("llm_unusable", tenant=self.tenant, reason=str(error))
            raise

    async def _model(self) -> GenAI:
        try:
            key = await self.key()
            async with self._making:
                if self._made is None or self._made[0] != key:
                    self._made = (key, await self.make(key))
                return self._made[1]
        except ConfigurationError as error:
            raise GenAIUnauthorised(str(error)) from None
        except DatabaseUnavailable as error:
            raise GenAIUnreachable(f"the key of the language model can't be read: {error}") from None
