"""What a message begins with: what is for tasks and reminders, and what only sounds like it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frontdesk.core.openings import opened
from frontdesk.core.task_words import NUMBERED
from frontdesk.phrases import languages, openings, words

LANGUAGES = sorted(languages())


@pytest.mark.parametrize(
    ("language", "text", "handler"),
    [
        ("en", "add a task: call the lab", "task"),
        ("en", "todo: buy milk", "task"),
        ("en", "my tasks", "task"),
        ("en", "done 12", "task"),
        ("en", "Done 12, thanks!", "task"),
        ("en", "task 12 is done", "task"),
        ("en", "comment on task 12 they are closed", "task"),
        ("en", "comment 12: they are closed", "task"),
        ("en", "move task 12 to Monday", "task"),
        ("en", "remind me to take my pills at 8", "reminder"),
        ("en", "Remind me", "reminder"),
        ("en", "reminder: pills at 8", "reminder"),
        ("en", "my reminders", "reminder"),
        ("en", "cancel the reminder about the pills", "reminder"),
        ("de", "neue Aufgabe Labor anrufen", "task"),
        ("de", "Aufgabe 12 ist erledigt", "task"),
        ("de", "erinnere mich morgen um 8 an die Tabletten", "reminder"),
        ("de", "erinnere mich nicht mehr an die Tabletten", "reminder"),
        ("es", "hecho 12", "task"),
        ("es", "recuérdame que tengo cita mañana a las 9", "reminder"),
        ("fr", "ajoute une tâche appeler le labo", "task"),
        ("fr", "tâche 12 terminée", "task"),
        ("fr", "rappelle-moi demain à 9h d'appeler le labo", "reminder"),
        ("pt", "feito 12", "task"),
        ("hi", "काम 12 पूरा", "task"),
        ("hi", "नया काम: लैब को फ़ोन करो", "task"),
        ("ar", "تم ١٢", "task"),
        ("sw", "kazi mpya: piga simu", "task"),
        ("sw", "nikumbushe kesho saa 2 asubuhi", "reminder"),
    ],
)
def test_what_is_asked_for_is_heard_also_while_something_else_is_active(language: str, text: str, handler: str) -> None:
    assert opened(text, openings(language)) == handler
    assert opened(text, openings(language), between=True) == handler


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "done"),
        ("en", "Finished!"),
        ("en", "comment"),
        ("en", "tasks"),
        ("en", "reminders"),
        ("en", "cancel task"),
        ("en", "tasks due this week"),
        ("de", "fertig"),
        ("de", "erledigt"),
        ("de", "wieder öffnen"),
        ("es", "hecho"),
        ("es", "listo"),
        ("es", "he terminado"),
        ("fr", "c'est fait"),
        ("fr", "terminé"),
        ("pt", "pronto"),
        ("hi", "हो गया"),
        ("hi", "काम"),
        ("ar", "تم"),
        ("sw", "tayari"),
        ("sw", "maoni"),
    ],
)
def test_what_may_be_an_answer_counts_only_where_nothing_is_active(language: str, text: str) -> None:
    assert opened(text, openings(language)) is not None
    assert opened(text, openings(language), between=True) is None


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "done with this, thanks"),
        ("en", "done 12 days ago"),
        ("en", "done 12, 13 and 14"),
        ("en", "finished the antibiotics, what now"),
        ("en", "complete blood count results please"),
        ("en", "comment 2 people made about you was rude"),
        ("en", "to do this I need your address"),
        ("en", "tasks of this kind are what my doctor told me to avoid"),
        ("en", "reopen the account please"),
        ("en", "task 12th of May"),
        ("en", "reminder mails are a nuisance"),
        ("en", "remind me what time my appointment is"),
        ("en", "Remind me: who are you?"),
        ("fr", "comment allez-vous"),
        ("fr", "Comment ça va ?"),
        ("fr", "comment 2 personnes peuvent-elles venir"),
        ("fr", "fait 12 degrés dehors"),
        ("fr", "rappel de vaccin, quand ?"),
        ("fr", "rappelez-moi au 06 12 34 56 78"),
        ("es", "todo bien, gracias"),
        ("es", "todo"),
        ("es", "listo, gracias, ya puedo ir"),
        ("es", "hecho en México"),
        ("es", "avísame cuando esté listo"),
        ("es", "¿me recuerdas?"),
        ("pt", "todo dia às 8"),
        ("pt", "pronto socorro"),
        ("pt", "avise-me quando chegar o resultado"),
        ("de", "fertig mit der Untersuchung, wann kommt der Befund"),
        ("de", "erinnere mich nicht daran, was der Arzt sagte"),
        ("de", "Erinnerung an meinen Termin nicht bekommen"),
        ("hi", "काम नहीं हो रहा"),
        ("hi", "नया काम मिला मुझे"),
        ("hi", "हो गया क्या मेरा काम"),
        ("ar", "تم رفض طلبي لماذا"),
        ("ar", "مهمة جدا هذه النتيجة"),
        ("sw", "kazi mpya nimepata"),
        ("sw", "tayari nimelipa"),
        ("sw", "maoni yangu ni mazuri"),
    ],
)
def test_what_only_begins_with_such_words_is_for_somebody_else(language: str, text: str) -> None:
    assert opened(text, openings(language)) is None
    assert opened(text, openings(language), between=True) is None


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_small_talk_command_or_greeting_of_any_language_opens_anything(language: str) -> None:
    for section in ("commands", "small_talk_words"):
        for theirs in LANGUAGES:
            said = [each for listed in words(theirs, section).values() for each in listed]
            assert [each for each in said if opened(each, openings(language), between=True)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_wish_about_a_task_is_heard_with_what_it_needs(language: str) -> None:
    said = words(language, "task_words")
    for action in ("create", "list"):
        for phrase in said[action]:
            assert opened(f"{phrase}:", openings(language)) == "task" or phrase in said["headed"], phrase
    for action in NUMBERED:
        for phrase in said[action]:
            assert opened(f"{phrase} 12", openings(language), between=True) == "task", phrase


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_stands_for_two_wishes(language: str) -> None:
    for section in ("task_words", "reminder_words"):
        meanings: dict[str, set[str]] = {}
        for name in ("create", "list", *NUMBERED, "change", "later"):
            for phrase in words(language, section).get(name, ()):
                meanings.setdefault(phrase, set()).add(name)
        assert {phrase: names for phrase, names in meanings.items() if len(names) > 1} == {}


@given(st.text(max_size=80), st.sampled_from(LANGUAGES))
def test_what_interrupts_would_be_heard_without_anything_to_interrupt(text: str, language: str) -> None:
    between = opened(text, openings(language), between=True)
    assert between is None or opened(text, openings(language)) == between
