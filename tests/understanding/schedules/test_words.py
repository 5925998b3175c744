"""What a confirmation says."""

import pytest

from frontdesk.core import recurrence_plain
from frontdesk.understanding import schedules
from tests.understanding.schedules.table import NOW, ZONE

PILLS = {"rule": "FREQ=DAILY", "times": ["08:00", "20:00"], "without_weekdays": [6]}
SAID = [
    ("en", "every day at 08:00 and 20:00 except Sundays, next: Wednesday 25 November 2026 at 20:00"),
    ("es", "todos los días a las 08:00 y a las 20:00 excepto los domingos, próxima vez: miércoles 25 de noviembre de 2026 a las 20:00"),
    ("fr", "tous les jours à 08:00 et 20:00 sauf le dimanche, prochaine fois : mercredi 25 novembre 2026 à 20:00"),
    ("de", "jeden Tag um 08:00 und 20:00 Uhr außer sonntags, nächstes Mal: Mittwoch, 25. November 2026 um 20:00 Uhr"),
    ("pt", "todos os dias às 08:00 e às 20:00 exceto domingo, próxima vez: quarta-feira, 25 de novembro de 2026 às 20:00"),
    ("hi", "रविवार को छोड़कर 08:00 और 20:00 बजे हर दिन, अगली बार: बुधवार, 25 नवंबर 2026 को 20:00 बजे"),
    ("ar", "كل يوم الساعة 08:00 و 20:00 ما عدا الأحد، المرة القادمة: الأربعاء 25 نوفمبر 2026 الساعة 20:00"),
    ("sw", "kila siku saa 2:00 asubuhi na saa 2:00 usiku isipokuwa Jumapili, mara ijayo: Jumatano, 25 Novemba 2026 saa 2:00 usiku"),
]  # fmt: skip


def said(language: str = "en", zone: str = ZONE, **fields: object) -> str:
    schedule = recurrence_plain.schedule({"zone": ZONE, "first": "2026-11-25T00:00"} | fields)
    return schedules.words_of(schedule, language, zone, NOW)


@pytest.mark.parametrize(("language", "words"), SAID)
def test_a_schedule_is_said_in_each_language(language: str, words: str) -> None:
    assert said(language, **PILLS) == words


OTHERS = [
    ({"rule": "FREQ=MONTHLY;BYMONTHDAY=1,22", "times": ["09:00"]}, "on the 1st and 22nd of every month at 09:00"),
    ({"rule": "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "times": ["07:30"]}, "on weekdays at 07:30"),
    ({"rule": "FREQ=DAILY;BYDAY=MO,FR", "times": ["07:30"]}, "every Monday and Friday at 07:30"),
    ({"rule": "FREQ=DAILY;COUNT=3", "times": ["09:00"]}, "every day at 09:00 until 27 November 2026"),
    ({"rule": "FREQ=DAILY;UNTIL=20270101", "times": ["09:00"]}, "every day at 09:00 until 1 January 2027"),
    ({"rule": "FREQ=MINUTELY;INTERVAL=120", "first": "2026-11-25T12:00"}, "every 2 hours from 25 November 2026 at 12:00"),
]  # fmt: skip


@pytest.mark.parametrize(("fields", "words"), OTHERS, ids=lambda value: str(value)[:40])
def test_other_shapes_have_words(fields: dict[str, object], words: str) -> None:
    assert said(**fields).partition(", next:")[0] == words


def test_a_rule_without_words_is_said_by_its_next_dates() -> None:
    words = said(rule="FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", times=["09:00"])
    assert words == ("on 30 November 2026 at 09:00, on 31 December 2026 at 09:00 and on 29 January 2027 at 09:00, …")


def test_what_is_over_says_so() -> None:
    assert said(first="2026-01-01T08:00") == "never again"


def test_another_zone_is_named() -> None:
    assert said(zone="Asia/Kolkata", first="2026-12-01T08:00") == "on 1 December 2026 at 08:00 (Europe/Madrid)"
