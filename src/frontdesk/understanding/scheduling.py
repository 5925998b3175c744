"""The port of `core/reminders.Schedules`: a turn's words and schedules, in its language. Its grammar is read when it is asked."""

from dataclasses import dataclass
from datetime import datetime

from frontdesk.core.recurrence import Schedule
from frontdesk.core.reminders import Wish


@dataclass(frozen=True, slots=True)
class Scheduling:
    """Reads and says schedules as of one moment."""

    language: str
    now: datetime
    region: str | None = None

    def read(self, text: str, zone: str | None) -> Wish:
        from frontdesk.understanding import schedules

        request = schedules.read(text, self.language, self.now, zone, region=self.region)
        return Wish(schedule=request.schedule, what=request.what, missing=tuple(request.missing))

    def say(self, schedule: Schedule, zone: str) -> str:
        from frontdesk.understanding import schedules

        return schedules.words_of(schedule, self.language, zone, self.now)
