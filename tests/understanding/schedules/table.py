"""The tables of phrases, and whether one is read as it should be."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from frontdesk.core.recurrence import last_wall, next_after
from frontdesk.understanding import schedules

NOW = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
ZONE = "Europe/Madrid"
SHOWN = 3


@dataclass(frozen=True)
class Phrase:
    language: str
    text: str
    what: str
    times: str
    last: str
    missing: str


def phrases(name: str) -> list[Phrase]:
    lines = (Path(__file__).parent / name).read_text("utf-8").splitlines()
    return [phrase(line) for line in lines if line and not line.startswith("#")]


def phrase(line: str) -> Phrase:
    language, text, what, times = (part.strip() for part in line.split("|"))
    times, _, missing = (part.strip() for part in times.partition("?"))
    times, _, last = (part.strip() for part in times.partition(">"))
    return Phrase(language, text, what, times, last, missing)


def heard(one: Phrase) -> Phrase:
    """Return the phrase as it is read."""
    request = schedules.read(one.text, one.language, NOW, ZONE)
    zone, moment, times = ZoneInfo(ZONE), NOW, []
    while request.schedule and len(times) < SHOWN and (following := next_after(request.schedule, moment)):
        moment = following
        times.append(f"{moment.astimezone(zone):%m-%d %H:%M}")
    last = ""
    if one.last and request.schedule and (end := last_wall(request.schedule)):
        while following := next_after(request.schedule, moment):
            moment = following
        last = f"{moment.astimezone(zone):%m-%d %H:%M}" if end else ""
    return Phrase(one.language, one.text, request.what, ", ".join(times) or "-", last, " ".join(request.missing))


def right(one: Phrase) -> bool:
    return heard(one) == one


def score(name: str) -> tuple[int, int]:
    table = phrases(name)
    return sum(map(right, table)), len(table)
