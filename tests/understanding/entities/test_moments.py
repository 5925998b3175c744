"""Dates, times and intervals as people write them in eight languages."""

from datetime import UTC, datetime
from typing import Any

import pytest

from frontdesk.core.entities import Kind
from frontdesk.understanding import entities
from tests.understanding.entities.reading import found

MOMENTS: tuple[Kind, ...] = ("date", "time", "datetime", "interval")


def moment(text: str, language: str, **settings: Any) -> tuple[str, Any]:
    all_found = [entity for entity in found(text, language, **settings) if entity.kind in MOMENTS]
    assert len(all_found) == 1, all_found
    value = all_found[0].value
    return all_found[0].kind, (value["from"], value["to"]) if isinstance(value, dict) else value


DAYS = [
    ("en", "tomorrow", "2026-11-26"),
    ("en", "the day after tomorrow", "2026-11-27"),
    ("en", "next Friday", "2026-12-04"),
    ("en", "this friday please", "2026-11-27"),
    ("en", "in two weeks", "2026-12-09"),
    ("en", "3 days ago", "2026-11-22"),
    ("en", "a week from now", "2026-12-02"),
    ("en", "May 3rd", "2027-05-03"),
    ("en", "the third of May", "2027-05-03"),
    ("en", "on the 15th", "2026-12-15"),
    ("en", "2027-05-03", "2027-05-03"),
    ("en", "3/5/2027", "2027-05-03"),
    ("en-US", "3/5/2027", "2027-03-05"),
    ("en-US", "13/5/2027", "2027-05-13"),
    ("es", "pasado mañana", "2026-11-27"),
    ("es", "el viernes que viene", "2026-11-27"),
    ("es", "3 de mayo", "2027-05-03"),
    ("es", "el 3 de mayo de 2028", "2028-05-03"),
    ("es", "hace tres días", "2026-11-22"),
    ("es", "en dos semanas", "2026-12-09"),
    ("fr", "vendredi prochain", "2026-11-27"),
    ("fr", "le 1er juin 2027", "2027-06-01"),
    ("fr", "il y a trois jours", "2026-11-22"),
    ("fr", "dans deux semaines", "2026-12-09"),
    ("fr", "après-demain", "2026-11-27"),
    ("de", "am Dienstag", "2026-12-01"),
    ("de", "nächsten Freitag", "2026-12-04"),
    ("de", "am 3. Mai", "2027-05-03"),
    ("de", "3.5.2027", "2027-05-03"),
    ("de", "übermorgen", "2026-11-27"),
    ("de", "vor drei Tagen", "2026-11-22"),
    ("pt", "amanhã", "2026-11-26"),
    ("pt", "3 de maio", "2027-05-03"),
    ("pt", "próxima sexta-feira", "2026-11-27"),
    ("pt", "há três dias", "2026-11-22"),
    ("pt", "daqui a duas semanas", "2026-12-09"),
    ("hi", "कल", "2026-11-26"),
    ("hi", "परसों", "2026-11-27"),
    ("hi", "अगले शुक्रवार", "2026-12-04"),
    ("hi", "दो हफ्ते बाद", "2026-12-09"),
    ("hi", "१५ अगस्त", "2027-08-15"),
    ("hi", "तीन दिन पहले", "2026-11-22"),
    ("ar", "غدا", "2026-11-26"),
    ("ar", "غدًا", "2026-11-26"),
    ("ar", "بعد غد", "2026-11-27"),
    ("ar", "يوم الجمعة القادم", "2026-11-27"),
    ("ar", "٣ مايو", "2027-05-03"),
    ("ar", "بعد أسبوعين", "2026-12-09"),
    ("ar", "قبل ثلاثة أيام", "2026-11-22"),
    ("sw", "kesho", "2026-11-26"),
    ("sw", "keshokutwa", "2026-11-27"),
    ("sw", "Ijumaa ijayo", "2026-11-27"),
    ("sw", "tarehe 3 Mei", "2027-05-03"),
    ("sw", "baada ya wiki mbili", "2026-12-09"),
    ("sw", "siku tatu zilizopita", "2026-11-22"),
]


