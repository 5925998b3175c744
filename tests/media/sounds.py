"""Sound and pictures made for tests."""

import io
import math
from array import array

import av
from av.audio.stream import AudioStream

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00\x00\x00\rIHDR pixels"
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00 pixels"


def sound(container: str = "wav", codec: str = "pcm_s16le", seconds: float = 1.0, rate: int = 48_000) -> bytes:
    """Return a tone as a file, in two channels."""
    out = io.BytesIO()
    samples = array("h", (int(8000 * math.sin(at / 20)) for at in range(int(seconds * rate)) for _ in (0, 1)))
    with av.open(out, "w", format=container) as sink:
        stream = sink.add_stream(codec, rate=rate)
        assert isinstance(stream, AudioStream)
        stream.layout = "stereo"
        frame = av.AudioFrame(format="s16", layout="stereo", samples=len(samples) // 2)
        frame.planes[0].update(samples.tobytes())
        frame.sample_rate = rate
        resampler = av.AudioResampler(format=stream.format.name, layout="stereo", rate=rate, frame_size=1024)
        for piece in [*resampler.resample(frame), *resampler.resample(None)]:
            sink.mux(stream.encode(piece))
        sink.mux(stream.encode(None))
    return out.getvalue()


def heard(data: bytes) -> tuple[str, int, int, float]:
    """Return codec, channels, samples a second and seconds of a file."""
    with av.open(io.BytesIO(data), "r") as source:
        stream = source.streams.audio[0]
        samples = sum(frame.samples for frame in source.decode(stream))
        return stream.codec_context.name, stream.channels, stream.rate, samples / stream.rate
