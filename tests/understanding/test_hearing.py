"""Hearing in its rooms: deadlines and places of reading, what a recording's engine is told, models loaded beforehand."""

import asyncio
import contextlib
from datetime import timedelta
from uuid import uuid4

import pytest

from frontdesk.core.understanding import SpeechSettings
from frontdesk.phrases import say
from frontdesk.rehearsal.telegram import TelegramStub
from frontdesk.store.db import Databases
from frontdesk.understanding.files_read import FilesReading
from frontdesk.understanding.language import model
from frontdesk.understanding.media import places
from frontdesk.understanding.media.places import Places
from frontdesk.understanding.reading_settings import hint
from frontdesk.understanding.warming import Warming
from frontdesk.wiring import Tenants
from tests.services.desk import Desk, until
from tests.understanding.media.making import SPOKEN
from tests.understanding.talking import CHAT, a_talk


async def test_reading_that_lasts_too_long_is_given_up(desk: Desk, telegram: TelegramStub) -> None:
    talk = await a_talk(desk, telegram)
    tenant = await desk.directory.tenant(talk.tenant.code)
    reading = await (await desk.app.get(Tenants)).scope(tenant).get(FilesReading)
    reading.settings = reading.settings.model_copy(update={"read_seconds": 0.05})
    async with desk.working():
        assert await talk.sends("voice", SPOKEN) == [say("en", "media.timeout")]
    assert await talk.rows("SELECT FROM media_texts") == [], "another time it may be read"


async def test_who_finds_every_place_taken_is_answered_later(
    desk: Desk, telegram: TelegramStub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(places, "LEAST_WAIT", timedelta(seconds=0.1))
    talk = await a_talk(desk, telegram)
    taken = await desk.app.get(Places)
    async with desk.working():
        with contextlib.ExitStack() as held:
            for number in range(places.AT_ONCE):
                held.enter_context(taken.one(f"other{number}", uuid4()))
            await desk.hear(talk.tenant, talk.channel, talk.sent("voice", SPOKEN))
            await until(lambda: talk.tenant.code in taken.away)
            assert telegram.said(CHAT) == []
        await desk.finished(talk.tenant)
    assert telegram.said(CHAT) == ["The doctor comes at nine. Shall I book it?"]
    (turn,) = await talk.rows("SELECT record->>'attempts' AS attempts FROM turns")
    assert turn["attempts"] == "1", "to be put off is no try"


@pytest.mark.parametrize(
    ("engine", "language", "languages", "told"),
    [
        ("sphinx", None, ("en", "es"), "en"),
        ("sphinx", None, ("es", "en"), "es"),
        ("sphinx", "es-MX", ("en", "es-MX"), "es"),
        ("whisper", None, ("en", "es"), None),
        ("whisper", None, ("sw",), "sw"),
        ("whisper", "hi", ("en", "hi"), "hi"),
    ],
)
def test_an_engine_is_told_the_language_where_it_is_known(
    engine: str, language: str | None, languages: tuple[str, ...], told: str | None
) -> None:
    assert hint(SpeechSettings.model_validate({"engine": engine}), language, languages) == told


def test_a_provider_with_sphinx_behind_it_is_told_the_language() -> None:
    given = SpeechSettings(engine="http", url="https://speech.example/v1", fallback="sphinx")
    assert hint(given, None, ("es", "en")) == "es"
    assert hint(given.model_copy(update={"fallback": "none"}), None, ("es", "en")) is None


async def test_models_are_loaded_for_the_languages_tenants_speak(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model, "_loaded", set())
    warming = await desk.app.get(Warming)
    tenant = await desk.tenant(languages=["fr", "sw", "hi"])
    await warming.warm()
    assert {"fr", "sw"} <= model._loaded
    assert "hi" not in model._loaded, "its script tells it apart"

    following = asyncio.create_task(warming.follow())
    await asyncio.sleep(0)
    try:
        await desk.provisioning.change_settings(tenant.code, {"languages": ["tr", "az"]}, actor="tests")
        await until(lambda: {"tr", "az"} <= model._loaded)
    finally:
        following.cancel()


async def test_warming_without_the_database_waits_for_the_turns(desk: Desk) -> None:
    nowhere = Databases({"primary": "postgresql://nobody@127.0.0.1:1/nothing"}, None, 2)
    try:
        await Warming(nowhere, desk.directory).warm()
    finally:
        await nowhere.close()
