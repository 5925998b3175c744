"""A program of its own: reads a file from standard input and writes it as another type to standard output.

What strangers send is decoded here, by native code, in a process with little memory, little time, no environment and no
secrets. It imports nothing of Frontdesk. Ends with 2 where the file can't be read as what it was said to be.
"""

import io
import resource
import sys
from fractions import Fraction

import av
from av.audio.stream import AudioStream

UNREADABLE = 2
TOO_LONG = 3
MEMORY_BYTES = 1 << 30
TARGETS = {"audio/ogg": ("ogg", "libopus", 48_000, 32_000), "audio/mp4": ("ipod", "aac", 44_100, 64_000)} | {
    "audio/aac": ("adts", "aac", 44_100, 64_000)
}
"""Container, codec, samples a second and bits a second of what can be made."""


def main(demuxer: str, target: str, most_seconds: str, cpu_seconds: str) -> int:
    """Convert; `demuxer` names the one format that is tried, so that no playlist can make us open other files."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (int(cpu_seconds), int(cpu_seconds)))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    av.logging.set_level(av.logging.PANIC)
    try:
        made = converted(sys.stdin.buffer.read(), demuxer, target, int(most_seconds))
    except OverflowError:
        return TOO_LONG
    except (av.FFmpegError, ValueError, IndexError, MemoryError, EOFError):
        return UNREADABLE
    sys.stdout.buffer.write(made)
    return 0


def converted(data: bytes, demuxer: str, target: str, most_seconds: int) -> bytes:
    """Return a file's first sound as one channel of `target`; OverflowError where it lasts too long."""
    container, codec, rate, bits = TARGETS[target]
    out = io.BytesIO()
    options = {"protocol_whitelist": "none"}
    with (
        av.open(io.BytesIO(data), "r", format=demuxer, options=options) as source,
        av.open(out, "w", format=container) as sink,
    ):
        stream = sink.add_stream(codec, rate=rate, options={"application": "voip"} if codec == "libopus" else {})
        assert isinstance(stream, AudioStream)
        stream.layout, stream.bit_rate, stream.time_base = "mono", bits, Fraction(1, rate)
        resampler = av.AudioResampler(format=stream.format.name, layout="mono", rate=rate)
        samples = 0
        for frame in source.decode(audio=0):
            frame.pts = None
            for piece in resampler.resample(frame):
                samples += piece.samples
                sink.mux(stream.encode(piece))
            if samples > most_seconds * rate:
                raise OverflowError
        for piece in resampler.resample(None):
            samples += piece.samples
            sink.mux(stream.encode(piece))
        if not samples:
            raise ValueError("no sound in it")
        sink.mux(stream.encode(None))
    return out.getvalue()


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
