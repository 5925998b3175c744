"""How a message was said: what counts, what turns it round, and what says nothing."""

import time
import tomllib
from pathlib import Path

import pytest
from bench.sentiment import STRONG, read, side
from hypothesis import example, given
from hypothesis import strategies as st

from frontdesk import phrases
from frontdesk.understanding.sentiment import NOTHING, score
from frontdesk.understanding.sentiment.folding import MOST
from frontdesk.understanding.sentiment.lexicon import document, known, listed

SPOKEN = ("en", "es", "fr", "de", "hi", "ar", "pt", "sw")
FLOORS = tomllib.loads((Path(__file__).parent / "floors.toml").read_text("utf-8"))


def test_there_are_words_for_every_language_of_the_phrases() -> None:
    assert known() >= phrases.languages()


@pytest.mark.parametrize("language", SPOKEN)
def test_a_language_has_words_enough(language: str) -> None:
    found = document(language)
    assert (
        len({entry for side in ("positive", "negative") for text in found[side].values() for entry in listed(text)})
        > 300
    )


@pytest.mark.parametrize("language", SPOKEN)
def test_no_word_is_praise_and_complaint(language: str) -> None:
    found = document(language)
    praise, blame = (
        {entry for text in found[side].values() for entry in listed(text)} for side in ("positive", "negative")
    )
    assert not praise & blame


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "not good"),
        ("en", "it does not work"),
        ("en", "Nobody answers the phone"),
        ("es", "no funciona"),
        ("fr", "ça marche pas"),
        ("de", "gefällt mir nicht"),
        ("hi", "पसंद नहीं आया"),
        ("hi", "अच्छा नहीं"),
        ("hi", "accha nahi laga"),
        ("ar", "لا يعمل"),
        ("pt", "não gostei"),
        ("sw", "si nzuri"),
        ("sw", "sikufurahia"),
        ("sw", "haifanyi kazi"),
    ],
)
def test_denied_praise_is_a_complaint(language: str, text: str) -> None:
    assert side(score(text, language).score) == "negative"


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "not bad"),
        ("en", "no more headaches"),
        ("es", "no tuve ningún problema"),
        ("fr", "aucun problème"),
        ("de", "nicht schlecht"),
        ("hi", "बुरा नहीं"),
        ("ar", "ليس سيئا"),
        ("pt", "não é ruim"),
        ("sw", "sina malalamiko"),
    ],
)
def test_a_denied_complaint_is_praise(language: str, text: str) -> None:
    assert side(score(text, language).score) == "positive"


@pytest.mark.parametrize(
    ("weaker", "stronger"),
    [
        ("bad", "very bad"),
        ("bad", "bad!!!"),
        ("so bad", "sooo bad!!!"),
        ("this is bad", "this is BAD"),
        ("a bit slow", "slow"),
        ("bad", "bad 😡"),
        ("bad 😡", "bad 😡😡😡"),
        ("is it bad?", "it is bad"),
        ("bad :)", "bad"),
    ],
)
def test_degrees_capitals_marks_and_emoji_weigh(weaker: str, stronger: str) -> None:
    assert score(stronger, "en").score < score(weaker, "en").score


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "I am still waiting"),
        ("en", "We have been calling since Monday"),
        ("en", "That is the fifth time I have to explain it"),
        ("es", "Llevo esperando desde el martes"),
        ("fr", "Je patiente depuis une semaine"),
        ("de", "Wir warten seit gestern auf eine Antwort"),
        ("hi", "कल से इंतज़ार कर रहा हूँ"),
        ("ar", "أنتظر منذ أسبوع"),
        ("pt", "Estou aguardando desde ontem"),
        ("sw", "Tunasubiri tangu jana"),
    ],
)
def test_who_has_waited_for_long_complains(language: str, text: str) -> None:
    assert side(score(text, language).score) == "negative"


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "I will be waiting in front of the door"),
        ("en", "How many more people are waiting?"),
        ("en", "I have had a fever since Monday"),
        ("es", "Espero su llamada a las cuatro"),
        ("fr", "J'attends devant la porte"),
        ("de", "Ich warte vor der Tür"),
        ("pt", "Estou esperando na recepção"),
        ("sw", "Nitakuwa mlangoni"),
    ],
)
def test_who_waits_says_nothing_by_it(language: str, text: str) -> None:
    assert side(score(text, language).score) == "neutral"


def test_what_follows_a_but_weighs_more() -> None:
    assert score("It was slow, but the doctor was nice", "en").score > 0
    assert score("The doctor was nice, but it was slow and dirty", "en").score < 0


