"""What was measured, beside what, and whether it reaches its goal."""

import statistics
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """A bound for the figure itself or for its ratio to what stands beside it."""

    bound: float
    kind: Literal["least", "most"]
    of: Literal["figure", "ratio"] = "figure"

    def __str__(self) -> str:
        return f"{'≥' if self.kind == 'least' else '≤'} {self.bound:g}{' ×' if self.of == 'ratio' else ''}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One measurement; `other` was measured in the same run, so the ratio of the two means something."""

    part: str
    what: str
    value: float
    unit: str
    beside: str = ""
    other: float | None = None
    goal: Goal | None = None

    @property
    def ratio(self) -> float | None:
        return self.value / self.other if self.other else None

    @property
    def judged(self) -> float:
        """The number the goal is about, and the one the median is chosen by."""
        return self.ratio if self.ratio is not None and (not self.goal or self.goal.of == "ratio") else self.value

    @property
    def reached(self) -> bool | None:
        if self.goal is None:
            return None
        return self.judged >= self.goal.bound if self.goal.kind == "least" else self.judged <= self.goal.bound

    def document(self) -> dict[str, Any]:
        """Return the figure as it stands in results.json."""
        goal = str(self.goal) if self.goal else None
        return {**asdict(self), "goal": goal, "ratio": self.ratio, "reached": self.reached}


def at_least(bound: float, of: Literal["figure", "ratio"] = "figure") -> Goal:
    return Goal(bound=bound, kind="least", of=of)


def at_most(bound: float, of: Literal["figure", "ratio"] = "figure") -> Goal:
    return Goal(bound=bound, kind="most", of=of)


def medians(rounds: Iterable[Sequence[Figure]]) -> list[Figure]:
    """Return of each figure the round in the middle, whole: figure, comparison and ratio are of one run."""
    by_name: dict[tuple[str, str], list[Figure]] = {}
    for figures in rounds:
        for figure in figures:
            by_name.setdefault((figure.part, figure.what), []).append(figure)
    return [sorted(found, key=lambda figure: figure.judged)[(len(found) - 1) // 2] for found in by_name.values()]


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value below which `share` of them lie (nearest rank); 0 for none."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0


def median(values: Sequence[float]) -> float:
    return statistics.median(values) if values else 0.0
