"""A schedule in words: what confirms a reminder, written so that it is read back as the same schedule."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from itertools import groupby
from typing import Any

from frontdesk.core.recurrence import Schedule, last_wall, next_after, occurrences
from frontdesk.core.recurrence_rule import Rule
from frontdesk.core.wall_clock import wall, zone_of
from frontdesk.understanding.entities.lexicon import known
from frontdesk.understanding.schedules.lexicon import WEEKDAYS, load

SHOWN = 3
END_OF_DAY = time(23, 59)


def words_of(schedule: Schedule, language: str, zone: str, now: datetime) -> str:
    """Return a schedule in the words of a language, with its next time; all times are on the schedule's clock, which is
    named where it isn't that of `zone`.
    """
    return Sayer(schedule, language, now).said() + (f" ({schedule.zone})" if schedule.zone != zone else "")


class Sayer:
    """Says one schedule in one language."""

    def __init__(self, schedule: Schedule, language: str, now: datetime) -> None:
        self.schedule, self.now = schedule, now
        self.say = load(known(language)).say
        self.comma = str(self.say.get("comma", ", "))
        self.zone = zone_of(schedule.zone)

    def said(self) -> str:
        following = next_after(self.schedule, self.now)
        if following is None:
            return str(self.say["never"])
        if self.schedule.rule is None:
            return self._dates(wall(moment, self.zone) for moment in occurrences(self.schedule, self.now))
        said = self._rule(self.schedule.rule, wall(following, self.zone))
        if said is None:
            return self._series()
        return f"{said}{self.comma}{self._next(wall(following, self.zone))}"

    def _next(self, shown: datetime) -> str:
        return self._fill(
            "next", weekday=self.say["weekdays"][shown.weekday()], date=self._date(shown), time=self._time(shown.time())
        )

    def _series(self) -> str:
        """Return the next dates of a rule there are no words for."""
        coming = [moment for _, moment in zip(range(SHOWN + 1), occurrences(self.schedule, self.now), strict=False)]
        more = ", …" if len(coming) > SHOWN else ""
        return self._dates(wall(moment, self.zone) for moment in coming[:SHOWN]) + more

    def _dates(self, moments: Iterable[datetime]) -> str:
        days = [
            self._fill("once", date=self._date(day), times=self._times([moment.time() for moment in of_day]))
            for day, of_day in groupby(moments, key=datetime.date)
        ]
        return self._joined(days)

    def _rule(self, rule: Rule, following: datetime) -> str | None:
        """Return how often, at what times, with what exceptions, from when and until when."""
        how_often = self._within(rule) if rule.within_days else self._days(rule)
        if how_often is None:
            return None
        parts = [how_often, *self._except()]
        if rule.within_days:
            parts.append(self._fill("from", date=f"{self._date(following)} {self._at([following.time()])}"))
        else:
            parts.insert(1, self._at(self.schedule.times_of_day))
            if following != self._expected(rule):
                parts.append(self._fill("from", date=self._date(following)))
        parts += self._until()
        return " ".join(reversed(parts) if self.say.get("backwards") else parts)

    def _expected(self, rule: Rule) -> datetime | None:
        """Return when the rule would happen next if it began today: what needs no words."""
        today = datetime.combine(wall(self.now, self.zone).date(), time())
        beginning = replace(
            self.schedule,
            first=today,
            rule=replace(_full(rule, self.schedule.first), interval=1, count=None),
            times=self.schedule.times_of_day,
        )
        following = next_after(beginning, self.now)
        return wall(following, self.zone) if following else None

    def _until(self) -> Iterator[str]:
        end = last_wall(self.schedule)
        if end:
            at = (
                f" {self._at([end.time()])}"
                if end.time() < END_OF_DAY and self.schedule.rule and self.schedule.rule.within_days
                else ""
            )
            yield self._fill("until", date=self._date(end) + at)

    def _except(self) -> Iterator[str]:
        names = self.say.get("except_weekdays", self.say["weekdays"])
        skipped = [names[day] for day in self.schedule.without_weekdays]
        today = wall(self.now, self.zone).date()
        dates = sorted({day.date() if isinstance(day, datetime) else day for day in self.schedule.without})
        skipped += [self._date(day) for day in dates if day >= today]
        if skipped:
            yield self._fill("except", days=self._joined(skipped))

    def _within(self, rule: Rule) -> str | None:
        if rule.hours or rule.weekdays or rule.months or rule.month_days:
            return None
        minutes = rule.step // timedelta(minutes=1)
        if minutes % 60:
            return self._fill("minutes", n=minutes)
        return self._counted("hour", minutes // 60)

    def _days(self, rule: Rule) -> str | None:
        rule = _full(rule, self.schedule.first)
        if rule.positions or rule.week_start:
            return None
        match rule.frequency:
            case "DAILY" if not (rule.weekdays or rule.months or rule.month_days):
                return self._counted("day", rule.interval)
            case "DAILY" if rule.interval == 1 and not (rule.months or rule.month_days):
                return self._weekly(rule)
            case "WEEKLY" if not rule.months:
                return self._weekly(rule)
            case "MONTHLY" if not rule.months:
                return self._monthly(rule)
            case "YEARLY" if rule.interval == 1 and not rule.weekdays and len(rule.months) == len(rule.month_days) == 1:
                day, month = rule.month_days[0], self.say["months"][rule.months[0] - 1]
                return self._fill("year", date=self._fill("date_short", day=day, month=month)) if day > 0 else None
        return None

    def _weekly(self, rule: Rule) -> str:
        days = tuple(day for _, day in rule.weekdays)
        if rule.interval == 1 and days == WEEKDAYS:
            return str(self.say["workdays"])
        names = self._joined([self.say["weekdays"][day] for day in days])
        return (
            self._fill("week", days=names) if rule.interval == 1 else self._fill("weeks", n=rule.interval, days=names)
        )

    def _monthly(self, rule: Rule) -> str | None:
        if rule.weekdays:
            nth, day = rule.weekdays[0]
            if rule.month_days or rule.interval > 1 or len(rule.weekdays) > 1 or str(nth) not in self.say["nth"]:
                return None
            return self._fill("month_nth", nth=self.say["nth"][str(nth)], weekday=self.say["weekdays"][day])
        if rule.month_days == (-1,) and rule.interval == 1:
            return str(self.say["month_last"])
        if rule.month_days[0] < 0 or (rule.interval > 1 and len(rule.month_days) > 1):
            return None
        days = self._joined([self._ordinal(day) for day in rule.month_days])
        return (
            self._fill("month", day=days) if rule.interval == 1 else self._fill("months_on", n=rule.interval, day=days)
        )

    def _counted(self, unit: str, number: int) -> str:
        return str(self.say[unit]) if number == 1 else self._fill(f"{unit}s", n=number)

    def _ordinal(self, day: int) -> str:
        return str(self.say.get("ordinals", {}).get(str(day)) or self._fill("day_of_month", n=day))

    def _date(self, day: date) -> str:
        return self._fill("date", day=day.day, month=self.say["months"][day.month - 1], year=day.year)

    def _at(self, times: Iterable[time]) -> str:
        return self._fill("at", times=self._times(times))

    def _times(self, times: Iterable[time]) -> str:
        shown = [self._time(at) for at in sorted(times)]
        joint = str(self.say.get("and_at", self.say["and"]))
        return self.comma.join(shown[:-1]) + joint * (len(shown) > 1) + shown[-1]

    def _time(self, at: time) -> str:
        if "hours_from" not in self.say:
            return f"{at:%H:%M}"
        part = next(name for begin, name in reversed(self.say["day_parts"]) if at.hour >= begin)
        return f"{(at.hour - self.say['hours_from'] - 1) % 12 + 1}:{at:%M} {part}"

    def _joined(self, parts: list[str]) -> str:
        return self.comma.join(parts[:-1]) + str(self.say["and"]) * (len(parts) > 1) + parts[-1]

    def _fill(self, name: str, **values: Any) -> str:
        return str(self.say[name]).format_map(values)


def _full(rule: Rule, first: datetime) -> Rule:
    """Return a rule with the days its beginning gives it written out."""
    if rule.weekdays or rule.month_days:
        return rule
    match rule.frequency:
        case "WEEKLY":
            return replace(rule, weekdays=((0, first.weekday()),))
        case "MONTHLY":
            return replace(rule, month_days=(first.day,))
        case "YEARLY":
            return replace(rule, month_days=(first.day,), months=rule.months or (first.month,))
    return rule
