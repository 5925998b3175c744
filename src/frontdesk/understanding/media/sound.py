"""Any recording's sound as 16 kHz mono samples, and those packed for a provider."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from frontdesk.understanding.media.values import Limits, Refused

RATE = 16_000
SAMPLE_BYTES = 2
MOST_EMPTY_PACKETS = 20_000
"""Packets in a row that may hold nothing before a file counts as broken."""


@contextmanager
def opened(data: bytes, demuxer: str) -> Iterator[Any]:
    """Open a recording by the one demuxer named, so that no playlist makes us read other files."""
    import av

    av.logging.set_level(av.logging.PANIC)
    try:
        options = {"protocol_whitelist": "none"}
        with av.open(io.BytesIO(data), "r", format=demuxer, options=options, metadata_errors="replace") as source:
            yield source
    except (av.FFmpegError, ValueError, IndexError, EOFError, AssertionError) as error:
        raise Refused("unreadable", f"{demuxer}: {str(error)[:200]}") from None


def samples(data: bytes, demuxer: str, limits: Limits) -> bytes | None:
    """Return a file's first sound as signed 16-bit samples, or None where it has none; Refused where it is too long."""
    import av

    with opened(data, demuxer) as source:
        if not source.streams.audio:
            return None
        stream = source.streams.audio[0]
        stream.codec_context.thread_count = 1
        resampler = av.AudioResampler(format="s16", layout="mono", rate=RATE)
        heard = bytearray()
        for frame in frames(source, stream):
            frame.pts = None
            for piece in resampler.resample(frame):
                heard += bytes(piece.planes[0])[: piece.samples * SAMPLE_BYTES]
            if len(heard) > limits.most_seconds * RATE * SAMPLE_BYTES:
                raise Refused("too_long", f"the recording is longer than {limits.most_seconds} s")
        if heard:
            for piece in resampler.resample(None):
                heard += bytes(piece.planes[0])[: piece.samples * SAMPLE_BYTES]
        return bytes(heard)


def frames(source: Any, stream: Any) -> Iterator[Any]:
    """Yield a stream's frames; what breaks off in the middle gives what came before."""
    import av

    given = empty = 0
    try:
        for packet in source.demux(stream):
            try:
                decoded = packet.decode()
            except av.InvalidDataError:
                decoded = []
            empty = 0 if decoded else empty + 1
            if empty > MOST_EMPTY_PACKETS:
                raise Refused("unreadable", "the recording holds packets of nothing")
            given += len(decoded)
            yield from decoded
    except av.FFmpegError:
        if not given:
            raise


def seconds(pcm: bytes) -> float:
    return round(len(pcm) / (RATE * SAMPLE_BYTES), 2)


def packed(pcm: bytes, upload: str) -> bytes:
    """Return samples as a file a provider takes: small Opus in Ogg, or WAV."""
    import av
    import numpy as np

    out = io.BytesIO()
    rate = 48_000 if upload == "ogg" else RATE
    with av.open(out, "w", format=upload) as sink:
        stream: Any = sink.add_stream("libopus" if upload == "ogg" else "pcm_s16le", rate=rate)
        stream.layout = "mono"
        if upload == "ogg":
            stream.bit_rate = 24_000
        frame = av.AudioFrame.from_ndarray(np.frombuffer(pcm, np.int16).reshape(1, -1), format="s16", layout="mono")
        frame.sample_rate = RATE
        resampler = av.AudioResampler(format=stream.format.name, layout="mono", rate=rate, frame_size=960)
        for piece in [*resampler.resample(frame), *resampler.resample(None)]:
            sink.mux(stream.encode(piece))
        sink.mux(stream.encode(None))
    return out.getvalue()
