"""How much somebody may still do in this window: counted here at once, and together with other processes soon after."""

import asyncio
import time
from datetime import timedelta

from frontdesk.live import Live

WINDOW = 60
SHARE_SECONDS = 0.2
MOST_KEYS = 100_000


class Rates:
    """Fixed windows of a minute. A check costs a dictionary look-up; Redis adds up the processes in the background.

    Between two exchanges (a fifth of a second) processes can together go over a limit by what they took meanwhile; with
    Redis away each process counts for itself.
    """

    def __init__(self, live: Live) -> None:
        self.live = live
        self._window = 0
        self._totals: dict[str, int] = {}
        self._unshared: dict[str, int] = {}

    def take(self, key: str, limit: int | None) -> timedelta | None:
        """Count one; return None, or how long to wait where `limit` a minute is used up (0 or None: no limit)."""
        if not limit:
            return None
        now = time.time()
        self._turn_over(int(now // WINDOW))
        if self._totals.get(key, 0) >= limit:
            return timedelta(seconds=WINDOW - now % WINDOW)
        if len(self._totals) < MOST_KEYS or key in self._totals:
            self._totals[key] = self._totals.get(key, 0) + 1
            self._unshared[key] = self._unshared.get(key, 0) + 1
        return None

    def spent(self, key: str, limit: int | None) -> bool:
        """Say whether nothing is left of a limit, without counting."""
        self._turn_over(int(time.time() // WINDOW))
        return bool(limit) and self._totals.get(key, 0) >= (limit or 0)

    def rest(self) -> timedelta:
        """Return how long this window still lasts."""
        return timedelta(seconds=WINDOW - time.time() % WINDOW)

    def _turn_over(self, window: int) -> None:
        if window != self._window:
            self._window, self._totals, self._unshared = window, {}, {}

    async def share(self) -> None:
        """Exchange counts with the other processes, for ever."""
        while True:
            await asyncio.sleep(SHARE_SECONDS)
            window, counted = self._window, self._unshared
            self._unshared = {}
            if not counted:
                continue
            totals = await self.live.add_counts(
                {f"frontdesk:rate:{window}:{key}": n for key, n in counted.items()}, 2 * WINDOW
            )
            if totals and window == self._window:
                for name, total in totals.items():
                    key = name.split(":", 3)[3]
                    self._totals[key] = max(total + self._unshared.get(key, 0), self._totals.get(key, 0))


class Pace:
    """How fast a channel may send: so many a second over all processes, and pauses its provider asked for."""

    def __init__(self, live: Live) -> None:
        self.live = live
        self._paused: dict[str, float] = {}
        self._floods: dict[str, float] = {}

    async def take(self, channel: str, per_second: float | None) -> timedelta | None:
        """Count one sending; return None, or how long to wait."""
        now = time.time()
        if (until := self._paused.get(channel, 0)) > now:
            return timedelta(seconds=until - now)
        if not per_second:
            return None
        slot = int(now)
        taken = await self.live.count(f"frontdesk:pace:{channel}:{slot}", 5)
        if taken is not None and taken > per_second:
            return timedelta(seconds=slot + 1 - now + 0.01)
        return None

    def throttled(self, channel: str, wait: timedelta) -> None:
        """Note a provider's refusal: one is about a chat; a second within ten seconds pauses the whole channel."""
        now = time.time()
        if now - self._floods.get(channel, 0) < 10:
            self._paused[channel] = now + wait.total_seconds()
        self._floods[channel] = now
