"""Engines of speech: a provider over HTTP and its failures, the local ones and what they need."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from frontdesk.core.exchange import Response
from frontdesk.errors import ConfigurationError
from frontdesk.http import Http
from frontdesk.live import Live
from frontdesk.media import Files
from frontdesk.media.kinds import sniffed
from frontdesk.understanding.media import sound, speech
from frontdesk.understanding.media.cache import Recent
from frontdesk.understanding.media.reading import Reader
from frontdesk.understanding.media.speech import Heard
from frontdesk.understanding.media.speech import http as provider
from frontdesk.understanding.media.speech.sphinx import stretches
from frontdesk.understanding.media.values import Limits, MediaSettings, Reading, Speech, Unread
from frontdesk.understanding.media.work import Pool
from tests.understanding.media.making import LABEL, SPOKEN, page, video

KEY = "sk-a-secret-of-the-tenant"


class Provider:
    """A strict server of OpenAI's transcription API: keeps what was asked, answers as told."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []
        self.answers: list[web.Response] = []

    async def transcribe(self, request: web.Request) -> web.Response:
        fields = await request.post()
        file = fields["file"]
        assert isinstance(file, web.FileField)
        kept = {name: value for name, value in fields.items() if isinstance(value, str)}
        self.asked.append({**kept, "file": file.file.read(), "key": request.headers.get("authorization")})
        return self.answers.pop(0)


@pytest.fixture
async def openai() -> AsyncIterator[tuple[str, Provider]]:
    stub = Provider()
    server = web.AppRunner(web.Application(), shutdown_timeout=0.1)
    server.app.router.add_post("/v1/audio/transcriptions", stub.transcribe)
    await server.setup()
    site = web.TCPSite(server, "127.0.0.1", 0)
    await site.start()
    yield "http://{}:{}/v1".format(*server.addresses[0]), stub
    await server.cleanup()


@pytest.fixture
async def reader(pool: Pool, tmp_path: Path) -> AsyncIterator[Reader]:
    live = Live("unix:///nowhere/redis.sock")
    http = Http(5, live, Files(tmp_path))
    yield Reader(pool, http.perform)
    await http.close()
    await live.close()


def asking(url: str, **given: Any) -> MediaSettings:
    return MediaSettings(speech=Speech(engine="http", url=url, key=KEY, model="a-model", **given))


@pytest.mark.parametrize(("upload", "mime"), [("ogg", "audio/ogg"), ("wav", "audio/wav")])
async def test_a_provider_hears(reader: Reader, openai: tuple[str, Provider], upload: str, mime: str) -> None:
    url, stub = openai
    stub.answers = [web.json_response({"text": " नमस्ते डॉक्टर ", "language": "hindi", "duration": 3})]
    found = await reader.read(SPOKEN, None, "audio", asking(url, upload=upload, language="hi"))
    assert isinstance(found, Reading)
    assert (found.text, found.language, found.how) == ("नमस्ते डॉक्टर", "hi", "speech")
    (asked,) = stub.asked
    assert (asked["model"], asked["language"], asked["response_format"]) == ("a-model", "hi", "verbose_json")
    assert asked["key"] == f"Bearer {KEY}"
    assert sniffed(asked["file"]) == mime
    again = sound.samples(asked["file"], upload, Limits()) or b""
    assert sound.seconds(again) == pytest.approx(3.08, abs=0.1)


async def test_a_provider_without_details_is_asked_for_plain_words(
    reader: Reader, openai: tuple[str, Provider]
) -> None:
    url, stub = openai
    refusal = {"error": {"message": "response_format 'verbose_json' is not compatible"}}
    stub.answers = [web.json_response(refusal, status=400), web.json_response({"text": "hello"})]
    found = await reader.read(SPOKEN, None, "audio", asking(url))
    assert isinstance(found, Reading)
    assert (found.text, found.language) == ("hello", None)
    assert [asked["response_format"] for asked in stub.asked] == ["verbose_json", "json"]


