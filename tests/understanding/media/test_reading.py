"""Real media become text, offline: a label, a photo of it, a voice message, a video."""

import pytest
from PIL import Image, ImageOps

from frontdesk.understanding.media.reading import Reader
from frontdesk.understanding.media.values import Limits, MediaSettings, Reading, Speech, Unread
from tests.understanding.media.making import LABEL, SENTENCE, SPOKEN, encoded, page, photo, tone, video

PLAIN = MediaSettings()
DEAF = MediaSettings(speech=Speech(engine="none"))


@pytest.mark.parametrize(("form", "mime"), [("PNG", "image/png"), ("JPEG", "image/jpeg"), ("WEBP", "image/webp")])
async def test_a_label_is_read_line_by_line(reader: Reader, form: str, mime: str) -> None:
    found = await reader.read(encoded(page(), form), mime, "image", PLAIN)
    assert isinstance(found, Reading)
    assert found.text.splitlines() == list(LABEL)
    assert (found.how, found.seconds, found.notes) == ("ocr", None, ())
    assert found.confidence is not None
    assert found.confidence > 0.9


async def test_a_bad_photo_of_a_label_is_read(reader: Reader) -> None:
    found = await reader.read(photo(page()), "image/jpeg", "image", PLAIN)
    assert isinstance(found, Reading)
    assert [line.replace(" ", "") for line in found.text.splitlines()] == [line.replace(" ", "") for line in LABEL]


async def test_a_photo_is_turned_as_its_camera_says(reader: Reader) -> None:
    exif = Image.Exif()
    exif[0x0112] = 3  # taken upside down
    found = await reader.read(encoded(page().rotate(180), "JPEG", exif=exif), None, "image", PLAIN)
    assert isinstance(found, Reading)
    assert found.text.splitlines() == list(LABEL)


async def test_words_on_nothing_stand_on_white(reader: Reader) -> None:
    words = page()
    image = Image.new("RGBA", words.size, (0, 0, 0, 0))
    image.putalpha(ImageOps.invert(words.convert("L")))
    found = await reader.read(encoded(image), "image/png", "image", PLAIN)
    assert isinstance(found, Reading)
    assert LABEL[1] in found.text


async def test_pages_are_read_up_to_the_limit(reader: Reader) -> None:
    pages = [page((f"Page number {name}",), (500, 120)) for name in ("one", "two", "three")]
    scan = encoded(pages[0], "TIFF", save_all=True, append_images=pages[1:])
    found = await reader.read(scan, "image/tiff", "document", MediaSettings(limits=Limits(most_pages=2)))
    assert isinstance(found, Reading)
    assert found.text.splitlines() == ["Page number one", "Page number two"]


async def test_a_voice_message_is_heard(reader: Reader) -> None:
    found = await reader.read(SPOKEN, "audio/ogg; codecs=opus", "audio", PLAIN)
    assert isinstance(found, Reading)
    words = set(found.text.split())
    assert {"send", "doctor", "house", "tomorrow", "morning"} <= words, found.text
    assert (found.how, found.language) == ("speech", "en")
    assert found.seconds == pytest.approx(3.08, abs=0.1)


@pytest.mark.parametrize(("container", "codec"), [("mp4", "libx264"), ("webm", "libvpx")])
async def test_a_video_gives_what_is_said_and_what_is_shown(reader: Reader, container: str, codec: str) -> None:
    pages = (page(LABEL[:2], (640, 200)), page(LABEL[2:4], (640, 200)))
    found = await reader.read(video(pages, SPOKEN, container=container, codec=codec), None, "video", PLAIN)
    assert isinstance(found, Reading)
    said, *shown = found.text.splitlines()
    assert {"doctor", "house", "tomorrow"} <= set(said.split()), said
    assert shown == list(LABEL[:4])
    assert (found.how, found.language) == ("speech+ocr", "en")


async def test_a_silent_video_gives_what_is_shown_once(reader: Reader) -> None:
    pages = (page(LABEL[:1], (640, 120)), page(LABEL[1:2], (640, 120)), page(LABEL[:1], (640, 120)))
    found = await reader.read(video(pages, None, each=1.0), "video/mp4", "video", PLAIN)
    assert isinstance(found, Reading)
    assert found.text.splitlines() == list(LABEL[:2])
    assert found.how == "ocr"


async def test_a_video_without_a_picture_is_a_recording(reader: Reader) -> None:
    spoken = await reader.read(SPOKEN, "video/ogg", "video", PLAIN)
    assert isinstance(spoken, Reading)
    assert SENTENCE.split()[3] in spoken.text


async def test_where_nothing_is_said_or_shown_it_says_so(reader: Reader) -> None:
    white = Image.new("RGB", (300, 200), "white")
    for data, kind in ((encoded(white), "image"), (tone(), "audio"), (video((white,), None), "video")):
        assert await reader.read(data, None, kind, PLAIN) == Unread("no_text", detail_of(kind))


def detail_of(kind: str) -> str:
    return "no sound was heard" if kind == "video" else ""


async def test_long_texts_are_cut_and_say_so(reader: Reader) -> None:
    found = await reader.read(encoded(page()), None, "image", MediaSettings(limits=Limits(most_characters=20)))
    assert isinstance(found, Reading)
    assert len(found.text) == 20
    assert found.notes == ("cut after 20 characters",)


async def test_what_a_tenant_switched_off_is_not_read(reader: Reader) -> None:
    picture = encoded(page())
    assert unread(await reader.read(picture, None, "image", MediaSettings(ocr=False))) == "unsupported"
    assert unread(await reader.read(picture, None, "sticker", PLAIN)) == "unsupported"
    assert unread(await reader.read(SPOKEN, None, "audio", DEAF)) == "unsupported"
    french = MediaSettings(speech=Speech(language="fr"))
    assert unread(await reader.read(SPOKEN, None, "audio", french)) == "unsupported"


def unread(result: Reading | Unread) -> str:
    assert isinstance(result, Unread), result
    assert result.words == f"media.{result.reason}"
    return result.reason
