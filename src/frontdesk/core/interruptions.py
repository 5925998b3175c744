"""Who a message goes to first: the active mode, or what comes between."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Literal

from frontdesk.core.modes import Modes, identity


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """What a message wants, as far as it matters to modes. `answers` says that it is a choice the active mode offered,
    `opening` names the handler a request begins like one for; None where any words may be an answer.
    """

    intent: str | None = None
    confidence: float = 0.0
    command: str | None = None
    opening: str | None = None
    is_feedback: bool = False
    answers: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Manners:
    """How sure another intent has to be to come between, for each or for those named, and what it can't come between."""

    threshold: float = 0.8
    thresholds: Mapping[str, float] = field(default_factory=dict)
    firm: Collection[str] = ()

    def needed(self, intent: str) -> float:
        return self.thresholds.get(intent, self.threshold)


@dataclass(frozen=True, slots=True, kw_only=True)
class Turned:
    """Who a message goes to first, and why; `anyone` is where no mode is active."""

    to: Literal["command", "feedback", "mode", "opening", "intent", "anyone"]
    reason: str


def first(modes: Modes, call: Call, manners: Manners) -> Turned:
    """Say who a message goes to: the active mode, unless a command, feedback on a message, a request to another handler,
    or another intent that is sure enough comes between.
    """
    if call.command:
        return Turned(to="command", reason=f"command {call.command}")
    if call.is_feedback:
        return Turned(to="feedback", reason="feedback on a message")
    if not modes:
        return Turned(to="anyone", reason="no mode is active")
    active = modes[-1]
    if call.answers:
        return Turned(to="mode", reason=f"an answer {active.handler} offered")
    if call.opening and call.opening != active.handler and active.handler not in manners.firm:
        return Turned(to="opening", reason=f"begins like one for {call.opening}")
    if call.intent is None or call.intent == identity(active)[1]:
        return Turned(to="mode", reason="the active mode")
    if active.handler in manners.firm:
        return Turned(to="mode", reason=f"nothing comes between in {active.handler}")
    needed = manners.needed(call.intent)
    sure = f"intent {call.intent} ({call.confidence:.2f}, comes between from {needed:.2f})"
    return Turned(to="intent" if call.confidence >= needed else "mode", reason=sure)
