"""The rules that hear a schedule in a row of tokens, in the order they are tried."""

import re
from collections.abc import Callable

from frontdesk.understanding.schedules.bounds import excepted, excepted_before, length, start, until, window
from frontdesk.understanding.schedules.days import moment_alone
from frontdesk.understanding.schedules.heard import EXCEPTED_BEFORE, G, Heard, Row
from frontdesk.understanding.schedules.repeats import (
    adverb,
    counted,
    day_of_each_month,
    day_of_month,
    each_date,
    each_ordinal,
    each_part,
    french_second,
    group,
    last_day,
    last_day_monthly,
    nth_weekday,
    numbered_day,
    numbered_days,
    per_day,
    plural,
    unit,
    weekday_range,
    weekly,
)

Rule = Callable[[Row, Heard, re.Match[str]], int | None]
"""Notes what a match says and returns where it ends; None where it says nothing after all."""


def listen(row: Row) -> Heard:
    """Return all that a row says of when."""
    heard, at = Heard(), 0
    while at < len(row.line):
        end = _one(row, heard, at)
        if end:
            heard.spans.append((at, end))
        at = end or at + 1
    return heard


def _one(row: Row, heard: Heard, at: int) -> int | None:
    for pattern, rule in RULES:
        match = pattern.match(row.line, at)
        if match and (end := rule(row, heard, match)):
            return end
    return moment_alone(row, heard, at)


def rest(row: Row, heard: Heard, match: re.Match[str]) -> int:
    return match.end()


RULES: tuple[tuple[re.Pattern[str], Rule], ...] = tuple(
    (re.compile(pattern), rule)
    for pattern, rule in [
        (r">.*", rest),
        (r"\$", rest),
        (rf"5{G}1?{G}", excepted),
        (EXCEPTED_BEFORE.pattern, excepted_before),
        (rf"6{G}", until),
        (rf"7{G}N?{G}n?[uU]|7{G}Y|nu7|[UY]7", length),
        (rf"[F1gyB]*[w!]{G}[X6\-]{G}[w!]", weekday_range),
        (rf"[1gyF]*[oL]{G}w{G}1?n?{G}u|1?u{G}[oLa]{G}w|w{G}[oL]{G}1n?u|2{G}w[gy]+1?{G}u", nth_weekday),
        (rf"[1gyF]*(?:L{G}u|u{G}L)[gyF]*1?{G}u|1?u{G}L{G}u|[gy]*L{G}1{G}u(?!{G}w)", last_day),
        (
            rf"(?:u{G})?[gy@1]*[no](?:[,&]+{G}[no])*{G}1n?{G}u|1{G}[no](?:[,&]+{G}[no])*[gy]+u|[gy]*y[gy]*o{G}[gy]u",
            day_of_month,
        ),
        (
            r"1n?un?(?:[gy]*y[gy]*[no](?:[,&]+[gy]*[no])*|[gy]*o|[gy]*n(?:[,&]+[gy]*n)*[gy]*y|[gy]+n(?:[gy]*u)?(?=[gy]*(?:[@,c]|$)))"
            r"[gy]*(?![kuhpm])",
            day_of_each_month,
        ),
        (rf"[gy]*L{G}u", last_day_monthly),
        (rf"1{G}(?=[no]{G}m|D|m{G}[no])", each_date),
        (rf"1{G}o(?:[,&]+{G}o)*(?!{G}[wmu])", each_ordinal),
        (r"1un(?![kuhpcm&])", numbered_day),
        (rf"1{G}n(?:[,&]+{G}n)+(?![kuhpcm])", numbered_days),
        (rf"2{G}[w!](?:[,&]+[gy1]*[w!])*|1{G}[no]?{G}[w!](?:[,&]+[gy1]*[w!])*", weekly),
        (r"[_n]?w/|n?u/", french_second),
        (rf"[gy]*!(?:[,&]+{G}[!w])*", plural),
        (r"[1gy]*4|1[gy]*E", group),
        (rf"(?:8|n9|9n){G}n?1?{G}u|1?u{G}n9|3n9|(?:8|n9|9n)3", per_day),
        (rf"1{G}[no][uhUeY]|1{G}[uh]n(?![kpm])|1{G}[uhUeY]|2{G}[uh]|1@n?(?![kpr])", unit),
        (r"n9|9n", counted),
        (r"3", adverb),
        (rf"1{G}r", each_part),
        (r"[BFg][gy@]*(?=[@ncpozr])", window),
        (rf"F{G}", start),
    ]
)