@pytest.mark.parametrize(("language", "text", "day"), DAYS)
def test_days(language: str, text: str, day: str) -> None:
    assert moment(text, language) == ("date", day)


TIMES = [
    ("en", "at 5", "17:00"),
    ("en", "5:30 pm", "17:30"),
    ("en", "05:30", "05:30"),
    ("en", "half past five", "17:30"),
    ("en", "quarter to six", "17:45"),
    ("en", "5 o'clock", "17:00"),
    ("en", "at noon", "12:00"),
    ("en", "12 am", "00:00"),
    ("en", "12 pm", "12:00"),
    ("en", "9 a.m.", "09:00"),
    ("es", "a las cinco y media", "17:30"),
    ("es", "a las seis menos cuarto", "17:45"),
    ("es", "a las 8 de la mañana", "08:00"),
    ("es", "a la una de la tarde", "13:00"),
    ("fr", "à 17h30", "17:30"),
    ("fr", "six heures moins le quart", "05:45"),
    ("fr", "à cinq heures du soir", "17:00"),
    ("de", "halb fünf", "04:30"),
    ("de", "Viertel nach drei", "03:15"),
    ("de", "um 15.30 Uhr", "15:30"),
    ("de", "17 Uhr 30", "17:30"),
    ("pt", "às cinco e meia", "17:30"),
    ("pt", "às 15h30", "15:30"),
    ("hi", "शाम 5 बजे", "17:00"),
    ("hi", "साढ़े पाँच बजे", "17:30"),
    ("hi", "सुबह ९ बजे", "09:00"),
    ("ar", "الساعة الخامسة", "17:00"),
    ("ar", "الساعة الخامسة والنصف مساء", "17:30"),
    ("ar", "الساعة ٩ صباحا", "09:00"),
    ("ar", "السادسة إلا ربعا", "17:45"),
    ("sw", "saa tatu asubuhi", "09:00"),
    ("sw", "saa kumi na nusu jioni", "16:30"),
    ("sw", "saa 2 usiku", "20:00"),
    ("sw", "saa nne kasorobo asubuhi", "09:45"),
]


@pytest.mark.parametrize(("language", "text", "time"), TIMES)
def test_times(language: str, text: str, time: str) -> None:
    assert moment(text, language) == ("time", time)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "tomorrow at 5"),
        ("en", "5pm tomorrow"),
        ("en", "at 5 o'clock tomorrow evening"),
        ("es", "a las 5 de la tarde de mañana"),
        ("fr", "demain soir à 5 heures"),
        ("es", "mañana a las 5"),
        ("fr", "demain à 17h"),
        ("de", "morgen um 17 Uhr"),
        ("pt", "amanhã às 17h"),
        ("hi", "कल शाम 5 बजे"),
        ("ar", "غدا الساعة الخامسة"),
        ("sw", "kesho saa kumi na moja jioni"),
    ],
)
def test_a_day_and_a_time_are_one_moment(language: str, text: str) -> None:
    assert moment(text, language) == ("datetime", "2026-11-26T17:00:00+01:00")


