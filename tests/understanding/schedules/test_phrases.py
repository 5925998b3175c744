"""Phrases as people write them, and the page that lists those read wrongly."""

from pathlib import Path

import pytest

from frontdesk.core.recurrence import next_after
from frontdesk.understanding import schedules
from tests.understanding.schedules.table import NOW, ZONE, Phrase, heard, phrases, right, score

PAGE = Path(__file__).parents[3] / "docs" / "understanding-schedules.md"
TABLES = {
    "phrases.txt": "while the reader was written",
    "unseen.txt": "kept apart until it was done",
    "later.txt": "written afterwards",
    "free.txt": "sixty more, written before they were tried",
}
FEWEST_RIGHT = 0.95


def region() -> str:
    """Return what the page says of the tables between its marks."""
    lines = ["| phrases | right | of |", "| --- | --- | --- |"]
    for name, when in TABLES.items():
        got, of = score(name)
        lines.append(f"| {when} | {got} | {of} |")
    wrong = [phrase for name in TABLES for phrase in phrases(name) if not right(phrase)]
    lines += ["", "Read wrongly:" if wrong else "None is read wrongly.", ""]
    lines += [f"- {phrase.language}: “{phrase.text}” – {fault(phrase)}" for phrase in wrong]
    return "\n".join(lines).strip() + "\n"


def fault(phrase: Phrase) -> str:
    found = heard(phrase)
    if found.times != phrase.times:
        return f"should be {phrase.times}, is {'not understood' if found.times == '-' else found.times}"
    return (
        f"“{phrase.what}” is read as “{found.what}”"
        if found.what != phrase.what
        else f"misses {found.missing or 'nothing'}"
    )


@pytest.mark.parametrize("name", TABLES)
def test_of_the_phrases_at_least_95_in_a_hundred_are_read_rightly(name: str) -> None:
    got, of = score(name)
    assert got / of >= FEWEST_RIGHT, [heard(phrase) for phrase in phrases(name) if not right(phrase)]


def test_there_are_150_phrases_in_four_languages() -> None:
    table = [phrase for name in TABLES for phrase in phrases(name)]
    assert len({(phrase.language, phrase.text) for phrase in table}) >= 150
    counts = [sum(phrase.language == language for phrase in table) for language in ("en", "es", "de", "fr")]
    assert min(counts) >= 37


def test_the_page_lists_the_phrases_read_wrongly() -> None:
    page = PAGE.read_text("utf-8")
    written = page.partition("<!-- phrases:start -->\n")[2].partition("<!-- phrases:end -->")[0]
    assert written == region(), f"docs/understanding-schedules.md should say:\n{region()}"


OTHERS = [
    ("hi",
     "मुझे हर रोज़ सुबह 8 बजे और रात 8 बजे दवा लेने की याद दिलाना",
     "दवा लेने",
     "11-25 20:00, 11-26 08:00, 11-26 20:00"),
    ("hi", "मुझे 20 मिनट बाद ओवन देखने की याद दिलाना", "ओवन देखने", "11-25 10:20"),
    ("hi", "रविवार को छोड़कर हर दिन सुबह 8 बजे योग", "योग", "11-26 08:00, 11-27 08:00, 11-28 08:00"),
    ("hi", "हर महीने की 5 तारीख को 9 बजे किराया देना", "किराया देना", "12-05 09:00, 01-05 09:00, 02-05 09:00"),
    ("ar", "ذكرني بعد 20 دقيقة أن أفحص الفرن", "أفحص الفرن", "11-25 10:20"),
    ("ar", "كل يوم اثنين الساعة 6 مساء النادي", "النادي", "11-30 18:00, 12-07 18:00, 12-14 18:00"),
    ("ar", "كل 6 ساعات حتى الجمعة قطرة العين", "قطرة العين", "11-25 16:00, 11-25 22:00, 11-26 04:00"),
    ("pt",
     "me lembra de tomar o remédio todos os dias às 8 e às 20 exceto domingo",
     "tomar o remédio",
     "11-25 20:00, 11-26 08:00, 11-26 20:00"),
    ("pt", "toda segunda às 18h academia", "academia", "11-30 18:00, 12-07 18:00, 12-14 18:00"),
    ("pt", "dia 5 de cada mês pagar o aluguel às 9", "pagar o aluguel", "12-05 09:00, 01-05 09:00, 02-05 09:00"),
    ("sw",
     "nikumbushe kunywa dawa kila siku saa mbili asubuhi na saa mbili usiku isipokuwa Jumapili",
     "kunywa dawa",
     "11-25 20:00, 11-26 08:00, 11-26 20:00"),
    ("sw", "nikumbushe baada ya dakika 20 kuangalia jiko", "kuangalia jiko", "11-25 10:20"),
    ("sw",
     "kila baada ya masaa sita dawa ya macho hadi Ijumaa",
     "dawa ya macho",
     "11-25 16:00, 11-25 22:00, 11-26 04:00"),
]  # fmt: skip


@pytest.mark.parametrize(("language", "text", "what", "times"), OTHERS)
def test_the_other_languages_are_read_too(language: str, text: str, what: str, times: str) -> None:
    found = heard(Phrase(language, text, what, times, "", ""))
    assert (found.what, found.times, found.missing) == (what, times, "")


MISSING = [
    ("remind me to take my pills", ("when",)),
    ("remind me every day to take my pills", ("time",)),
    ("remind me twice a day to take my pills", ("time",)),
    ("remind me every day at 8", ("what",)),
    ("remind me every minute to breathe", ("interval",)),
    ("run every Monday at 9 and Thursday at 10", ("several",)),
    ("call Bob an hour before", ("when",)),
    ("", ("when", "what")),
]


@pytest.mark.parametrize(("text", "missing"), MISSING)
def test_what_is_missing_is_named(text: str, missing: tuple[str, ...]) -> None:
    assert schedules.read(text, "en", NOW, ZONE).missing == missing


def test_a_zone_is_missing_but_for_points_counted_from_now() -> None:
    assert schedules.read("call mum at 8", "en", NOW, None).missing == ("zone",)
    found = schedules.read("call mum in 20 minutes", "en", NOW, None)
    assert found.missing == ()
    assert found.schedule is not None
    assert next_after(found.schedule, NOW).isoformat() == "2026-11-25T09:20:00+00:00"  # type: ignore[union-attr]


def test_in_twenty_minutes_is_right_while_clocks_change() -> None:
    now = NOW.replace(month=10, day=25, hour=0, minute=50)
    found = schedules.read("call mum in 20 minutes", "en", now, ZONE)
    assert found.schedule is not None
    assert next_after(found.schedule, now).isoformat() == "2026-10-25T01:10:00+00:00"  # type: ignore[union-attr]


def test_a_region_orders_the_date() -> None:
    found = [schedules.read("pay on 3/5 at 9", "en", NOW, ZONE, region=region).schedule for region in ("US", "GB")]
    assert [one and one.first.month for one in found] == [3, 5]
