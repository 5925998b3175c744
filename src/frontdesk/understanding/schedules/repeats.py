"""How often: the rules for what comes again."""

import re

from frontdesk.understanding.schedules.days import days as days_said
from frontdesk.understanding.schedules.heard import Heard, Row, number_said, unit_said, values

DAYS_OF = re.compile(r"\bdias\Z")


def weekday_range(row: Row, heard: Heard, match: re.Match[str]) -> int:
    """`Monday to Friday`, `de lunes a viernes`."""
    first, last = (int(str(value)) for _, value in values(row, match, "w!"))
    heard.every("week")
    heard.weekdays += [(0, (first + step) % 7) for step in range((last - first) % 7 + 1)]
    return match.end()


def nth_weekday(row: Row, heard: Heard, match: re.Match[str]) -> int | None:
    """`the first Monday of every month`, `the last Friday of the month`."""
    if unit_said(row, match) != "month":
        return None
    weekday = int(str(values(row, match, "w")[0][1]))
    heard.frequency = ("month", _interval(row, match))
    nth = (
        -1 if values(row, match, "L") else 2 if match[0].startswith("2") else number_said(row, match, "o")
    )  # Hindi "पहले" is "ago" and "first"
    heard.weekdays.append((nth, weekday))
    return match.end()


def _interval(row: Row, match: re.Match[str]) -> int:
    text = row.line[match.start() : match.end()]
    place = text.rfind("1n")
    return int(row.tokens[match.start() + place + 1].value) if set(text[: max(place, 0)]) & set("nowL") else 1


def last_day(row: Row, heard: Heard, match: re.Match[str]) -> int | None:
    units = [value for _, value in values(row, match, "u")]
    if not {"month"} <= set(units) <= {"day", "month"}:
        return None
    heard.frequency = ("month", 1)
    heard.month_days.append(-1)
    return match.end()


def last_day_monthly(row: Row, heard: Heard, match: re.Match[str]) -> int | None:
    """`monthly on the last day`."""
    if unit_said(row, match) != "day" or heard.frequency is None or heard.frequency[0] != "month":
        return None
    heard.month_days.append(-1)
    return match.end()


def day_of_month(row: Row, heard: Heard, match: re.Match[str]) -> int | None:
    """`on the 1st of every month`, `el 1 y el 15 de cada mes`."""
    days = [value for _, value in values(row, match, "no")]
    interval = _interval(row, match)
    if interval > 1:
        days.pop()
    whole = [int(day) for day in days if isinstance(day, int | float) and day == int(day) and 1 <= day <= 31]
    first = row.tokens[match.start()]
    if unit_said(row, match) != "month" or len(whole) != len(days) or (first.code == "u" and first.value != "day"):
        return None
    heard.frequency = ("month", interval)
    heard.month_days += whole
    return match.end()


def day_of_each_month(row: Row, heard: Heard, match: re.Match[str]) -> int | None:
    """`every month on the 1st`, `हर महीने की 1 तारीख`."""
    if unit_said(row, match) != "month":
        return None
    interval = row.line[match.start() : match.end()].startswith("1n") or row.line.startswith("n", match.start() + 2)
    days = [
        int(str(value)) if isinstance(value, int) else int(float(str(value))) for _, value in values(row, match, "no")
    ]
    heard.frequency = ("month", days.pop(0) if interval and len(days) > 1 else 1)
    heard.month_days += [day for day in days if 1 <= day <= 31]
    return match.end() if heard.month_days else None


def each_date(row: Row, heard: Heard, match: re.Match[str]) -> int | None:
    """`every 3 May`."""
    found = days_said(row, match.end())
    if not found:
        return None
    heard.yearly = found[0]
    heard.every("year")
    return found[1]


def numbered_day(row: Row, heard: Heard, match: re.Match[str]) -> int | None:
    """`todo dia 5`, `cada día 5`; "every day 5 pills" is none."""
    if not row.words.numbered_days or unit_said(row, match) != "day":
        return None
    heard.every("month")
    heard.month_days.append(number_said(row, match))
    return match.end() if 1 <= heard.month_days[-1] <= 31 else None


