"""Speech to text: one port, three engines. pocketsphinx and faster-whisper run in a child process, HTTP does not."""

import importlib.util
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from frontdesk.errors import ConfigurationError
from frontdesk.understanding.media.values import ENGLISH, Refused, Speech


@dataclass(frozen=True, slots=True)
class Heard:
    """What an engine heard; an empty text where nobody spoke."""

    text: str
    language: str | None = None
    confidence: float | None = None


Recogniser = Callable[[bytes, Speech], Heard]
"""Hears 16 kHz mono samples of 16 bits; raises Refused where it can't."""


def recogniser(speech: Speech) -> Recogniser:
    """Return the local engine that is set; Refused where it doesn't know the language or isn't here."""
    if speech.engine == "sphinx":
        from frontdesk.understanding.media.speech import sphinx

        if speech.language not in (None, ENGLISH):
            raise Refused("unsupported", f"pocketsphinx hears English, not {speech.language!r}")
        return sphinx.hear
    if speech.engine == "whisper":
        from frontdesk.understanding.media.speech import whisper

        return whisper.hear
    raise Refused("unsupported", "no speech engine is set")


def check(speech: Speech) -> None:
    """Raise ConfigurationError where an engine lacks what it needs: called when settings are saved, not per file."""
    faults = [fault for engine in {speech.engine, speech.fallback} if (fault := missing(engine, speech))]
    if speech.fallback == "http":
        faults.append("speech fallback: it has to be an engine on this machine: none, sphinx or whisper")
    if faults:
        raise ConfigurationError("; ".join(sorted(faults)))


def missing(engine: str, speech: Speech) -> str | None:
    if engine == "http" and not speech.url.startswith(("http://", "https://")):
        return "speech url: engine http needs the provider's address, as in https://speech.example.org/v1"
    if engine == "whisper" and importlib.util.find_spec("faster_whisper") is None:
        return "speech engine: whisper needs the package faster-whisper, which is not installed"
    if engine == "whisper" and not (Path(speech.whisper_path) / "model.bin").is_file():
        return "speech whisper_path: it has to be a folder with a converted model (model.bin)"
    if engine == "sphinx" and speech.language not in (None, ENGLISH):
        return f"speech language: pocketsphinx hears English, not {speech.language!r}"
    return None
