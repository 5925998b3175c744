"""Answers in the contact's language: every word people read, and nothing of what a choice stands for."""

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest

from frontdesk.channels import adapter
from frontdesk.core.content import Button, Content, Outbound, Row
from frontdesk.core.fitting import fit
from frontdesk.core.turn import Outcome
from frontdesk.understanding.voice import Voice
from frontdesk.wiring import Tenants
from tests.builders import a_channel, a_turn
from tests.services.desk import Desk
from tests.understanding.translation.libre_stub import LibreStub

WORDS = {"good": "guten", "morning": "Morgen", "tea": "Tee", "hot": "heiß", "drinks": "Getränke", "more": "mehr"}


@pytest.fixture
async def libre() -> AsyncIterator[LibreStub]:
    async with LibreStub(words=WORDS, key="") as running:
        yield running


async def spoken(desk: Desk, libre: LibreStub, *replies: Content, **turn: Any) -> tuple[Outcome, dict[str, Any]]:
    """Return an outcome as it is said to somebody who speaks German."""
    given = {"provider": "libretranslate", "url": libre.url, "glossary": ["Tea & Co"]}
    tenant = await desk.tenant(languages=["en", "de", "it"], translation=given)
    voice = await (await desk.app.get(Tenants)).scope(tenant).get(Voice)
    asked = replace(a_turn(settings=tenant.settings, language="de"), **turn)
    outcome, record = await voice.speak(asked, Outcome(replies=replies))
    return outcome, dict(record)


async def test_every_word_people_read_is_translated(desk: Desk, libre: LibreStub) -> None:
    menu = Content(
        text="good morning",
        list_title="drinks",
        rows=(Row(title="tea", payload="tea", description="hot"),),
        buttons=(
            Button(title="more"),
            Button(title="more", payload="/more"),
            Button(title="more", url="https://a.example"),
        ),
        language="en",
    )
    outcome, record = await spoken(desk, libre, menu)
    (said,) = outcome.replies
    assert (said.text, said.original, said.language) == ("guten Morgen", "good morning", "de")
    assert said.list_title == "Getränke"
    assert said.rows == (Row(title="Tee", payload="tea", description="heiß"),)
    assert said.buttons == (
        Button(title="mehr", payload="more"),
        Button(title="mehr", payload="/more"),
        Button(title="mehr", url="https://a.example"),
    )
    assert len(libre.asked) == 1
    assert record["spoken"]["provider"] == "libretranslate"


async def test_one_tap_answers_become_buttons_that_mean_the_same(desk: Desk, libre: LibreStub) -> None:
    outcome, _ = await spoken(desk, libre, Content(text="good", keyboard=("tea", "more"), language="en"))
    (said,) = outcome.replies
    assert said.keyboard == ()
    assert [(button.title, button.answer) for button in said.buttons] == [("Tee", "tea"), ("mehr", "more")]


async def test_markup_stays_and_signs_in_words_are_no_markup(desk: Desk, libre: LibreStub) -> None:
    libre.words = {**WORDS, "morning": "M & <Ms"}
    text = '<b>good</b> morning at <a href="https://a.example?x=1&amp;y=2">Tea &amp; Co</a>'
    outcome, _ = await spoken(desk, libre, Content(text=text, format="html", language="en"))
    assert outcome.replies[0].text == (
        '<b>guten</b> M &amp; &lt;Ms at <a href="https://a.example?x=1&amp;y=2">Tea &amp; Co</a>'
    )


async def test_what_is_in_the_contacts_language_stays(desk: Desk, libre: LibreStub) -> None:
    ours = Content(text="good morning")
    outcome, record = await spoken(desk, libre, ours, Content(text="tea", language="de-CH"), Content(type="template"))
    assert (outcome.replies[0], record, libre.asked) == (ours, {}, [])


async def test_a_language_without_phrases_of_ours_is_spoken_all_the_same(desk: Desk, libre: LibreStub) -> None:
    ours, theirs = Content(text="good morning"), Content(text="tea", language="en")
    outcome, _ = await spoken(desk, libre, ours, theirs, language="en", spoken="it")
    assert [reply.text for reply in outcome.replies] == ["guten Morgen", "Tee"]
    assert {asked["target"] for asked in libre.asked} == {"it"}


@pytest.mark.parametrize("kind", ["telegram", "whatsapp", "slack", "signal", "custom"])
def test_no_provider_sees_the_text_before(kind: str) -> None:
    content = Content(text="guten Morgen", original="good morning", language="de-zz")
    needed = {each.name: "+4915112345678" for each in adapter(kind).CREDENTIALS if each.required}
    channel = a_channel(kind, credentials=needed, api_base="https://provider.example")
    (fitted,) = fit(content, adapter(kind).LIMITS)
    request = next(adapter(kind).send(Outbound(key="1", conversation="+4915112345679", content=fitted), channel))
    sent = f"{request.url} {request.body!r} {request.fields} {request.headers}"
    assert "guten" in sent
    assert "good morning" not in sent
    assert "de-zz" not in sent
