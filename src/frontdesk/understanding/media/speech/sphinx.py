"""English speech by pocketsphinx and the model in its wheel: offline, quick, and right about clear, plain words."""

import importlib
import math
from collections.abc import Iterator
from functools import cache
from typing import Any

from frontdesk.understanding.media.sound import RATE, SAMPLE_BYTES
from frontdesk.understanding.media.speech import Heard
from frontdesk.understanding.media.values import ENGLISH, Speech

PAUSE_FRAMES = 15
"""Frames of 30 ms without speech that end an utterance."""
LONGEST_FRAMES = 1000
LEAST_FRAMES = 6
BEFORE = 5
NOISE = frozenset({"<s>", "</s>", "<sil>", "[SPEECH]", "[NOISE]"})


def library() -> Any:
    """Return pocketsphinx, which says nothing of its types."""
    return importlib.import_module("pocketsphinx")


@cache
def decoder() -> Any:
    """Return the decoder, loaded once a process."""
    return library().Decoder(samprate=RATE, loglevel="FATAL")


def hear(pcm: bytes, speech: Speech) -> Heard:
    """Return the words of every stretch of speech; silence, tones and hum give an empty text."""
    found = [utterance(part) for part in spoken(pcm)]
    texts = [text for text, _ in found if text]
    chances = [chance for text, chance in found if text]
    sure = round(sum(chances) / len(chances), 3) if chances else None
    return Heard(" ".join(texts), ENGLISH, sure)


def spoken(pcm: bytes) -> Iterator[bytes]:
    """Yield the stretches where somebody speaks, with a little of what stands before and after."""
    kind = library().Vad
    vad = kind(mode=kind.STRICT, sample_rate=RATE, frame_length=0.03)
    size = vad.frame_bytes
    marks = [vad.is_speech(pcm[at : at + size]) for at in range(0, len(pcm) - size + 1, size)]
    for first, last in stretches(marks):
        yield pcm[max(0, first - BEFORE) * size : (last + 1 + BEFORE) * size]


def stretches(marks: list[bool]) -> Iterator[tuple[int, int]]:
    """Yield first and last frame of each stretch of speech: pauses shorter than PAUSE_FRAMES don't end it."""
    first = last = None
    for at, is_speech in enumerate([*marks, *[False] * (PAUSE_FRAMES + 1)]):
        if is_speech and first is None:
            first = at
        if is_speech:
            last = at
        if first is not None and last is not None and (at - last > PAUSE_FRAMES or at - first >= LONGEST_FRAMES):
            if sum(marks[first : last + 1]) >= LEAST_FRAMES:
                yield first, last
            first = last = None


def utterance(pcm: bytes) -> tuple[str, float]:
    """Return the words of one stretch and how sure the decoder is of them, per word."""
    engine = decoder()
    engine.start_utt()
    engine.process_raw(pcm + bytes(RATE // 5 * SAMPLE_BYTES), no_search=False, full_utt=True)
    engine.end_utt()
    words = [piece for piece in engine.seg() or () if piece.word not in NOISE and not piece.word.startswith("[")]
    if not words or engine.hyp() is None:
        return "", 0.0
    chances = [min(1.0, max(1e-6, float(piece.prob))) for piece in words]
    return engine.hyp().hypstr, math.exp(sum(map(math.log, chances)) / len(chances))