def test_denial_ends_with_the_clause() -> None:
    assert score("No, the service was great", "en").score > 0.5


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "please"),
        ("en", "Good morning"),
        ("en", "Thank you in advance"),
        ("en", "Can you send me the form please, thank you"),
        ("es", "Buenos días, gracias de antemano"),
        ("fr", "Bonne journée, merci d'avance"),
        ("de", "Guten Tag, vielen Dank im Voraus"),
        ("hi", "सुप्रभात"),
        ("ar", "صباح الخير"),
        ("pt", "Bom dia, tudo bem?"),
        ("sw", "Natanguliza shukrani"),
        ("en", "I have a fever, can I come today?"),
        ("en", "Sorry, I don't understand"),
        ("sw", "Siwezi kuja mwezi ujao"),
        ("pt", "A que horas abrem"),
        ("en", "https://example.com/terrible bad@example.com @awful"),
        ("en", ""),
        ("en", "88213"),
        ("xx", "terrible"),
    ],
)
def test_courtesy_questions_and_other_languages_take_no_side(language: str, text: str) -> None:
    assert side(score(text, language).score) == "neutral"


def test_without_words_there_is_nothing() -> None:
    assert score("tomorrow at ten", "en") == score("terrible", "xx") == NOTHING


def test_emoji_tell_in_every_language() -> None:
    assert score("😡", "xx").score < -0.5
    assert score(":)", "xx").score > 0


def test_regions_and_spelling_change_nothing() -> None:
    assert score("pésimo", "es-MX") == score("pesimo", "es") == score("PÉSIMO", "es")
    assert score("don’t like it", "en").score == score("dont like it", "en").score < 0


def test_the_words_that_told_are_named() -> None:
    assert score("The nurse was lovely, the waiting room dirty", "en").words == ("lovely", "dirty")


def test_agreement_makes_surer() -> None:
    assert score("lovely and helpful", "en").confidence > score("lovely but dirty", "en").confidence


def test_only_the_beginning_is_read() -> None:
    assert score("." * MOST + " terrible", "en") == NOTHING


@given(st.text(), st.sampled_from([*SPOKEN, "xx", "", "en-GB"]))
@example("\ud800 \0 bad", "en")
@example("ﷺ" * 2000, "ar")
def test_any_text_is_scored(text: str, language: str) -> None:
    found = score(text, language)
    assert -1 <= found.score <= 1
    assert 0 <= found.confidence <= 1
    assert found == score(text, language)
    assert bool(found.words) or found == NOTHING


@given(
    st.lists(
        st.sampled_from(["not", "bad", "GOOD", "sooo", "but", "?", "!", ",", "pain", "still", ":(", "😡", "<", "@a"])
    )
)
def test_any_order_of_words_is_scored(words: list[str]) -> None:
    assert -1 <= score(" ".join(words), "en").score <= 1


@pytest.mark.alone
@pytest.mark.parametrize(
    "text", ["but good " * 300, "a" * 2500, "<a " * 800, "a" * 1990 + "@", "😡" * 2500, "1/" * 1200]
)
def test_hostile_texts_take_no_longer(text: str) -> None:
    score(text, "sw")
    began = time.perf_counter()
    for language in SPOKEN:
        score(text, language)
    assert time.perf_counter() - began < 8 * 0.05


@pytest.mark.parametrize("language", SPOKEN)
def test_messages_nothing_was_chosen_by_are_read_right(language: str) -> None:
    texts = read("unseen")[language]
    right = {kind: sum(side(score(text, language).score) == kind for text in said) for kind, said in texts.items()}
    assert all(len(said) >= 20 for said in texts.values())
    assert sum(right.values()) >= FLOORS[language]


def test_neutral_messages_raise_no_alarm() -> None:
    neutral = [
        (text, language)
        for file in ("unseen", "later", "fresh")
        for language, kinds in read(file).items()
        for text in kinds["neutral"]
    ]
    assert sum(score(*each).score < STRONG for each in neutral) < 0.05 * len(neutral)


def test_figures_of_speech_are_missed_rather_than_taken_for_their_opposite() -> None:
    told = [
        (text, language, kind)
        for language, kinds in read("later").items()
        for kind in ("positive", "negative")
        for text in kinds[kind]
    ]
    found = [(kind, side(score(text, language).score)) for text, language, kind in told]
    assert sum(kind == taken for kind, taken in found) >= 50
    assert sum(taken not in {kind, "neutral"} for kind, taken in found) <= 4
