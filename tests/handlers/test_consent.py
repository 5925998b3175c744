"""Consent: asked once a version, kept with its evidence, withdrawn by STOP; and what people want done with their data."""

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from frontdesk.core.agreement import AnsweredBy, AskPrivacy, Consent, ConsentSettings, RecordConsent, standing
from frontdesk.core.conversation import Mode
from frontdesk.core.message import Happening, Press, Reaction
from frontdesk.core.routing import route
from frontdesk.core.tenant import TenantSettings
from frontdesk.core.turn import HandOver, OptIn, OptOut, Outcome, Turn
from frontdesk.handlers import OURS
from frontdesk.phrases import languages, listened_for, say
from frontdesk.understanding.entities.dialogue import listening
from tests.builders import a_turn, an_origin

POLICY = {"en": "May we keep what you write?", "es": "¿Podemos guardar lo que escribe?"}
SETTINGS = TenantSettings(consent=ConsentSettings(required=True, version=2, policy=POLICY))
ADA = str(UUID(int=6))
ASKED = Mode(handler="consent", state={"asks": "policy", "version": 2, "contact": ADA, "language": "en"})


def turn(text: str = "hello", *, consent: Consent | None = None, press: bool = False, **changes: Any) -> Turn:
    made = a_turn(text, **{"settings": SETTINGS, **changes})
    event = replace(made.event, press=Press(payload=text)) if press else made.event
    ear = listening(made.language, made.now, made.settings, None)
    contact = replace(made.contact, consent=consent)
    return replace(made, event=event, contact=contact, ear=ear, message_id=UUID(int=77))


async def answered(made: Turn) -> Outcome:
    found = route(made, listened_for(made.language))
    return await OURS[found.handler](made.settings).handle(made, found)


def texts(outcome: Outcome) -> list[str | None]:
    return [reply.text for reply in outcome.replies]


def record(given: bool, by: AnsweredBy = "words", language: str = "en") -> RecordConsent:
    return RecordConsent(
        version=2,
        language=language,
        given=given,
        message_id=UUID(int=77),
        name="Ada" if given else None,
        policy=POLICY[language],
        by=by,
    )


@pytest.mark.parametrize(
    ("consent", "stands"),
    [
        (None, "missing"),
        (Consent(version=1, given=True), "missing"),
        (Consent(version=3, given=True), "missing"),
        (Consent(version=2, given=True), "given"),
        (Consent(version=2, given=False), "declined"),
        (Consent(version=1, given=False), "missing"),
    ],
)
def test_an_answer_counts_for_its_version(consent: Consent | None, stands: str) -> None:
    assert standing(consent, SETTINGS.consent) == stands
    assert standing(consent, ConsentSettings()) == "given"


def test_a_policy_that_is_required_has_words() -> None:
    with pytest.raises(ValidationError, match="needs a `policy`"):
        ConsentSettings(required=True)
    with pytest.raises(ValidationError):
        ConsentSettings(required=True, policy={"en": "  "})


async def test_the_policy_is_asked_before_anything_else_in_the_contacts_language() -> None:
    outcome = await answered(turn("hola", language="es"))
    assert texts(outcome) == [POLICY["es"]]
    assert [button.payload for button in outcome.replies[0].buttons] == ["/consent agree 2", "/consent decline 2"]
    assert outcome.modes is not None
    assert outcome.modes[-1] == replace(ASKED, state={**ASKED.state, "language": "es"})
    german = (await answered(turn("hallo", language="de"))).replies[0]
    assert (german.text, german.language) == (POLICY["en"], "en")


@pytest.mark.parametrize("text", ["hello", "help", "my appointment", "/feedback", "/intent book"])
async def test_nobody_else_answers_before_that(text: str) -> None:
    assert texts(await answered(turn(text))) == [POLICY["en"]]
    assert texts(await answered(turn(text, owner="human"))) == [POLICY["en"]]


async def test_it_is_asked_in_full_once_and_then_in_short() -> None:
    assert texts(await answered(turn("hello", modes=(ASKED,)))) == [say("en", "consent.again")]
    declined = turn("hello", consent=Consent(version=2, given=False))
    assert texts(await answered(declined)) == [say("en", "consent.needed")]


@pytest.mark.parametrize(
    ("text", "press", "given"),
    [
        ("yes", False, True),
        ("no", False, False),
        ("/consent agree 2", True, True),
        ("/consent decline 2", True, False),
    ],
)
async def test_an_answer_is_kept_with_its_evidence(text: str, press: bool, given: bool) -> None:
    outer = Mode(handler="intent", state={"intent": "book"})
    outcome = await answered(turn(text, press=press, modes=(outer, ASKED)))
    assert outcome.effects == (record(given, "button" if press else "words"),)
    assert outcome.modes == (outer,)


async def test_the_evidence_is_what_was_shown_though_the_answer_is_in_another_language() -> None:
    shown = replace(ASKED, state={**ASKED.state, "language": "es"})
    again = await answered(turn("hello", modes=(shown,)))
    assert again.modes == (shown,)
    assert (await answered(turn("yes", modes=again.modes))).effects == (record(True, language="es"),)


@pytest.mark.parametrize("owner", ["bot", "human"])
async def test_a_button_answers_without_a_mode_but_not_for_another_version(owner: str) -> None:
    assert (await answered(turn("/consent agree 2", press=True, owner=owner))).effects == (record(True, "button"),)
    old = await answered(turn("/consent agree 1", press=True, owner=owner))
    assert (old.effects, texts(old)) == ((), [POLICY["en"]])


