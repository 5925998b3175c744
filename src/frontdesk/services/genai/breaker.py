"""A circuit breaker: a provider that keeps failing is left alone for a while, then asked once."""

import contextlib
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Literal

from frontdesk.errors import GenAIPaused, GenAIUnauthorised, GenAIUnreachable, GenAIUnusable

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
        return "half-open" if self._left() <= timedelta() else "open"

    @contextlib.contextmanager
    def attempt(self) -> Iterator[None]:
        """Let one call pass, or raise GenAIPaused; what the call raises is what counts."""
        probe = self._admit()
        try:
            yield
        except (GenAIUnreachable, GenAIUnauthorised) as error:
            self._fail(probe, error.retry_after)
            raise
        except GenAIUnusable:  # the provider answered: it is there
            self._succeed(probe)
            raise
        else:
            self._succeed(probe)
        finally:
            if probe:
                self._probing = False

    def _left(self) -> timedelta:
        assert self._opened is not None
        return timedelta(seconds=self._opened - self.clock()) + self._rest

    def _admit(self) -> bool:
        """Return whether this call is the one that tries an open breaker."""
        if self._opened is None:
            return False
        left = self._left()
        if left > timedelta() or self._probing:
            raise GenAIPaused("the provider failed too often lately; it is asked again soon", max(left, timedelta()))
        self._probing = True
        return True

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
