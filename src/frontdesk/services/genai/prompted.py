"""A language model as the port: prompts in, checked answers out."""

from dataclasses import dataclass
from typing import Protocol, TypeVar

from frontdesk.errors import GenAIRefused
from frontdesk.services.genai import asking
from frontdesk.services.genai.asking import Task
from frontdesk.services.genai.port import (
    Answer,
    Chat,
    Chatted,
    Classification,
    Classify,
    Counted,
    Extract,
    Extraction,
    Question,
    Summarise,
    Summary,
    Translate,
    Translation,
)

T = TypeVar("T")

MOST_CHARACTERS = 200_000


class Model(Protocol):
    """What answers a task: through a provider, or from a script."""

    async def complete(self, task: Task[T]) -> Counted[T]: ...


@dataclass(frozen=True, slots=True)
class Prompted:
    """The port over a model."""

    model: Model
    most_characters: int = MOST_CHARACTERS

    async def answer(self, asked: Question) -> Counted[Answer]:
        return await self._complete(asking.answering(asked))

    async def classify(self, asked: Classify) -> Counted[Classification]:
        return await self._complete(asking.classifying(asked))

    async def extract(self, asked: Extract) -> Counted[Extraction]:
        return await self._complete(asking.extracting(asked))

    async def summarise(self, asked: Summarise) -> Counted[Summary]:
        return await self._complete(asking.summarising(asked))

    async def translate(self, asked: Translate) -> Counted[Translation]:
        return await self._complete(asking.translating(asked))

    async def chat(self, asked: Chat) -> Counted[Chatted]:
        return await self._complete(asking.chatting(asked))

    async def _complete(self, task: Task[T]) -> Counted[T]:
        size = len(task.instructions) + len(task.request)
        if size > self.most_characters:
            raise GenAIRefused(
                f"the request to {task.name} has {size} characters; at most {self.most_characters} are sent"
            )
        return await self.model.complete(task)
