"""Files that are broken, huge, mislabelled or empty get an honest answer, in bounded time and memory."""

import io
import struct
import time
from pathlib import Path

import pytest
from PIL import Image

from frontdesk.understanding.media.picture import count as picture_count
from frontdesk.understanding.media.reading import Reader
from frontdesk.understanding.media.values import Limits, MediaSettings, Reading, Unread
from frontdesk.understanding.media.work import Pool
from tests.understanding.media.making import LABEL, SPOKEN, bomb, encoded, page, photo, tone, video

PLAIN = MediaSettings()
SHORT = MediaSettings(limits=Limits(most_seconds=5))
MP4 = video((page(LABEL[:1], (320, 120)),), None)
PLAYLIST = b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n"
MP4_OF_NOTHING = b"\0\0\0\x18ftypisom" + b"\xff" * 2000
EBML_OF_NOTHING = b"\x1a\x45\xdf\xa3" + bytes(range(256)) * 8
OGG_PAGE = SPOKEN[: SPOKEN.index(b"OggS", 1)]


@pytest.mark.parametrize(
    ("data", "mime", "kind", "reason"),
    [
        (b"", "image/png", "image", "empty"),
        (b"\x89PNG\r\n\x1a\n", "image/png", "image", "unreadable"),
        (encoded(page())[:2000], "image/png", "image", "unreadable"),
        (photo(page())[:9000], "image/jpeg", "image", "unreadable"),
        (b"\xff\xd8\xff\xe0" + bytes(3000), "image/jpeg", "image", "unreadable"),
        (b"RIFF\x10\0\0\0WEBPVP8 " + b"\xff" * 100, "image/webp", "image", "unreadable"),
        (b"GIF89a" + b"\xff" * 500, "image/gif", "image", "unreadable"),
        (b"II*\0" + b"\xff" * 500, "image/tiff", "image", "unreadable"),
        (bomb(60_000, 60_000), "image/png", "image", "too_large"),
        (bomb(9_000, 9_000), "image/png", "image", "too_large"),
        (bomb(7_000, 7_000), "image/png", "image", "unreadable"),
        (b"words", "image/jpeg", "image", "unreadable"),
        (b"words", "audio/ogg", "audio", "unreadable"),
        (b"words", "text/plain", "document", "unsupported"),
        (b"%PDF-1.7 and so on", "application/pdf", "document", "unsupported"),
        (b"\x1f\x8b" + bytes(50), "application/x-tgsticker", "image", "unsupported"),
        (b"<svg xmlns='x'><image href='file:///etc/passwd'/></svg>", "image/svg+xml", "image", "unsupported"),
        (b"OggS" + bytes(2000), "audio/ogg", "audio", "unreadable"),
        (OGG_PAGE * 300, "audio/ogg", "audio", "unreadable"),
        (SPOKEN[:100], "audio/ogg", "audio", "unreadable"),
        (b"RIFF\xff\xff\xff\xffWAVE" + b"\xff" * 500, "audio/wav", "audio", "unreadable"),
        (MP4_OF_NOTHING, "video/mp4", "video", "unreadable"),
        (EBML_OF_NOTHING, "video/webm", "video", "unreadable"),
        (MP4[: len(MP4) // 2], "video/mp4", "video", "unreadable"),
        (PLAYLIST, "audio/mpeg", "audio", "unreadable"),
        (PLAYLIST, "application/vnd.apple.mpegurl", "video", "unsupported"),
    ],
)
async def test_what_can_t_be_read_says_why(reader: Reader, data: bytes, mime: str, kind: str, reason: str) -> None:
    began = time.monotonic()
    found = await reader.read(data, mime, kind, PLAIN)
    assert isinstance(found, Unread), found
    assert (found.reason, found.words) == (reason, f"media.{reason}"), found.detail
    assert time.monotonic() - began < 10


async def test_a_file_over_the_limit_is_not_opened(reader: Reader) -> None:
    small = MediaSettings(limits=Limits(most_bytes=1000))
    assert reason_of(await reader.read(SPOKEN, "audio/ogg", "audio", small)) == "too_large"


async def test_a_mislabelled_file_is_read_as_what_it_is(reader: Reader) -> None:
    label = await reader.read(encoded(page(LABEL[:2], (600, 160))), "audio/ogg", "audio", PLAIN)
    assert isinstance(label, Reading)
    assert (label.text.splitlines(), label.how) == (list(LABEL[:2]), "ocr")
    spoken = await reader.read(SPOKEN, "image/png", "image", PLAIN)
    assert isinstance(spoken, Reading)
    assert spoken.how == "speech"


async def test_a_recording_without_end_is_left_at_the_limit(reader: Reader) -> None:
    looped = await reader.read(SPOKEN * 100, "audio/ogg", "audio", SHORT)
    assert reason_of(looped) == "too_long"
    assert reason_of(await reader.read(tone(8), "audio/wav", "audio", SHORT)) == "too_long"
    long = video((page(LABEL[:1], (320, 120)),), None, each=8)
    assert reason_of(await reader.read(long, "video/mp4", "video", SHORT)) == "too_long"


async def test_a_header_s_promise_of_length_is_not_believed(reader: Reader) -> None:
    wav = bytearray(tone(1))
    size = wav.index(b"data") + 4
    wav[size : size + 4] = struct.pack("<I", 0xFFFF_FFF0)
    assert reason_of(await reader.read(bytes(wav), "audio/wav", "audio", SHORT)) == "no_text"


async def test_half_a_voice_message_gives_what_came(reader: Reader) -> None:
    found = await reader.read(SPOKEN[: len(SPOKEN) * 2 // 3], "audio/ogg", "audio", PLAIN)
    assert isinstance(found, Reading)
    assert "please send" in found.text


async def test_a_video_of_huge_frames_is_refused(reader: Reader) -> None:
    small = MediaSettings(limits=Limits(most_pixels=10_000))
    assert reason_of(await reader.read(MP4, "video/mp4", "video", small)) == "too_large"


async def test_a_picture_that_unpacks_to_much_takes_little_memory(reader: Reader, pool: Pool) -> None:
    out = io.BytesIO()
    Image.new("RGB", (7000, 7000), "white").save(out, "PNG", compress_level=1)
    assert len(out.getvalue()) < 2_000_000
    assert reason_of(await reader.read(out.getvalue(), "image/png", "image", PLAIN)) == "no_text"
    assert peak_of(pool) < 1000


async def test_an_animation_is_not_unpacked_to_its_far_end(reader: Reader) -> None:
    """Four hundred frames of 64 million points would take minutes; the first few are all that is reached."""
    frames = [Image.new("P", (600, 600), shade) for shade in (0, 1)]
    out = io.BytesIO()
    frames[0].save(out, "GIF", save_all=True, append_images=[frames[1], frames[0]] * 200, disposal=2)
    began = time.monotonic()
    small = MediaSettings(limits=Limits(most_pixels=360_000))
    assert reason_of(await reader.read(out.getvalue(), "image/gif", "image", small)) == "no_text"
    assert time.monotonic() - began < 10
    with Image.open(out) as picture:
        assert picture_count(picture, small.limits) == 4


def peak_of(pool: Pool) -> int:
    """Return the most memory, in MiB, that the pool's only child ever took."""
    status = Path(f"/proc/{pool.idle[0].process.pid}/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) // 1024


def reason_of(result: Reading | Unread) -> str:
    assert isinstance(result, Unread), result
    return result.reason