async def test_a_yes_nobody_asked_for_is_no_consent() -> None:
    assert (await answered(turn("yes"))).effects == ()
    somebody = Mode(handler="consent", state={**ASKED.state, "contact": str(UUID(int=7))})
    assert (await answered(turn("yes", modes=(somebody,)))).effects == ()
    earlier = Mode(handler="consent", state={**ASKED.state, "version": 1})
    assert (await answered(turn("yes", modes=(earlier,)))).effects == ()


async def test_in_a_group_only_a_button_answers_and_only_who_speaks_to_us_is_asked() -> None:
    assert route(turn("hello", is_group=True), listened_for("en")).handler == "silence"
    outcome = await answered(replace(turn("hello", is_group=True), addressed=True))
    assert (texts(outcome), outcome.modes) == ([POLICY["en"]], None)


@pytest.mark.parametrize(
    ("event", "handler"),
    [
        (Reaction(target="1", action="add", origin=an_origin(), emoji="👍"), "silence"),
        (Happening(event="edited", origin=an_origin(), target="1", text="new"), "silence"),
        (Happening(event="deleted", origin=an_origin(), target="1"), "happenings"),
        (Happening(event="blocked", origin=an_origin()), "happenings"),
    ],
)
def test_what_is_no_message_leaves_nothing_behind_either(event: Any, handler: str) -> None:
    assert route(replace(turn(), event=event), listened_for("en")).handler == handler


async def test_stop_takes_back_what_was_agreed_to_and_start_asks_again() -> None:
    agreed = Consent(version=2, given=True)
    stopped = await answered(turn("stop", consent=agreed))
    assert stopped.effects == (OptOut(), record(False, "stop"))
    started = await answered(turn("start", opted_out=True, consent=Consent(version=2, given=False)))
    assert (started.effects, texts(started)) == ((OptIn(),), [POLICY["en"]])


STATES = st.fixed_dictionaries(
    {
        "owner": st.sampled_from(["bot", "human"]),
        "is_group": st.booleans(),
        "modes": st.lists(
            st.builds(
                Mode,
                handler=st.sampled_from([*OURS, "gone"]),
                state=st.dictionaries(
                    st.sampled_from(["asks", "awaiting", "contact", "intent", "turn"]),
                    st.one_of(st.none(), st.integers(), st.sampled_from(["policy", "erasure", "rating", "text", ADA])),
                ),
            ),
            max_size=4,
        ).map(tuple),
        "consent": st.sampled_from([None, Consent(version=2, given=True), Consent(version=2, given=False)]),
        "opted_out": st.booleans(),
        "settings": st.sampled_from([SETTINGS, TenantSettings()]),
    }
)


@given(state=STATES, language=st.sampled_from(sorted(languages())), pick=st.integers(min_value=0))
async def test_stop_works_whatever_the_state(state: dict[str, Any], language: str, pick: int) -> None:
    said = sorted(listened_for(language).commands["stop"])
    made = turn([*said, "/stop"][pick % (len(said) + 1)], language=language, **state)
    outcome = await answered(replace(made, addressed=True))
    assert OptOut() in outcome.effects
    assert outcome.modes == ()
    assert texts(outcome) == [say(language, "consent.stopped")]


@pytest.mark.parametrize(("word", "wish"), [("erase me", "erasure"), ("give me my data", "export")])
@pytest.mark.parametrize("consent", [None, Consent(version=2, given=True)])
async def test_what_is_wanted_done_with_data_is_confirmed_first(word: str, wish: Any, consent: Consent | None) -> None:
    asked = await answered(turn(word, consent=consent))
    assert (asked.effects, texts(asked)) == ((), [say("en", f"consent.{wish}_confirm")])
    assert asked.modes is not None
    kept = await answered(turn("no", consent=consent, modes=asked.modes))
    assert (kept.effects, kept.modes, texts(kept)) == ((), (), [say("en", "consent.kept")])
    for text, press in (("yes", False), (f"/consent sure {wish}", True)):
        sure = await answered(turn(text, press=press, consent=consent, modes=asked.modes))
        more = () if wish == "erasure" else (HandOver(),)
        assert sure.effects == (AskPrivacy(wants=wish), *more)
    late = await answered(turn(f"/consent sure {wish}", press=True, consent=Consent(version=2, given=True)))
    assert late.effects == ()


async def test_in_a_group_nobody_is_erased() -> None:
    agreed = Consent(version=2, given=True)
    outcome = await answered(replace(turn("erase me", is_group=True, consent=agreed), addressed=True))
    assert (outcome.effects, outcome.modes, texts(outcome)) == ((), None, [say("en", "consent.alone")])
    others = Mode(handler="consent", state={"asks": "erasure", "contact": str(UUID(int=7))})
    made = replace(turn("yes", is_group=True, consent=agreed, modes=(others,)), addressed=True)
    assert (await answered(made)).effects == ()


async def test_what_is_no_answer_goes_to_whoever_answers_such_words() -> None:
    sure = Mode(handler="consent", state={"asks": "erasure", "contact": ADA})
    outcome = await answered(turn("hello", consent=Consent(version=2, given=True), modes=(sure,)))
    assert (outcome.modes, outcome.effects) == ((), ())
    assert outcome.onward
    assert outcome.onward.handler == "small_talk"
