"""Real media made for tests: a label drawn and photographed badly, a spoken sentence, a video of both."""

import io
import struct
import zlib
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from frontdesk.understanding.media import sound
from frontdesk.understanding.media.values import Limits

LABEL = (
    "CITY PHARMACY",
    "Amoxicillin 500 mg capsules",
    "Take one capsule three times a day",
    "Patient: Maria Lopez",
    "Finish all of the medicine",
)
SPOKEN = (Path(__file__).parent / "fixtures" / "doctor.ogg").read_bytes()
"""Says SENTENCE; made with flite's voice rms and packed as Opus."""
SENTENCE = "please send the doctor to my house tomorrow morning"


def page(lines: tuple[str, ...] = LABEL, size: tuple[int, int] = (800, 360)) -> Image.Image:
    """Return dark words on white."""
    made = Image.new("RGB", size, "white")
    draw = ImageDraw.Draw(made)
    for number, line in enumerate(lines):
        draw.text((40, 30 + number * 60), line, fill="black", font=ImageFont.load_default(28))
    return made


def encoded(image: Image.Image, form: str = "PNG", **options: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, form, **options)
    return out.getvalue()


def photo(image: Image.Image) -> bytes:
    """Return a picture as a hasty phone takes it: askew, blurred, dim, noisy, and squeezed to JPEG."""
    flat = np.asarray(image)[:, :, ::-1]
    height, width = flat.shape[:2]
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    seen = np.array([[150, 90], [930, 30], [1000, 500], [90, 430]], np.float32)
    askew = cv2.warpPerspective(
        flat, cv2.getPerspectiveTransform(corners, seen), (1080, 560), borderValue=(90, 110, 120)
    )
    noise = np.random.default_rng(4).normal(0, 14, askew.shape)
    dim = np.clip(cv2.GaussianBlur(askew, (5, 5), 1.2) * 0.8 + noise, 0, 255).astype(np.uint8)
    return bytes(cv2.imencode(".jpg", dim, [cv2.IMWRITE_JPEG_QUALITY, 60])[1])


def bomb(width: int, height: int) -> bytes:
    """Return a PNG of a few bytes whose header promises a picture of any size."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack("!I", len(body)) + name + body + struct.pack("!I", zlib.crc32(name + body))

    header = struct.pack("!IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(4096))) + chunk(b"IEND", b"")
    )


def video(
    pages: tuple[Image.Image, ...],
    spoken: bytes | None,
    *,
    container: str = "mp4",
    codec: str = "libx264",
    each: float = 1.5,
) -> bytes:
    """Return a video that shows each page for `each` seconds while the sentence is spoken."""
    out = io.BytesIO()
    with av.open(out, "w", format=container) as sink:
        pictures: Any = sink.add_stream(codec, rate=10)
        pictures.width, pictures.height, pictures.pix_fmt = *pages[0].size, "yuv420p"
        voice: Any = sink.add_stream("aac" if container == "mp4" else "libopus", rate=48_000) if spoken else None
        if voice:
            voice.layout = "mono"
        for shown in pages:
            for _ in range(int(each * 10)):
                sink.mux(pictures.encode(av.VideoFrame.from_image(shown)))
        sink.mux(pictures.encode(None))
        if spoken:
            say(sink, voice, spoken)
    return out.getvalue()


def say(sink: Any, voice: Any, spoken: bytes) -> None:
    pcm = sound.samples(spoken, "ogg", Limits()) or b""
    frame = av.AudioFrame.from_ndarray(np.frombuffer(pcm, np.int16).reshape(1, -1), format="s16", layout="mono")
    frame.sample_rate = sound.RATE
    resampler = av.AudioResampler(
        format=voice.format.name, layout="mono", rate=48_000, frame_size=voice.codec_context.frame_size or 960
    )
    for piece in [*resampler.resample(frame), *resampler.resample(None)]:
        sink.mux(voice.encode(piece))
    sink.mux(voice.encode(None))


def tone(seconds: float = 2.0) -> bytes:
    """Return a WAV of a tone that says nothing."""
    at = np.arange(int(seconds * sound.RATE)) / sound.RATE
    return sound.packed((8000 * np.sin(at * 2 * np.pi * 440)).astype(np.int16).tobytes(), "wav")
