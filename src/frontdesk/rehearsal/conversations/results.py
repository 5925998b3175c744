"""What became of conversations."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from frontdesk.rehearsal.conversations.cases import Case
from frontdesk.rehearsal.conversations.reading import Fault

Outcome = Literal["passed", "failed", "broke"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """The step at which a conversation went another way: what differs, what was said until then, and why."""

    line: int
    number: int
    faults: tuple[str, ...]
    transcript: tuple[str, ...] = ()
    why: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One case held. It `broke` where the fault is not the bot's: a step that can't be done, an installation in trouble."""

    case: Case
    seconds: float
    failure: Failure | None = None
    broke: bool = False

    @property
    def outcome(self) -> Outcome:
        return "passed" if self.failure is None else "broke" if self.broke else "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """All that was held, in the order of the files, and what was wrong with files."""

    results: Sequence[Result]
    faults: Sequence[Fault] = ()
    seconds: float = 0.0

    def count(self, outcome: Outcome) -> int:
        return sum(result.outcome == outcome for result in self.results)

    @property
    def exit_code(self) -> int:
        """Return 0 where all went as expected, 1 where something did not, 2 where tests could not be run."""
        if self.faults or not self.results or self.count("broke"):
            return 2
        return 1 if self.count("failed") else 0