INTERVALS = [
    ("en", "between 3 and 5", "15:00", "17:00"),
    ("en", "from 11 to 1 pm", "11:00", "13:00"),
    ("en", "from 3 to 5pm tomorrow", "2026-11-26T15:00:00+01:00", "2026-11-26T17:00:00+01:00"),
    ("en", "next week", "2026-11-30", "2026-12-06"),
    ("en", "3-5 May", "2027-05-03", "2027-05-05"),
    ("en", "Friday to Monday", "2026-11-27", "2026-11-30"),
    ("en", "until Friday", None, "2026-11-27"),
    ("en", "after 5pm", "17:00", None),
    ("en", "tomorrow morning", "2026-11-26T06:00:00+01:00", "2026-11-26T12:00:00+01:00"),
    ("es", "de 3 a 5 de la tarde", "15:00", "17:00"),
    ("es", "la semana que viene", "2026-11-30", "2026-12-06"),
    ("fr", "de 14h à 16h", "14:00", "16:00"),
    ("fr", "le mois prochain", "2026-12-01", "2026-12-31"),
    ("de", "von 15 bis 17 Uhr", "15:00", "17:00"),
    ("de", "vom 3. bis 5. Mai", "2027-05-03", "2027-05-05"),
    ("pt", "das 14 às 16h", "14:00", "16:00"),
    ("pt", "semana que vem", "2026-11-30", "2026-12-06"),
    ("hi", "3 से 5 बजे तक", "15:00", "17:00"),
    ("hi", "अगले हफ्ते", "2026-11-30", "2026-12-06"),
    ("ar", "من 3 إلى 5", "15:00", "17:00"),
    ("ar", "الأسبوع القادم", "2026-11-30", "2026-12-06"),
    ("sw", "kuanzia Jumatatu hadi Ijumaa", "2026-11-30", "2026-12-04"),
    ("sw", "wiki ijayo", "2026-11-30", "2026-12-06"),
]


@pytest.mark.parametrize(("language", "text", "begin", "end"), INTERVALS)
def test_intervals(language: str, text: str, begin: str | None, end: str | None) -> None:
    assert moment(text, language) == ("interval", (begin, end))


@pytest.mark.parametrize(
    ("prefer", "text", "day"),
    [
        ("future", "Friday", "2026-11-27"),
        ("past", "Friday", "2026-11-20"),
        ("future", "3 May", "2027-05-03"),
        ("past", "3 May", "2026-05-03"),
        ("nearest", "1 November", "2026-11-01"),
    ],
)
def test_the_policy_decides_what_could_be_past_or_future(prefer: str, text: str, day: str) -> None:
    assert moment(text, "en", prefer=prefer) == ("date", day)


def test_the_hindi_word_for_both_days_follows_the_policy() -> None:
    assert moment("कल", "hi", prefer="past") == ("date", "2026-11-24")


def test_today_is_the_day_where_the_person_is() -> None:
    late = datetime(2026, 11, 25, 23, 30, tzinfo=UTC)
    assert moment("today", "en", now=late, zone="Asia/Kolkata") == ("date", "2026-11-26")
    assert moment("today", "en", now=late, zone="America/New_York") == ("date", "2026-11-25")


def test_a_time_that_summer_time_skips_moves_on() -> None:
    eve = datetime(2027, 3, 27, 12, tzinfo=UTC)
    assert moment("tomorrow at 02:30", "en", now=eve) == ("datetime", "2027-03-28T03:30:00+02:00")


def test_a_time_that_comes_twice_is_the_first() -> None:
    eve = datetime(2026, 10, 24, 12, tzinfo=UTC)
    assert moment("tomorrow at 02:30", "en", now=eve) == ("datetime", "2026-10-25T02:30:00+02:00")


def test_hours_from_now_are_hours_of_the_world() -> None:
    before = datetime(2027, 3, 28, 0, 30, tzinfo=UTC)
    assert moment("in 2 hours", "en", now=before) == ("datetime", "2027-03-28T04:30:00+02:00")


def test_a_written_offset_is_kept_as_a_moment() -> None:
    assert moment("2027-05-03T15:00Z", "en") == ("datetime", "2027-05-03T17:00:00+02:00")


@pytest.mark.parametrize(
    "text",
    [
        "I may come",
        "30 February",
        "31/31/2027",
        "at 5 dollars and 25:70",
        "second hand",
        "99 May 3000",
        "money on a card",
        "1 in a million",
        "1 in 10 people",
        "look at an offer",
        "some days ago",
    ],
)
def test_what_is_no_date_is_none(text: str) -> None:
    assert not [entity for entity in found(text, "en") if entity.kind in ("date", "datetime")]


def test_a_language_without_words_of_ours_is_read_by_dateparser() -> None:
    assert moment("domani", "it") == ("date", "2026-11-26")
    assert entities.find("niente di niente", "it", datetime(2026, 1, 1, tzinfo=UTC), "UTC") == []
