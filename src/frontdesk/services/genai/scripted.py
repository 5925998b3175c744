"""A model that says what it was given to say: for tests and rehearsals."""

from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from pydantic import ValidationError

from frontdesk.errors import GenAIError, GenAIUnusable
from frontdesk.services.genai.asking import Task
from frontdesk.services.genai.port import Counted
from frontdesk.services.genai.usage import Usage

T = TypeVar("T")

Said = Mapping[str, Any] | GenAIError | Callable[[Task[Any]], Mapping[str, Any]]
"""One turn of the script: JSON, an error to raise, or a function of the task that returns JSON."""


@dataclass(slots=True)
class Scripted:
    """A model with a script, read in order; it keeps the tasks it was given. Counts a token for each four characters."""

    script: deque[Said] = field(default_factory=deque)
    tasks: list[Task[Any]] = field(default_factory=list)

    @classmethod
    def saying(cls, said: Iterable[Said]) -> "Scripted":
        return cls(deque(said))

    async def complete(self, task: Task[T]) -> Counted[T]:
        """Take the next of the script through the same checks as any model's answer."""
        self.tasks.append(task)
        if not self.script:
            raise GenAIUnusable("the script is at its end")
        said = self.script.popleft()
        if isinstance(said, GenAIError):
            raise said
        spoken = said(task) if callable(said) else said
        usage = Usage("scripted", 1, (len(task.instructions) + len(task.request)) // 4, len(str(spoken)) // 4)
        try:
            return Counted(task.read(task.shape.model_validate(spoken, strict=True)), usage)
        except (ValidationError, ValueError) as error:
            failure = GenAIUnusable(f"the script's answer to {task.name} can't be used: {type(error).__name__}")
            failure.usage = usage
            raise failure from None
