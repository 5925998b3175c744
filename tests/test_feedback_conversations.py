"""Feedback in conversation: asked for rarely, read in words, tied to what it is about, and a person where it is bad."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from frontdesk.core.content import Content
from frontdesk.core.feedback import AskedFeedback
from frontdesk.phrases import say
from frontdesk.rehearsal.telegram import TelegramStub
from frontdesk.services.desk import Desk as People
from frontdesk.services.privacy import Erasure
from frontdesk.services.tenants import tenancy
from frontdesk.store import feedback
from tests.builders import a_telegram_press, a_telegram_update
from tests.services.desk import Desk
from tests.understanding.talking import CHAT, Talk, a_talk

ASK, COMMENT, THANKS = (say("en", f"feedback.{key}") for key in ("ask", "comment", "thanks"))
SORRY, PERSON = say("en", "feedback.sorry"), say("en", "feedback.person")
RULES = [{"keywords": ["opening"], "reply": "From nine to five."}]
KEPT = "SELECT kind, score, text, source, handler, intent, sentiment, message_id FROM feedback ORDER BY id"


@pytest.fixture
async def worked(desk: Desk) -> AsyncIterator[Desk]:
    async with desk.working():
        yield desk


@pytest.fixture
async def talk(worked: Desk, telegram: TelegramStub) -> Talk:
    return await a_talk(worked, telegram, keyword_rules=RULES)


async def kept(talk: Talk) -> list[dict[str, Any]]:
    return [dict(row) for row in await talk.rows(KEPT)]


async def test_a_rating_in_words_is_a_rating(talk: Talk) -> None:
    assert await talk.writes("/feedback") == [ASK]
    assert await talk.writes("five stars") == [COMMENT]
    assert await talk.writes("The doctor was very kind, thank you") == [THANKS]
    rating, words = await kept(talk)
    assert (rating["kind"], rating["score"], rating["source"]) == ("rating", 5, "volunteered")
    assert (words["kind"], words["score"]) == ("text", None)
    assert words["sentiment"] > 0.2


async def test_a_bad_rating_offers_a_person(talk: Talk) -> None:
    await talk.writes("/feedback")
    assert await talk.writes("1") == [SORRY]
    keys = talk.telegram.calls[-1].fields["reply_markup"]["inline_keyboard"]
    assert [key["callback_data"] for row in keys for key in row] == ["/human"]
    assert await talk.writes("I waited for three hours, terrible service") == [PERSON]
    assert (await talk.record())["sentiment"]["score"] < -0.5


async def test_where_no_person_is_wanted_none_is_offered(worked: Desk, telegram: TelegramStub) -> None:
    talk = await a_talk(worked, telegram, feedback={"escalate_below": None})
    await talk.writes("/feedback")
    assert await talk.writes("1") == [COMMENT]


async def test_a_reaction_knows_what_answered(talk: Talk) -> None:
    await talk.writes("opening hours?")
    reaction = {"old_reaction": [], "new_reaction": [{"type": "emoji", "emoji": "👎"}]}
    about = talk.telegram.calls[-1].message_id
    await talk.hear(a_telegram_update("message_reaction", chat=CHAT, message_id=about, **reaction))
    (row,) = await kept(talk)
    assert (row["kind"], row["score"], row["handler"], row["source"]) == ("reaction", 1, "keywords", "volunteered")


async def asks(talk: Talk, occasion: str) -> bool:
    (row,) = await talk.rows("SELECT id FROM conversations")
    mode = {"handler": "feedback", "state": {"awaiting": "rating", "about": None, "handoff": occasion}}
    noted = AskedFeedback(occasion=occasion, handler="handoff")
    async with talk.desk.databases.tenant(tenancy(talk.tenant)) as tx:
        return await feedback.ask(tx, noted, row["id"], mode, None) is not None


async def test_nobody_is_asked_twice_in_one_session(talk: Talk) -> None:
    await talk.writes("hello")
    assert await asks(talk, "first")
    assert not await asks(talk, "first")
    assert await talk.writes("opening hours?") == ["From nine to five."], "who does not answer is answered"
    assert not await asks(talk, "second")
    await talk.rows("UPDATE conversations SET variables = '{}'")
    assert not await asks(talk, "first"), "an occasion is one for ever"
    assert await asks(talk, "second")


async def test_what_was_asked_for_says_so_and_of_what(talk: Talk) -> None:
    await talk.writes("hello")
    assert await asks(talk, "a handoff")
    assert await talk.writes("4") == [COMMENT]
    (row,) = await kept(talk)
    assert (row["source"], row["handler"], row["score"]) == ("asked", "handoff", 4)


@pytest.mark.parametrize("against", ["owner = 'human'", "status = 'closed'", "is_group = true", "modes = '[{}]'"])
async def test_nobody_is_asked_in_the_middle_of_something(talk: Talk, against: str) -> None:
    await talk.writes("hello")
    await talk.rows(f"UPDATE conversations SET {against}")
    assert not await asks(talk, "now")
    assert await talk.rows("SELECT 1 FROM feedback_asked") == []


async def test_after_a_person_has_helped_the_contact_is_asked_how_they_did(
    worked: Desk, telegram: TelegramStub
) -> None:
    talk = await a_talk(worked, telegram, feedback={"ask": "always"})
    await talk.writes("human")
    (row,) = await talk.rows("SELECT id FROM conversations")
    desk, before = await worked.app.get(People), len(telegram.said(CHAT))
    await desk.resolve(talk.tenant, row["id"])
    await worked.finished(talk.tenant)
    assert telegram.said(CHAT)[before:] == [ASK]
    assert await talk.writes("2") == [SORRY]
    (rating,) = await kept(talk)
    assert (rating["handler"], rating["source"], rating["score"]) == ("handoff", "asked", 2)
    await talk.writes("cancel")
    await talk.writes("human")
    before = len(telegram.said(CHAT))
    await desk.resolve(talk.tenant, row["id"])
    await worked.finished(talk.tenant)
    assert telegram.said(CHAT)[before:] == [], "once a session"


async def pressed(talk: Talk, rating: str) -> list[str]:
    """Press a button under the question for a rating, however long ago it was put."""
    call = next(call for call in talk.telegram.calls if call.fields.get("text") == ASK)
    keys = [key for row in call.fields["reply_markup"]["inline_keyboard"] for key in row]
    data = next(key["callback_data"] for key in keys if key["text"] == rating)
    return await talk.hear(a_telegram_press(data, chat=CHAT, message_id=call.message_id or 0))


async def helped(talk: Talk) -> People:
    await talk.writes("human")
    (row,) = await talk.rows("SELECT id FROM conversations")
    desk = await talk.desk.app.get(People)
    await desk.resolve(talk.tenant, row["id"])
    await talk.desk.finished(talk.tenant)
    return desk


async def test_a_rating_counts_once_a_question_however_late_it_comes_and_the_last_one_counts(
    worked: Desk, telegram: TelegramStub
) -> None:
    talk = await a_talk(worked, telegram, feedback={"ask": "always"}, keyword_rules=RULES)
    await helped(talk)
    assert await talk.writes("opening hours?") == ["From nine to five."]
    assert await pressed(talk, "4") == [COMMENT]
    assert await pressed(talk, "2") == [SORRY]
    assert await talk.writes("I waited long") == [THANKS]
    assert [(row["kind"], row["score"], row["handler"], row["source"]) for row in await kept(talk)] == [
        ("rating", 2, "handoff", "asked"),
        ("text", None, "handoff", "asked"),
    ]


async def test_a_rating_that_comes_after_its_giver_was_erased_is_a_strangers(
    worked: Desk, telegram: TelegramStub
) -> None:
    talk = await a_talk(worked, telegram, feedback={"ask": "always"})
    await helped(talk)
    (gone,) = await talk.rows("SELECT id FROM contacts")
    await (await worked.app.get(Erasure)).erase(talk.tenant, [gone["id"]], "tests")
    assert await pressed(talk, "5") == [COMMENT]
    (row,) = await talk.rows("SELECT contact_id, handler, message_id FROM feedback")
    assert row["contact_id"] != gone["id"]
    assert (row["handler"], row["message_id"]) == (None, None)


async def test_what_is_thought_of_a_persons_words_counts_for_the_handoff(talk: Talk) -> None:
    await talk.writes("human")
    (row,) = await talk.rows("SELECT id FROM conversations")
    desk = await talk.desk.app.get(People)
    await desk.answer(talk.tenant, row["id"], Content(text="Good morning!"))
    await talk.desk.finished(talk.tenant)
    about = talk.telegram.calls[-1].message_id
    reaction = {"old_reaction": [], "new_reaction": [{"type": "emoji", "emoji": "👍"}]}
    await talk.hear(a_telegram_update("message_reaction", chat=CHAT, message_id=about, **reaction))
    (given,) = await kept(talk)
    assert (given["kind"], given["score"], given["handler"]) == ("reaction", 5, "handoff")
    taken = {"old_reaction": [{"type": "emoji", "emoji": "👍"}], "new_reaction": []}
    await talk.hear(a_telegram_update("message_reaction", chat=CHAT, message_id=about, **taken))
    (row,) = await talk.rows("SELECT withdrawn_at FROM feedback")
    assert row["withdrawn_at"] is not None
