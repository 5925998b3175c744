"""Entities of kind duration: how long, in seconds."""

import re
from collections.abc import Iterator, Sequence

from frontdesk.core.entities import Entity
from frontdesk.understanding.entities.reading import Reading
from frontdesk.understanding.entities.tokens import Token, row

SECONDS = {
    "second": 1,
    "minute": 60,
    "hour": 3600,
    "day": 86_400,
    "week": 604_800,
    "month": 2_629_746,
    "year": 31_556_952,
}
"""A month and a year are their mean in the Gregorian calendar; `detail` keeps the units as they were said."""
FORWARD = re.compile(r"(?:n[uhk]|[UeY])(?:[,&]?(?:n[uh]|[UeY]))*(?:&s)?")
BACKWARD = re.compile(r"(?:[uh@]n|[UeY])(?:[,&]?(?:[uh]n|[UeY]))*(?:&s)?")
COMPACT = re.compile(
    r"(?<![\w.,])(?:(\d{1,4})\s?(?:d|days?))?\s?(?:(\d{1,4})\s?h)?\s?(?:(\d{1,4})\s?(?:m|min))?(?![\w.])"
)


def find(reading: Reading) -> Iterator[Entity]:
    """Yield durations of one unit or several (`2 hours and 30 minutes`); a lone unit is none."""
    tokens = row(reading)
    line = "".join(token.code for token in tokens)
    backward = reading.lexicon.raw["numbers"].get("scale_first")
    pattern = BACKWARD if backward else FORWARD
    taken = [(-1, -1)]
    for match in pattern.finditer(line):
        found = _sum(tokens[match.start() : match.end()], backward=bool(backward))
        if found:
            seconds, units = found
            taken.append((tokens[match.start()].start, tokens[match.end() - 1].end))
            bare = line[match.start() : match.end()] in ("@n", "nk")
            yield reading.entity("duration", seconds, *taken[-1], 0.4 if bare else 1.0, units=units)
    for match in COMPACT.finditer(reading.folded.text):
        if match[0].strip() and not any(start < match.end() and match.start() < end for start, end in taken):
            values = [int(group or 0) for group in match.groups()]
            units = {unit: value for unit, value in zip(("day", "hour", "minute"), values, strict=True) if value}
            begin = match.start() + len(match[0]) - len(match[0].lstrip())
            end = match.start() + len(match[0].rstrip())
            yield reading.entity(
                "duration", sum(SECONDS[unit] * value for unit, value in units.items()), begin, end, 0.8, units=units
            )


def _sum(tokens: Sequence[Token], *, backward: bool) -> tuple[float, dict[str, float]] | None:
    units: dict[str, float] = {}
    count: float = 1
    last = ""
    for index, token in enumerate(tokens):
        if token.code == "n" and not backward:
            count = token.value
        elif token.code in "uhUe@k":
            unit = "hour" if token.code in "@k" else str(token.value)
            ahead = (
                tokens[index + 1].value if backward and index + 1 < len(tokens) and tokens[index + 1].code == "n" else 1
            )
            units[unit] = units.get(unit, 0) + (2 if token.code in "Ue" else ahead if backward else count)
            last = unit
        elif token.code == "Y":
            units["second"] = units.get("second", 0) + token.value
        elif token.code == "s" and last:
            units[last] += 0.5
    total = sum(SECONDS[unit] * value for unit, value in units.items())
    units = {unit: _tidy(value) for unit, value in units.items()}
    return (_tidy(total), units) if units and total < 1e12 else None


def _tidy(value: float) -> float:
    return int(value) if value == int(value) else round(value, 6)
