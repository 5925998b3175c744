"""What time it is: the machine's own, or the one a rehearsal has set for what it runs."""

from collections.abc import Callable
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta

ahead: ContextVar[Callable[[], timedelta] | None] = ContextVar("ahead", default=None)
"""How far a rehearsal's time is ahead of the machine's; tasks inherit it from whoever started them."""


def now() -> datetime:
    """Return the time, in UTC."""
    moved = ahead.get()
    return datetime.now(UTC) + moved() if moved else datetime.now(UTC)
