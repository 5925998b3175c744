"""Whoever writes in another language than the tenant's is understood and answered, and both texts are kept."""

from collections.abc import AsyncIterator

import pytest
from aiohttp import web

from frontdesk.rehearsal.telegram import TelegramStub
from tests.builders import a_telegram_press, a_telegram_update
from tests.services.desk import Desk
from tests.understanding.talking import CHAT, MEANT, PHRASES, WANTED, in_hindi
from tests.understanding.translation.libre_stub import LibreStub


@pytest.fixture
async def libre() -> AsyncIterator[LibreStub]:
    async with LibreStub(phrases=PHRASES) as running:
        yield running


@pytest.fixture
async def worked(desk: Desk) -> AsyncIterator[Desk]:
    async with desk.working():
        yield desk


SAID = "SELECT text, working_text FROM messages ORDER BY id"


async def test_hindi_in_english_at_work_and_hindi_out(worked: Desk, telegram: TelegramStub, libre: LibreStub) -> None:
    talk = await in_hindi(worked, telegram, libre)
    question = "The doctor comes at nine. Shall I book it?"
    assert await talk.writes(WANTED) == [PHRASES[question]]
    assert [tuple(row) for row in await talk.rows(SAID)] == [(WANTED, MEANT), (PHRASES[question], question)]
    record = await talk.record()
    assert record["translation"] == {"provider": "libretranslate", "from": ["hi"], "to": "en"}
    assert (record["detected"]["language"], record["language"], record["spoken"]["language"]) == ("hi", "hi", "hi")
    assert record["steps"]["translation"] >= 0
    assert len(libre.asked) == 2, "one request in, one out with all words and titles"
    shown = telegram.calls[-1].fields["reply_markup"]["inline_keyboard"]
    keys = [(key["text"], key["callback_data"]) for row in shown for key in row]
    assert keys == [("हाँ", "Yes"), ("नहीं", "No")]


async def test_a_translated_button_means_what_it_meant(worked: Desk, telegram: TelegramStub, libre: LibreStub) -> None:
    talk = await in_hindi(worked, telegram, libre)
    await talk.writes(WANTED)
    pressed = a_telegram_press("Yes", chat=CHAT, message_id=telegram.calls[-1].message_id or 0)
    assert await talk.hear(pressed) == [PHRASES["It is booked."]]
    assert (await talk.record())["text"] == "Yes"


async def test_what_is_said_often_is_translated_once(worked: Desk, telegram: TelegramStub, libre: LibreStub) -> None:
    talk = await in_hindi(worked, telegram, libre)
    await talk.writes(WANTED)
    await talk.writes(WANTED)
    assert [asked["target"] for asked in libre.asked] == ["en", "hi", "en"]


async def test_commands_are_not_translated(worked: Desk, telegram: TelegramStub, libre: LibreStub) -> None:
    talk = await in_hindi(worked, telegram, libre)
    for text in ("/help", "मदद", "help"):
        await talk.writes(text)
        assert (await talk.record())["route"]["reason"] == "command help"
    assert libre.asked == []


async def test_without_its_provider_the_answer_comes_as_it_is(
    worked: Desk, telegram: TelegramStub, libre: LibreStub
) -> None:
    talk = await in_hindi(worked, telegram, libre)
    libre.failures += [web.Response(status=503, text="{}") for _ in range(9)]
    await talk.writes(WANTED)
    assert (await talk.record())["translation"]["failure"] == "unreachable"
    assert await talk.writes("doctor") == ["The doctor comes at nine. Shall I book it?"]
    assert (await talk.record())["spoken"]["failure"] == "unreachable"
    asked = len(libre.failures)
    await talk.writes(WANTED)
    assert len(libre.failures) == asked, "a provider that failed three times is left alone"
    assert [row["working_text"] for row in await talk.rows(SAID)] == [None] * 6


async def test_a_provider_that_hangs_is_waited_for_as_long_as_is_set(
    worked: Desk, telegram: TelegramStub, libre: LibreStub
) -> None:
    talk = await in_hindi(worked, telegram, libre, seconds=0.2)
    libre.slow = 5
    assert len(await talk.writes(WANTED)) == 1
    record = await talk.record()
    assert (record["translation"]["failure"], record["steps"]["translation"] < 1000) == ("unreachable", True)


async def test_a_missing_secret_is_named(worked: Desk, telegram: TelegramStub, libre: LibreStub) -> None:
    talk = await in_hindi(worked, telegram, libre, key="nobody-set-this")
    await talk.writes(WANTED)
    translation = (await talk.record())["translation"]
    assert translation["failure"] == "unauthorised"
    assert "nobody-set-this" in translation["detail"]


async def test_an_edit_leaves_no_old_translation(worked: Desk, telegram: TelegramStub, libre: LibreStub) -> None:
    talk = await in_hindi(worked, telegram, libre)
    await talk.writes(WANTED)
    changed = a_telegram_update("edited_message", chat=CHAT, message_id=1, edit_date=1_700_000_060, text="धन्यवाद")
    await talk.hear(changed)
    said, *_ = await talk.rows(SAID)
    assert tuple(said) == ("धन्यवाद", None)


async def test_a_person_who_answers_is_shown_the_translation(
    worked: Desk, telegram: TelegramStub, libre: LibreStub
) -> None:
    talk = await in_hindi(worked, telegram, libre)
    await talk.writes("/help")
    await talk.rows("UPDATE conversations SET owner = 'human', version = version + 1")
    assert await talk.writes(WANTED) == []
    *_, said = await talk.rows(SAID)
    assert tuple(said) == (WANTED, MEANT)
    assert "recognition" not in (await talk.record())["steps"]
