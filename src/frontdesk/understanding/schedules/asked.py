"""What a schedule is made of: what was heard, where and when, and what turns out to be missing."""

from datetime import datetime, time, timedelta
from typing import Literal

from frontdesk.understanding.schedules.clocks import Clock, beside, default
from frontdesk.understanding.schedules.heard import Heard, Row

Missing = Literal["what", "when", "time", "zone", "interval", "several"]
HALF_DAY = timedelta(hours=12)
NIGHT_ENDS, SOON = 6, timedelta(hours=4)


class Asked:
    """One utterance on its way to a schedule; `now` is on the clock of the person, `missing` grows."""

    def __init__(self, row: Row, heard: Heard) -> None:
        self.reading, self.words, self.heard = row.reading, row.words, heard
        self.zone = row.reading.zone.key or "UTC"
        self.now = row.reading.local.replace(tzinfo=None, microsecond=0, fold=0)
        self.missing: list[Missing] = []

    def usual(self, part: str | None) -> time:
        if part is None:
            self.missing.append("time")
        return default(part or "morning", self.words.hours)

    def ahead(self, one: Clock, part: str | None) -> datetime:
        shown = datetime.combine(self.now.date(), beside(one.at, part))
        if one.bare and not part:
            for at in both(shown):
                if at > self.now and (at.hour >= NIGHT_ENDS or at - self.now < SOON):
                    return at
        return shown if shown > self.now else shown + timedelta(days=1)


def both(shown: datetime) -> list[datetime]:
    """Return both times of a day an hour without am or pm can be."""
    morning = shown.replace(hour=shown.hour % 12)
    return [morning, morning + HALF_DAY, morning + 2 * HALF_DAY]