def numbered_days(row: Row, heard: Heard, match: re.Match[str]) -> int | None:
    """`los días 1 y 16`; "cada 2 y 3" is none."""
    first = row.tokens[match.start()]
    days = [float(str(value)) for _, value in values(row, match, "n")]
    said = row.reading.folded.text[first.start : first.end]
    if not row.words.numbered_days or not DAYS_OF.search(said) or not all(day in range(1, 32) for day in days):
        return None
    heard.every("month")
    heard.month_days += map(int, days)
    return match.end()


def each_ordinal(row: Row, heard: Heard, match: re.Match[str]) -> int | None:
    """`every 15th`, `jeden 1. und 15.`."""
    heard.every("month")
    heard.month_days += [int(str(value)) for _, value in values(row, match, "o")]
    return match.end() if max(heard.month_days) <= 31 else None


def weekly(row: Row, heard: Heard, match: re.Match[str]) -> int | None:
    text = match[0]
    interval = 2 if "2" in text or "/" in text else number_said(row, match)
    if not 1 <= interval <= 52:
        return None
    heard.every("week", interval)
    heard.weekdays += [(0, int(str(value))) for _, value in values(row, match, "w!")]
    return match.end()


def french_second(row: Row, heard: Heard, match: re.Match[str]) -> int | None:
    first = row.tokens[match.start()]
    if first.code == "_" and row.reading.folded.text[first.start : first.end] not in ("un", "une"):
        return None
    if unit_said(row, match):
        heard.every(unit_said(row, match), 2)
        return match.end()
    return weekly(row, heard, match)


def plural(row: Row, heard: Heard, match: re.Match[str]) -> int:
    heard.every("week")
    heard.weekdays += [(0, int(str(value))) for _, value in values(row, match, "w!")]
    return match.end()


def group(row: Row, heard: Heard, match: re.Match[str]) -> int:
    days = next((value for _, value in values(row, match, "4")), (5, 6))
    heard.every("week")
    assert isinstance(days, tuple)
    heard.weekdays += [(0, day) for day in days]
    return match.end()


def unit(row: Row, heard: Heard, match: re.Match[str]) -> int | None:
    """`every two weeks`, `every 6 hours`, `cada media hora`."""
    whole = [value for _, value in values(row, match, "Y")]
    if match[0].endswith("n") and not row.reading.lexicon.raw["numbers"].get("scale_first"):
        return None
    if whole:
        minutes = int(str(whole[0])) // 60
        name, interval = ("minute", minutes) if minutes < 1440 else ("day", minutes // 1440)
    else:
        double = "2" in match[0] or bool(values(row, match, "Ue"))
        name, interval = unit_said(row, match) or "hour", 2 if double else number_said(row, match)
    if name == "second" or not 1 <= interval <= 1000:
        return None
    heard.every(name, interval)
    return match.end()


def per_day(row: Row, heard: Heard, match: re.Match[str]) -> int | None:
    """`twice a day`, `three times daily`; `once a week` says how often and no more."""
    adverbs = [value for _, value in values(row, match, "3")]
    number = number_said(row, match, "8") if values(row, match, "8") else number_said(row, match, "n")
    if number == 1 and not adverbs and unit_said(row, match) in ("week", "month", "year"):
        heard.every(unit_said(row, match))
        return match.end()
    if (
        (adverbs and adverbs[0] != ("day", 1))
        or (not adverbs and unit_said(row, match) != "day")
        or not 1 <= number <= 12
    ):
        return None
    heard.every("day")
    heard.per_day = number
    return match.end()


def counted(row: Row, heard: Heard, match: re.Match[str]) -> int | None:
    heard.count = number_said(row, match, "n")
    return match.end() if 1 <= heard.count <= 1000 else None


def adverb(row: Row, heard: Heard, match: re.Match[str]) -> int:
    name, interval = row.tokens[match.start()].value
    heard.every(name, interval)
    return match.end()


def each_part(row: Row, heard: Heard, match: re.Match[str]) -> int:
    heard.every("day")
    heard.note_part(str(values(row, match, "r")[0][1]))
    return match.end()
