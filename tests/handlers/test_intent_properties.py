"""What holds for any words in any state: nothing raises, what is kept is JSON, and every conversation comes to an end."""

import asyncio
import itertools
import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from frontdesk.channels.whatsapp import LIMITS
from frontdesk.core.conversation import Mode
from frontdesk.core.entities import KINDS
from frontdesk.core.fitting import fit
from frontdesk.core.intents import Intent
from frontdesk.core.slots import Option, Slot
from frontdesk.core.tenant import TenantSettings
from frontdesk.core.understanding import FactRule
from tests.handlers.intents import Talk

LANGUAGES = ("en", "es", "fr", "de", "hi", "ar", "pt", "sw")
SETTINGS = TenantSettings(languages=LANGUAGES, facts={"f": FactRule(), "n": FactRule(kind="number")})
SAID = (
    "a haircut on friday at 5 for 3", "no, Tuesday", "3", "1", "yes", "no", "skip", "none of these", "{s0} {0} {s1.x}",
    "me@example.com", "my name is Ann Lee", "sí", "नहीं", "لا", "", "?", "~1", "/intent b", "/yes", "/none", "\ufffd\u202e",
)  # fmt: skip
NAMES = ("a", "b", "c d")
WORDS = st.sampled_from(SAID) | st.text(max_size=20)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 2**70) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
STATES = st.fixed_dictionaries(
    {},
    optional={
        "intent": JSON | st.sampled_from(NAMES),
        "slots": JSON
        | st.fixed_dictionaries(
            {}, optional={"filled": JSON, "asked": st.just("s0"), "failures": JSON, "stage": st.just("confirming")}
        ),
        "utterance": JSON | st.just("a haircut"),
        "asked": JSON | st.lists(st.sampled_from(NAMES), max_size=3),
    },
)
MODES = st.builds(Mode, handler=st.sampled_from(["intent", "did_you_mean", "gone", "keywords"]), state=STATES)
TEXTS = st.dictionaries(st.sampled_from([*LANGUAGES, "pt-BR", "x"]), st.text(min_size=1, max_size=12), max_size=3)


@st.composite
def intents(draw: st.DrawFn, name: str) -> Intent:
    kinds = draw(st.lists(st.sampled_from(KINDS), max_size=4))
    slots = tuple(
        Slot(
            name=f"s{number}",
            kind=kind,
            required=draw(st.booleans()),
            ask=draw(st.booleans()),
            prompt=draw(TEXTS),
            invalid=draw(TEXTS),
            options=(Option(value="haircut"), Option(value="no"), Option(value="~1")) if kind == "list" else (),
            pattern=draw(st.sampled_from([r"\d+", "(", None])) if kind == "pattern" else None,
            fact=draw(st.sampled_from([None, "f", "n", "gone"])),
        )
        for number, kind in enumerate(kinds)
    )
    places = st.sampled_from(["{s0}", "{s1} {x}", "{", "{0}", "{s0.__class__}"])
    responses = st.dictionaries(st.sampled_from(LANGUAGES), st.lists(places, max_size=2).map(tuple), max_size=2)
    return Intent(
        name=name,
        title=draw(TEXTS),
        enabled=draw(st.booleans()),
        slots=slots,
        confirm=draw(st.booleans()),
        attempts=draw(st.integers(1, 3)),
        responses=draw(responses),
        handler=draw(st.sampled_from([None, "intent", "did_you_mean", "keywords", "handoff", "gone"])),
        config=draw(st.dictionaries(st.sampled_from(["argument", "s0"]), JSON | st.sampled_from(NAMES), max_size=2)),
    )


def check(talk: Talk) -> None:
    for reply in talk.outcome.replies:
        assert reply.text
        assert fit(reply, LIMITS)
    for mode in talk.kept["modes"]:
        assert json.loads(json.dumps(mode.state)) == mode.state
    assert json.dumps(talk.variables)


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_no_words_in_no_state_raise(data: Any) -> None:
    known = [data.draw(intents(name)) for name in data.draw(st.sets(st.sampled_from(NAMES)))]
    talk = Talk(known, SETTINGS)
    talk.kept["modes"] = tuple(data.draw(st.lists(MODES, max_size=3)))

    async def said() -> None:
        for _ in range(4):
            talk.language = data.draw(st.sampled_from(LANGUAGES))
            meant = data.draw(st.sampled_from(["", *NAMES]) | st.lists(st.sampled_from(NAMES), max_size=3))
            if data.draw(st.booleans()):
                await talk.presses(data.draw(WORDS))
            else:
                await talk.says(data.draw(WORDS), meant, unread=data.draw(st.sampled_from([None, "media.empty"])))
            check(talk)

    asyncio.run(said())


@settings(max_examples=80, deadline=None)
@given(st.data())
def test_every_conversation_ends(data: Any) -> None:
    """Whoever never says what is wanted is done, has cancelled, or is with a person after a bounded number of answers."""
    known = [data.draw(intents(name)) for name in NAMES]
    talk = Talk(known, SETTINGS)
    talk.kept["modes"] = tuple(data.draw(st.lists(MODES, max_size=2)))
    texts = data.draw(st.lists(WORDS, min_size=1, max_size=6))

    async def said() -> None:
        await talk.says("x", data.draw(st.sampled_from([*NAMES, NAMES])))
        for text in itertools.islice(itertools.cycle(texts), 250):
            if not talk.modes or talk.kept["owner"] == "human":
                return
            await talk.says(text)
        raise AssertionError(f"it goes on: {talk.modes}")

    asyncio.run(said())
