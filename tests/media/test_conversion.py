"""Sound becomes what a channel demands; a hostile file breaks nothing and takes no more than its share."""

import asyncio

import pytest

from frontdesk.errors import DeliveryRejected
from frontdesk.media.conversion import Conversion
from frontdesk.media.kinds import sniffed
from tests.media.sounds import JPEG, heard, sound


@pytest.mark.parametrize(
    ("container", "codec"),
    [("wav", "pcm_s16le"), ("mp4", "aac"), ("adts", "aac"), ("ogg", "libopus"), ("flac", "flac"), ("webm", "libopus")],
)
async def test_sound_becomes_a_voice_message(container: str, codec: str) -> None:
    made = await Conversion().convert(sound(container, codec), "audio/ogg; codecs=opus")
    name, channels, rate, seconds = heard(made)
    assert (name, channels, rate) == ("opus", 1, 48_000)
    assert abs(seconds - 1) < 0.1
    assert sniffed(made) == "audio/ogg"


@pytest.mark.parametrize(("mime", "found"), [("audio/mp4", "audio/mp4"), ("audio/aac", "audio/aac")])
async def test_sound_becomes_aac(mime: str, found: str) -> None:
    made = await Conversion().convert(sound(), mime)
    assert heard(made)[:2] == ("aac", 1)
    assert sniffed(made) == found


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"words",
        JPEG,
        b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n",
        b"ffconcat version 1.0\nfile /etc/passwd\n",
        b"OggS" + b"\0" * 2000,
        b"\0\0\0\x18ftypisom" + b"\xff" * 2000,
        b"RIFF\xff\xff\xff\xffWAVE" + b"\xff" * 500,
        b"\x1a\x45\xdf\xa3" + bytes(range(256)) * 8,
        sound()[:60],
    ],
)
async def test_what_is_no_sound_is_refused_with_words(data: bytes) -> None:
    with pytest.raises(DeliveryRejected, match="can't be read as audio"):
        await Conversion().convert(data, "audio/ogg")


async def test_a_type_nobody_makes_is_refused_before_anything_is_read() -> None:
    with pytest.raises(DeliveryRejected, match="image/webp"):
        await Conversion().convert(sound(), "image/webp")


async def test_too_long_and_too_slow_are_refused() -> None:
    with pytest.raises(DeliveryRejected, match="longer than 2 s"):
        await Conversion(most_seconds=2).convert(sound(seconds=3), "audio/ogg")
    with pytest.raises(DeliveryRejected, match=r"within 0\.01 s"):
        await Conversion(seconds=0.01).convert(sound(), "audio/ogg")


async def test_many_files_wait_for_each_other() -> None:
    conversion, data = Conversion(at_once=1), sound(seconds=0.2)
    made = await asyncio.gather(*(conversion.convert(data, "audio/ogg") for _ in range(3)))
    assert all(heard(each)[0] == "opus" for each in made)
    assert conversion.free._value == 1
