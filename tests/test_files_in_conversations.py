"""Whoever speaks, or sends a picture, is understood and answered; a file that gives no text is answered honestly."""

from collections.abc import AsyncIterator

import pytest
from aiohttp import web

from frontdesk.core import wire
from frontdesk.phrases import say
from frontdesk.rehearsal.telegram import TelegramStub
from frontdesk.services.secrets import Vault
from frontdesk.understanding import files_read
from tests.services.desk import Desk, until
from tests.understanding.media.making import LABEL, SPOKEN, bomb, encoded, page, photo, tone, video
from tests.understanding.talking import CHAT, PHRASES, WANTED, a_talk, in_hindi
from tests.understanding.translation.libre_stub import LibreStub


@pytest.fixture
async def libre() -> AsyncIterator[LibreStub]:
    async with LibreStub(phrases=PHRASES) as running:
        yield running


@pytest.fixture
async def worked(desk: Desk) -> AsyncIterator[Desk]:
    async with desk.working():
        yield desk


async def test_a_voice_note_is_answered_in_writing(worked: Desk, telegram: TelegramStub) -> None:
    talk = await a_talk(worked, telegram)
    assert await talk.sends("voice", SPOKEN) == ["The doctor comes at nine. Shall I book it?"]
    inbound, _ = await talk.rows("SELECT type, text, working_text FROM messages ORDER BY id")
    assert (inbound["text"], "doctor" in inbound["working_text"]) == (None, True)
    (file,) = (await talk.record())["files"]
    assert (file["how"], file["language"], file["kind"]) == ("speech", "en", "voice")
    (kept,) = await talk.rows("SELECT status, mime FROM attachments")
    assert kept["status"] == "kept"


async def test_the_same_recording_is_heard_once(worked: Desk, telegram: TelegramStub) -> None:
    talk = await a_talk(worked, telegram)
    await talk.sends("voice", SPOKEN)
    (kept,) = await talk.rows("SELECT key, result FROM media_texts")
    await talk.rows("UPDATE media_texts SET result = replace(result, 'doctor', 'amoxicillin')")
    assert await talk.sends("voice", SPOKEN) == ["Take it with food."]
    assert len(kept["key"].partition(":")[0]) == 64


async def test_a_photo_of_a_label_is_read(worked: Desk, telegram: TelegramStub) -> None:
    talk = await a_talk(worked, telegram)
    assert await talk.sends("photo", photo(page())) == ["Take it with food."]
    assert (await talk.record())["files"][0]["how"] == "ocr"


async def test_a_caption_and_what_stands_in_the_picture_are_one_text(worked: Desk, telegram: TelegramStub) -> None:
    talk = await a_talk(worked, telegram)
    await talk.sends("photo", encoded(page()), caption="What is this?")
    text = (await talk.record())["text"]
    assert text.startswith("What is this?\n")
    assert LABEL[0] in text


async def test_a_video_is_heard_and_read(worked: Desk, telegram: TelegramStub) -> None:
    talk = await a_talk(worked, telegram)
    await talk.sends("video", video((page(),), SPOKEN))
    text = (await talk.record())["text"]
    assert "doctor" in text
    assert "PHARMACY" in text


async def test_words_of_a_picture_are_not_the_contacts(worked: Desk, telegram: TelegramStub, libre: LibreStub) -> None:
    talk = await in_hindi(worked, telegram, libre)
    await talk.writes(WANTED)
    del libre.asked[:]
    await talk.sends("photo", encoded(page()))
    (contact,) = await talk.rows("SELECT language FROM contacts")
    assert contact["language"] == "hi"
    assert [asked["target"] for asked in libre.asked] == ["hi"], (
        "an English label needs no translation, the answer does"
    )


HONEST = [
    ("voice", b"OggS" + b"\0" * 400, "unreadable"),
    ("voice", b"", "empty"),
    ("voice", tone(), "no_text"),
    ("voice", b"just some words", "unreadable"),
    ("photo", encoded(page())[:900], "unreadable"),
    ("photo", bomb(60_000, 60_000), "too_large"),
    ("photo", encoded(page((), (400, 200))), "no_text"),
    ("document", b"%PDF-1.4\n1 0 obj\n", "unsupported"),
    ("video", video((page(),), None)[:600], "unreadable"),
    ("photo", None, "unreadable"),
]


@pytest.mark.parametrize(("kind", "data", "reason"), HONEST, ids=[f"{kind} {reason}" for kind, _, reason in HONEST])
async def test_a_file_that_gives_no_text_is_answered_honestly(
    worked: Desk, telegram: TelegramStub, kind: str, data: bytes | None, reason: str
) -> None:
    talk = await a_talk(worked, telegram)
    assert await talk.sends(kind, data) == [say("en", f"media.{reason}")]
    assert (await talk.record())["files"][0]["unread"] == reason


