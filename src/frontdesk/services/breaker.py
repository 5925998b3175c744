"""A circuit breaker: somebody who keeps failing is left alone for a while, then asked once."""

import time
from collections.abc import Callable
from datetime import timedelta
from types import TracebackType
from typing import Literal

Clock = Callable[[], float]


class Breaker:
    """One provider as this process sees it.

    Closed, all calls pass; `failures` in a row open it. Open, none pass for `rest`, which doubles up to `longest` while the
    provider stays away. Then one call passes alone: its success closes the breaker, its failure opens it again.
    """

    def __init__(
        self,
        failures: int = 5,
        rest: timedelta = timedelta(seconds=10),
        longest: timedelta = timedelta(minutes=5),
        *,
        clock: Clock = time.monotonic,
    ) -> None:
        self.failures = failures
        self.first_rest = rest
        self.longest = longest
        self.clock = clock
        self._failed = 0
        self._rest = rest
        self._opened: float | None = None
        self._probing = False

    @property
    def state(self) -> Literal["closed", "open", "half-open"]:
        """Say whether calls pass: all, none, or one that tries."""
        if self._opened is None:
            return "closed"
        return "half-open" if self.left <= timedelta() else "open"

    @property
    def left(self) -> timedelta:
        """How long none pass from now on; nothing where one may, also while that one is under way."""
        if self._opened is None:
            return timedelta()
        return max(timedelta(seconds=self._opened - self.clock()) + self._rest, timedelta())

    def admit(self) -> "Passing | None":
        """Let one call pass, or return None."""
        if self._opened is None:
            return Passing(self, probe=False)
        if self.left or self._probing:
            return None
        self._probing = True
        return Passing(self, probe=True)

    def _ended(self) -> None:
        self._probing = False

    def _fail(self, probe: bool, wait: timedelta | None) -> None:
        if probe:
            self._open(min(self._rest * 2, self.longest), wait)
        elif self._opened is None:
            self._failed += 1
            if self._failed >= self.failures:
                self._open(self.first_rest, wait)

    def _open(self, rest: timedelta, wait: timedelta | None) -> None:
        self._opened = self.clock()
        self._rest = min(max(rest, wait or rest), self.longest)

    def _succeed(self, probe: bool) -> None:
        """Close after a probe; a late success of a call from before it opened says nothing of now."""
        if probe or self._opened is None:
            self._failed, self._opened, self._rest = 0, None, self.first_rest


class Passing:
    """One call the breaker let pass. What it says of its end counts; a call that says nothing changes nothing."""

    def __init__(self, breaker: Breaker, *, probe: bool) -> None:
        self.breaker = breaker
        self.probe = probe

    def failed(self, wait: timedelta | None = None) -> None:
        """Say that the provider failed; `wait` is how long it wants to be left alone."""
        self.breaker._fail(self.probe, wait)

    def succeeded(self) -> None:
        self.breaker._succeed(self.probe)

    def __enter__(self) -> "Passing":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self.probe:
            self.breaker._ended()
