"""When a message brings a person although nobody asked for one."""

from dataclasses import replace
from typing import Any

import pytest

from frontdesk.core.desk import DeskSettings
from frontdesk.core.escalating import UPSET, counted, instead
from frontdesk.core.turn import By, HandOver, KeepVariables, Outcome, Route, Turn
from tests.builders import a_turn

KEYWORDS = {"en": ("lawyer", "chest pain"), "de": ("Gift",)}


def turn(text: str, *, before: int = 0, sentiment: float | None = None, desk: DeskSettings, **given: Any) -> Turn:
    made = a_turn(text)
    settings = made.settings.model_copy(update={"desk": desk})
    conversation = replace(made.conversation, variables={UPSET: before})
    return replace(made, settings=settings, conversation=conversation, sentiment=sentiment, **given)


def by(name: By) -> Route:
    return Route(handler="fallback", reason="nothing else fits", by=name)


@pytest.mark.parametrize(
    ("text", "spoken", "working", "found"),
    [
        ("I want a LAWYER!", "en", None, "lawyer"),
        ("a chest pain since noon", "en-GB", None, "chest pain"),
        ("my chest, a pain", "en", None, None),
        ("lawyers", "en", None, None),
        ("a gift for you", "en", None, None),
        ("das ist Gift", "de", None, "Gift"),
        ("quiero un abogado", "es", "I want a lawyer", "lawyer"),
        ("un lawyer", "es", None, None),
    ],
)
def test_words_bring_a_person_in_their_own_language(
    text: str, spoken: str, working: str | None, found: str | None
) -> None:
    said = turn(text, desk=DeskSettings(keywords=KEYWORDS), spoken=spoken, working=working)
    route = instead(said, by("fallback"))
    assert (route.handler, route.argument) == (("handoff", "keyword") if found else ("fallback", None))
    assert found is None or repr(found) in route.reason


@pytest.mark.parametrize("name", ["command", "rule", "press", "human", "group", "consent", "event"])
def test_what_was_meant_so_is_not_taken_over(name: By) -> None:
    desk = DeskSettings(keywords=KEYWORDS, upset_below=0, after_upset=1)
    assert instead(turn("lawyer", sentiment=-1, desk=desk), by(name)) == by(name)


@pytest.mark.parametrize(
    ("before", "sentiment", "person", "count"),
    [
        (1, -0.6, True, 0),  # the third kind of outcome below hands over, and the count begins anew
        (0, -0.6, False, 1),
        (1, -0.5, False, 0),
        (1, 0.9, False, 0),
        (1, None, False, None),
        (0, 0.1, False, None),
    ],
)
def test_upset_messages_in_a_row_bring_a_person(
    before: int, sentiment: float | None, person: bool, count: int | None
) -> None:
    said = turn("oh", before=before, sentiment=sentiment, desk=DeskSettings(upset_below=-0.5))
    route = instead(said, by("intent"))
    assert (route.handler == "handoff") == person
    outcome = counted(said, route, Outcome.silent(HandOver()) if person else Outcome())
    kept = [effect.values for effect in outcome.effects if isinstance(effect, KeepVariables)]
    assert kept == ([] if count is None else [{UPSET: count}])


def test_an_answer_to_the_question_for_feedback_is_no_upset_message() -> None:
    said = turn("awful", before=1, sentiment=-1, desk=DeskSettings(upset_below=0))
    route = replace(by("mode"), handler="feedback")
    assert instead(said, route) == route
    assert counted(said, route, Outcome()).effects == ()


def test_where_nothing_is_set_nothing_is_counted() -> None:
    said = turn("awful", sentiment=-1, desk=DeskSettings())
    assert instead(said, by("fallback")) == by("fallback")
    assert counted(said, by("fallback"), Outcome()).effects == ()


@pytest.mark.parametrize("keywords", [{"en": ("!?",)}, {"english!": ("help",)}, {"en": ("",)}])
def test_keywords_that_are_never_heard_are_refused(keywords: dict[str, tuple[str, ...]]) -> None:
    with pytest.raises(ValueError, match=r"keywords"):
        DeskSettings(keywords=keywords)
