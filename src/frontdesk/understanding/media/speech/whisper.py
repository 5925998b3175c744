"""Speech in many languages by faster-whisper, where an operator installed it and put a model on the disk."""

import importlib
import math
from functools import lru_cache
from typing import Any

from frontdesk.understanding.media.speech import Heard
from frontdesk.understanding.media.values import Refused, Speech


@lru_cache(maxsize=1)
def model(path: str) -> Any:
    """Return the model in a folder, loaded once a process; never fetched from anywhere."""
    try:
        package = importlib.import_module("faster_whisper")
    except ImportError:
        raise Refused("provider_down", "the package faster-whisper is not installed") from None
    try:
        return package.WhisperModel(
            path, device="cpu", compute_type="int8", cpu_threads=1, num_workers=1, local_files_only=True
        )
    except (OSError, RuntimeError, ValueError) as error:
        raise Refused("provider_down", f"no faster-whisper model at {path!r}: {str(error)[:150]}") from None


def hear(pcm: bytes, speech: Speech) -> Heard:
    """Return what was said and in which language; stretches without speech are left out."""
    import numpy as np

    sound = np.frombuffer(pcm, np.int16).astype(np.float32) / 32768.0
    pieces, info = model(speech.whisper_path).transcribe(
        sound, language=speech.language, vad_filter=True, condition_on_previous_text=False
    )
    found = [(piece.text.strip(), piece.avg_logprob) for piece in pieces]
    found = [(text, chance) for text, chance in found if text]
    sure = round(math.exp(sum(chance for _, chance in found) / len(found)), 3) if found else None
    return Heard(" ".join(text for text, _ in found), info.language, sure)