async def test_words_beside_a_file_that_gives_none_are_answered(worked: Desk, telegram: TelegramStub) -> None:
    talk = await a_talk(worked, telegram)
    assert await talk.sends("photo", b"no picture", caption="amoxicillin?") == ["Take it with food."]


async def test_too_much_for_the_tenant_is_said_so(worked: Desk, telegram: TelegramStub) -> None:
    talk = await a_talk(worked, telegram, reading={"most_bytes": 100})
    assert await talk.sends("voice", SPOKEN) == [say("en", "media.too_large")]
    talk = await a_talk(worked, telegram, media={"max_bytes": 100})
    assert await talk.sends("voice", SPOKEN) == [say("en", "media.too_large")]
    talk = await a_talk(worked, telegram, media={"types": ["image/*"]})
    assert await talk.sends("voice", SPOKEN) == [say("en", "media.unsupported")]


async def test_a_file_that_does_not_come_holds_nobody_for_ever(
    worked: Desk, telegram: TelegramStub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files_read, "PATIENCE", files_read.PATIENCE / 30)
    monkeypatch.setattr(files_read, "AGAIN", files_read.AGAIN / 50)
    talk = await a_talk(worked, telegram)
    telegram.refuse(method="getFile", status=500, times=2)
    assert await talk.sends("voice", SPOKEN) == ["The doctor comes at nine. Shall I book it?"]
    telegram.refuse(method="getFile", status=500, times=50)
    before = len(telegram.said(CHAT))
    await worked.hear(talk.tenant, talk.channel, talk.sent("voice", tone(1.0)))
    await until(lambda: telegram.said(CHAT)[before:] == [say("en", "media.unreadable")])
    (work,) = await worked.work(talk.tenant)
    assert work["kind"] == wire.MEDIA, "it is still tried to keep the file"
    await worked.rows(talk.tenant, "DELETE FROM frontdesk.work")
    assert await talk.rows("SELECT FROM dead_letters") == []


async def test_kinds_that_are_not_read_are_only_kept(worked: Desk, telegram: TelegramStub) -> None:
    talk = await a_talk(worked, telegram, reading={"kinds": ["image"]})
    assert await talk.sends("voice", SPOKEN) == [say("en", "fallback.media")]
    assert "files" not in await talk.record()
    (kept,) = await talk.rows("SELECT status FROM attachments")
    assert kept["status"] == "kept"
    assert await talk.rows("SELECT FROM media_texts") == []


async def test_pictures_of_a_group_are_not_read_unless_they_are_for_us(
    worked: Desk, telegram: TelegramStub, libre: LibreStub
) -> None:
    talk = await in_hindi(worked, telegram, libre)
    group = {"chat": {"id": -100200, "type": "supergroup", "title": "Family"}}
    await talk.sends("photo", encoded(page()), **group)
    assert "files" not in await talk.record()
    await talk.writes(WANTED, **group)
    assert libre.asked == []


@pytest.fixture
async def listener() -> AsyncIterator[str]:
    """A speech provider with OpenAI's API, where every recording says the same."""

    async def transcribe(request: web.Request) -> web.Response:
        if request.headers.get("authorization") != "Bearer a-speech-key":
            return web.json_response({"error": {"message": "Incorrect API key provided"}}, status=401)
        fields = await request.post()
        sound = fields["file"]
        assert isinstance(sound, web.FileField)
        assert (fields["model"], fields["language"], sound.file.read(4)) == ("whisper-1", "en", b"OggS")
        return web.json_response({"text": "What about amoxicillin?", "language": "english", "duration": 3.1})

    app = web.Application()
    app.router.add_post("/v1/audio/transcriptions", transcribe)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield "http://{}:{}/v1".format(*runner.addresses[0][:2])
    await runner.cleanup()


async def test_a_provider_hears_and_what_is_set_behind_it_while_it_does_not(
    worked: Desk, telegram: TelegramStub, listener: str
) -> None:
    speech = {"engine": "http", "url": listener, "key": "speech", "fallback": "sphinx"}
    talk = await a_talk(worked, telegram, speech=speech)
    assert await talk.sends("voice", SPOKEN) == ["The doctor comes at nine. Shall I book it?"], "without its key"
    assert "fallback" in (await talk.record())["files"][0]["notes"]
    await (await worked.app.get(Vault)).put(talk.tenant, "speech", "a-speech-key")
    assert await talk.sends("voice", SPOKEN) == ["Take it with food."]


async def test_a_provider_that_is_away_is_said_so(worked: Desk, telegram: TelegramStub, listener: str) -> None:
    talk = await a_talk(worked, telegram, speech={"engine": "http", "url": listener, "key": "speech"})
    assert await talk.sends("voice", SPOKEN) == [say("en", "media.provider_down")]
