"""Which time of day words mean: rules over the row of tokens."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import time

from frontdesk.understanding.entities.reading import Reading
from frontdesk.understanding.entities.tokens import Token

PARTS = {
    "morning": (time(6), time(12)),
    "afternoon": (time(12), time(18)),
    "evening": (time(18), time(22)),
    "night": (time(20), time(23, 59)),
    "tonight": (time(18), time(23, 59)),
    "am": (time(0), time(12)),
    "pm": (time(12), time(23, 59)),
}
DAYTIME = 7
"""On clocks of twelve hours, an hour before this one without "am" or "pm" is one of the afternoon."""


@dataclass(frozen=True, slots=True)
class Hour:
    """A time of day; `open` while it could be twelve hours later as well."""

    at: time
    confidence: float = 1.0
    open: bool = False


Tokens = Sequence[Token]
Rule = Callable[[Tokens, Reading], Hour | None]


def settle(hour: float, minute: int, part: str | None, reading: Reading, *, exact: bool = False) -> Hour | None:
    """Return the time an hour means beside a part of the day, on the clock of the language."""
    if hour != int(hour) or not 0 <= hour <= 24 or not 0 <= minute < 60 or (hour == 24 and minute):
        return None
    hour = int(hour) % 24
    offset = int(reading.lexicon.raw.get("clock_offset", 0))
    if exact or hour > 12:
        return Hour(time(hour, minute))
    if offset and part not in ("am", "pm"):
        return _from_six(hour, minute, part, offset)
    if part:
        return Hour(time(_beside(hour, part), minute))
    if reading.lexicon.raw["clock"] == 12 and hour:
        return Hour(time(hour + 12 if hour < DAYTIME else hour, minute), 0.8, open=True)
    return Hour(time(hour, minute), 0.9, open=0 < hour < DAYTIME)


def _beside(hour: int, part: str) -> int:
    if part in ("am", "morning"):
        return hour % 12
    if part in ("night", "tonight"):
        return hour % 12 if hour == 12 or hour < 5 else hour + 12
    return hour % 12 + 12


def _from_six(hour: int, minute: int, part: str | None, offset: int) -> Hour:
    """Hours that count from six: three in the morning is nine, three at night is twenty-one."""
    counted = (hour + offset) % 12
    if part is None:
        return Hour(time(counted + 12 if counted < DAYTIME else counted, minute), 0.7, open=True)
    if part == "morning":
        return Hour(time(counted, minute))
    if part in ("night", "tonight"):
        return Hour(time(counted if counted < 6 else counted + 12, minute))
    return Hour(time(counted + 12, minute))


def _part(tokens: Tokens) -> str | None:
    found = [token.value for token in tokens if token.code in "pr"]
    return str(found[0]) if found else None


def _pick(tokens: Tokens, codes: str) -> list[Token]:
    return [token for token in tokens if token.code in codes]


def digital(tokens: Tokens, reading: Reading) -> Hour | None:
    hour, minute, exact = _pick(tokens, "c")[0].value
    part = _part(tokens)
    return settle(hour, minute, part, reading, exact=exact and not part)


def plain(tokens: Tokens, reading: Reading) -> Hour | None:
    """`at 5`, `5 pm`, `17 Uhr 30`, `الساعة الخامسة`, `a las tres y veinte`."""
    hour, *minutes = _pick(tokens, "no")
    minute = minutes[0].value if minutes else 0
    if minute != int(minute) or (minutes and not 0 < minute < 60):
        return None
    exact = bool(minutes) and reading.lexicon.raw["clock"] == 24
    return settle(hour.value, int(minute), _part(tokens), reading, exact=exact and hour.value > 12)


def after_hour(tokens: Tokens, reading: Reading) -> Hour | None:
    """`cinco y media`, `cinq heures et quart`, `saa tatu na nusu`, and with a minus `cinco menos cuarto`."""
    hour, *numbers = _pick(tokens, "no")
    fraction = _pick(tokens, "sqW")
    minutes = fraction[0].value if fraction else numbers[0].value
    sign = -1 if _pick(tokens, "O") else 1
    return _around(hour.value, sign * minutes, tokens, reading)


def before_hour(tokens: Tokens, reading: Reading) -> Hour | None:
    """`half past five`, `quarter to six`, `Viertel nach drei`, `ten to nine`."""
    hour = _pick(tokens, "no")[-1]
    fraction = _pick(tokens, "sq") or _pick(tokens, "n")[:1]
    sign = -1 if _pick(tokens, "XOab") else 1
    return _around(hour.value, sign * fraction[0].value, tokens, reading)


def halved(tokens: Tokens, reading: Reading) -> Hour | None:
    """`halb fünf` is 4:30, `साढ़े पाँच` 5:30, `half five` 5:30, `सवा` and `पौने` a quarter after and before."""
    code = _pick(tokens, "HsjJ")[0].code
    minutes = {"H": -30, "s": 30, "j": -15, "J": 15}[code]
    return _around(_pick(tokens, "n")[0].value, minutes, tokens, reading)


def _around(hour: float, minutes: float, tokens: Tokens, reading: Reading) -> Hour | None:
    if hour != int(hour) or minutes != int(minutes) or not 0 <= hour <= 24 or abs(minutes) >= 60:
        return None
    whole = settle(hour, 0, _part(tokens), reading)
    if whole is None:
        return None
    total = (whole.at.hour * 60 + int(minutes)) % (24 * 60)
    return Hour(time(total // 60, total % 60), whole.confidence, whole.open)


def named(tokens: Tokens, reading: Reading) -> Hour | None:
    return Hour(time(_pick(tokens, "z")[0].value))


RULES: tuple[tuple[re.Pattern[str], Rule], ...] = tuple(
    (re.compile(pattern), rule)
    for pattern, rule in [
        (r"[pr]?@*ck?[pr]*", digital),
        (r"@*(?:[qs][PGXOab]|n[POa](?=n))n(?![uhe])k?[pr]*", before_hour),
        (r"r?@*[Hs]n(?![uhe])k?[pr]*|r?@*[sjJ]nk[pr]*", halved),
        (r"[pr]?@*[no][kh]?(?:&[sq]|O[gy]*[sqn])k?[pr]*|@[no]&?O[sqn][pr]*|@[no]&[sq][pr]*|@nW[pr]*", after_hour),
        (r"r?@*nkn?(?:h)?[pr]*|r?@nhn?[pr]*|@n&n(?![uhe])[pr]*|@nn(?![uhe])[pr]*|nnp", plain),
        (r"@[no](?![uhemn])[pr]*|n(?![uhe])p|rn(?=k)k|r@n", plain),
        (r"@*z", named),
    ]
)
