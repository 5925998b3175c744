"""What a tenant may spend on language models in a day, in tokens and in money; Redis adds up the processes."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from decimal import Decimal

from frontdesk.core import clock
from frontdesk.errors import GenAIBudgetSpent
from frontdesk.live import Live
from frontdesk.services.genai.usage import MILLION, Usage

KEPT_SECONDS = 3 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Limits:
    """The most a tenant spends between two midnights; None: no limit. Money is in the currency of the prices."""

    tokens: int | None = None
    cost: Decimal | None = None


@dataclass(slots=True)
class Day:
    """A day's counts: what all processes are known to have spent, and what of it Redis hasn't heard."""

    date: str
    tokens: int = 0
    micros: int = 0
    unsaid_tokens: int = 0
    unsaid_micros: int = 0


class Days:
    """The latest day of every tenant in this process: it outlives a change of settings."""

    def __init__(self) -> None:
        self._latest: dict[str, Day] = {}

    def of(self, tenant: str, date: str) -> Day:
        """Return a tenant's counts of this date, begun anew where the latest are another day's."""
        if (day := self._latest.get(tenant)) is None or day.date != date:
            day = self._latest[tenant] = Day(date)
        return day


class Budget:
    """One tenant's spending. Checked before a call and charged after: calls under way at once may go over together.

    While Redis is away each process goes by what it knew and spends itself, and tells Redis of it later; when Redis has
    lost its memory each process still goes by the most it knew.
    """

    def __init__(
        self,
        live: Live,
        tenant: str,
        limits: Limits,
        *,
        days: Days | None = None,
        zone: tzinfo = UTC,
        clock: Callable[[], datetime] = clock.now,
    ) -> None:
        self.live = live
        self.tenant = tenant
        self.limits = limits
        self.zone = zone
        self.clock = clock
        self.days = days or Days()

    async def check(self) -> None:
        """Raise GenAIBudgetSpent where nothing is left of today's budget."""
        if self.limits.tokens is None and self.limits.cost is None:
            return
        day = await self._share()
        if self.limits.tokens is not None and day.tokens >= self.limits.tokens:
            raise self._spent(f"{self.limits.tokens} tokens")
        if self.limits.cost is not None and Decimal(day.micros) / MILLION >= self.limits.cost:
            raise self._spent(f"{self.limits.cost:f} in money")

    async def charge(self, usage: Usage) -> None:
        """Count what was used; rounds money up to millionths."""
        day = self._day()
        micros = int(((usage.cost or Decimal()) * MILLION).to_integral_value("ROUND_CEILING"))
        day.tokens += usage.tokens
        day.micros += micros
        day.unsaid_tokens += usage.tokens
        day.unsaid_micros += micros
        await self._share()

    async def spent(self) -> tuple[int, Decimal]:
        """Return today's tokens and cost, as far as this process knows."""
        day = await self._share()
        return day.tokens, Decimal(day.micros) / MILLION

    async def _share(self) -> Day:
        """Tell Redis what it hasn't heard, and learn what the others spent."""
        day = self._day()
        keys = self._keys(day)
        tokens, micros = day.unsaid_tokens, day.unsaid_micros
        day.unsaid_tokens = day.unsaid_micros = 0
        totals = await self.live.add_counts(dict(zip(keys, (tokens, micros), strict=True)), KEPT_SECONDS)
        if totals is None:
            day.unsaid_tokens += tokens
            day.unsaid_micros += micros
        else:
            day.tokens = max(day.tokens, totals[keys[0]])
            day.micros = max(day.micros, totals[keys[1]])
        return day

    def _day(self) -> Day:
        return self.days.of(self.tenant, self.today().isoformat())

    def _keys(self, day: Day) -> tuple[str, str]:
        root = f"frontdesk:genai:{self.tenant}:{day.date}"
        return f"{root}:tokens", f"{root}:micros"

    def today(self) -> date:
        """Return the date it is in the tenant's time zone."""
        return self.clock().astimezone(self.zone).date()

    def begins_anew_at(self) -> datetime:
        """Return the next midnight of the tenant's time zone."""
        now = self.clock().astimezone(self.zone)
        return (now + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)

    def _spent(self, limit: str) -> GenAIBudgetSpent:
        wait = self.begins_anew_at() - self.clock()
        return GenAIBudgetSpent(f"today's budget of {limit} for language models is spent", wait)