@pytest.mark.parametrize(
    ("status", "body", "reason"),
    [
        (200, "no json", "provider_down"),
        (200, '{"text": 5}', "provider_down"),
        (200, "[]", "provider_down"),
        (200, '{"text": "  "}', "no_text"),
        (400, "{}", "unreadable"),
        (401, f'{{"error": "wrong key {KEY}"}}', "provider_down"),
        (413, "{}", "too_large"),
        (415, "{}", "unsupported"),
        (429, "{}", "provider_down"),
        (503, "{}", "provider_down"),
    ],
)
async def test_a_provider_s_failure_is_told(
    reader: Reader, openai: tuple[str, Provider], status: int, body: str, reason: str
) -> None:
    url, stub = openai
    stub.answers = [web.Response(status=status, text=body, content_type="application/json")]
    found = await reader.read(SPOKEN, None, "audio", asking(url))
    assert isinstance(found, Unread)
    assert found.reason == reason
    assert KEY not in repr(found)


async def test_where_the_provider_is_away_the_fallback_hears_and_nothing_is_kept(reader: Reader) -> None:
    kept = Recent()
    away = asking("http://127.0.0.1:9/v1", fallback="sphinx")
    found = await reader.read(SPOKEN, None, "audio", away, kept)
    assert isinstance(found, Reading)
    assert "doctor" in found.text
    assert "fallback" in found.notes
    assert not kept.kept
    alone = await reader.read(SPOKEN, None, "audio", asking("http://127.0.0.1:9/v1"), kept)
    assert isinstance(alone, Unread)
    assert (alone.reason, alone.passes, len(kept.kept)) == ("provider_down", True, 0)


async def test_what_a_video_shows_is_told_where_the_provider_is_away(reader: Reader) -> None:
    shown = video((page(LABEL[:1], (400, 120)),), SPOKEN)
    found = await reader.read(shown, None, "video", asking("http://127.0.0.1:9/v1"))
    assert isinstance(found, Reading)
    assert (found.text, found.how) == (LABEL[0], "ocr")
    assert any(note.startswith("speech: ") for note in found.notes)


def test_names_of_languages_become_codes() -> None:
    exchange = provider.transcribe(b"", Speech(engine="http", url="http://speech/v1", language="sw"))
    next(exchange)
    with pytest.raises(StopIteration) as done:
        exchange.send(Response(200, b'{"text": "habari", "language": "Klingon"}'))
    assert done.value.value == Heard("habari", "sw")


def test_the_key_stays_out_of_what_is_printed() -> None:
    assert KEY not in repr(asking("http://speech/v1"))


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (Speech(engine="http"), "address"),
        (Speech(engine="sphinx", language="hi"), "English"),
        (Speech(engine="http", url="https://speech/v1", fallback="http"), "on this machine"),
        (Speech(engine="whisper", whisper_path="/nowhere"), r"faster-whisper|model\.bin"),
    ],
)
def test_settings_that_can_t_work_are_refused(given: Speech, words: str) -> None:
    with pytest.raises(ConfigurationError, match=words):
        speech.check(given)


@pytest.mark.parametrize(
    "given", [Speech(), Speech(engine="none"), Speech(engine="http", url="https://speech/v1", fallback="sphinx")]
)
def test_settings_that_work_pass(given: Speech) -> None:
    speech.check(given)


async def test_whisper_without_its_package_or_model_is_told(reader: Reader) -> None:
    found = await reader.read(SPOKEN, None, "audio", MediaSettings(speech=Speech(engine="whisper", whisper_path="/no")))
    assert isinstance(found, Unread)
    assert found.reason == "provider_down"
    assert "faster-whisper" in found.detail


def test_short_pauses_don_t_part_what_is_said() -> None:
    marks = [False] * 5 + [True] * 20 + [False] * 10 + [True] * 20 + [False] * 40 + [True] * 2 + [False] * 40
    assert list(stretches([*marks, *[True] * 10])) == [(5, 54), (137, 146)]
    assert [last - first for first, last in stretches([True] * 2500)] == [1000, 1000, 497]
