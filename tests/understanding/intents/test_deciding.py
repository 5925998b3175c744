"""Patterns first, then the classifier, then a question, then nothing."""

import time

import pytest

from frontdesk.errors import InvalidInput
from frontdesk.understanding.intents import patterns, rasa, training
from frontdesk.understanding.intents.decide import OutOfScope, Preferences, Understood, Unsure, decide, judge
from frontdesk.understanding.intents.model import Candidate, Prediction
from frontdesk.understanding.intents.patterns import Pattern, compiled
from tests.understanding.intents.sentences import some

STOP = Pattern("stop", "phrase", "Stop!")
TICKET = Pattern("ticket", "regex", r"\bTK-\d{4}\b")


def found(*ranking: tuple[str, float], accepted: bool = True) -> Prediction:
    return Prediction(tuple(Candidate(*candidate) for candidate in ranking), 0.0, accepted)


def test_patterns_go_before_the_classifier() -> None:
    model = training.train(some(8))
    known = compiled([STOP, TICKET])
    assert decide(" STOP ", known, model) == Understood("stop", 1.0, STOP)
    assert decide("about tk-1234 please", known, None) == Understood("ticket", 1.0, TICKET)
    decision = decide("when do you open on Sunday", known, model)
    assert isinstance(decision, Understood)
    assert (decision.intent, decision.pattern) == ("opening_hours", None)


@pytest.mark.parametrize("text", ["", "  ", "stop it"])
def test_nothing_matched_is_out_of_scope(text: str) -> None:
    assert decide(text, compiled([STOP]), None) == OutOfScope()


@pytest.mark.parametrize(
    ("prediction", "wishes", "meant"),
    [
        (found(("a", 0.9), ("b", 0.1)), Preferences(), "a"),
        (found(("a", 0.45), ("b", 0.4)), Preferences(), ["a", "b"]),
        (found(("a", 0.45), ("b", 0.4)), Preferences(priorities={"b": 1}), "b"),
        (found(("a", 0.45), ("b", 0.4)), Preferences(close=0.01), "a"),
        (found(("a", 0.5), ("b", 0.3)), Preferences(least_of_intent={"a": 0.8}), ["a", "b"]),
        (found(("a", 0.5), ("b", 0.3)), Preferences(sure=0.6), ["a", "b"]),
        (found(("a", 0.5), ("b", 0.3)), Preferences(sure=0.6, least_of_intent={"a": 0.4}), "a"),
        (found(("a", 0.5), ("b", 0.45)), Preferences(sure=0.4, priorities={"b": 1}), "b"),
        (found(("a", 0.16), ("b", 0.15)), Preferences(), ["a"]),
        (found(("a", 0.9), accepted=False), Preferences(), None),
    ],
)
def test_close_ones_are_asked_about(prediction: Prediction, wishes: Preferences, meant: object) -> None:
    match judge(prediction, wishes):
        case Understood(intent):
            assert intent == meant
        case Unsure(candidates):
            assert [candidate.intent for candidate in candidates] == meant
        case OutOfScope():
            assert meant is None


def test_the_higher_priority_is_tried_first() -> None:
    low, high = Pattern("low", "regex", "a"), Pattern("high", "regex", "a", priority=5)
    assert compiled([low, high]).match("a") == high
    phrase = Pattern("phrase", "phrase", "a", priority=1)
    assert compiled([low, phrase]).match("A") == phrase
    assert compiled([high, phrase]).match("A") == high


@pytest.mark.alone
def test_endless_regexes_are_stopped() -> None:
    known = compiled([Pattern("trap", "regex", r"(a|aa)+$"), STOP])
    started = time.perf_counter()
    assert known.match("a" * 900 + "!") is None
    assert time.perf_counter() - started < 1


def test_all_faults_of_patterns_are_said_at_once() -> None:
    with pytest.raises(
        InvalidInput, match=r"'\(' of 'a' is no regular.*' ' of 'b' is empty.*'x\*' of 'c' matches even"
    ):
        compiled([Pattern("a", "regex", "("), Pattern("b", "phrase", " "), Pattern("c", "regex", "x*")])


def test_a_regex_named_like_an_intent_means_it() -> None:
    data = rasa.read(
        "nlu:\n- intent: code\n- regex: code\n  examples: |\n    - \\d{4}\n- regex: other\n  examples: |\n    - x"
    )
    known = compiled(patterns.of_data(data))
    assert decide("1234", known, None) == Understood("code", 1.0, known.match("1234"))
    assert known.match("12345") is None
    assert known.match("x") is None
