"""What reading a file gives: a Reading, or the honest reason why there is none; and what a tenant may set."""

from dataclasses import dataclass, field
from typing import Literal

How = Literal["ocr", "speech", "speech+ocr"]
Reason = Literal["too_large", "too_long", "unreadable", "unsupported", "timeout", "empty", "no_text", "provider_down"]
Engine = Literal["none", "sphinx", "whisper", "http"]
PASSING: frozenset[Reason] = frozenset({"timeout", "provider_down"})
ENGLISH = "en"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """The text of a file. `seconds` is how long a recording lasts; `language` is what the engine knows or was told.

    `confidence` is the engine's own, 0 to 1, and compares only within one engine.
    """

    text: str
    how: How
    language: str | None = None
    seconds: float | None = None
    confidence: float | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Unread:
    """A file that gave no text; `detail` is for operators, the phrase at `words` for the person who sent it."""

    reason: Reason
    detail: str = ""

    @property
    def words(self) -> str:
        return f"media.{self.reason}"

    @property
    def passes(self) -> bool:
        """Say whether the same file may be read later."""
        return self.reason in PASSING


class Refused(Exception):
    """Why a file can't be read, within this package; it leaves as an Unread value."""

    def __init__(self, reason: Reason, detail: str = "") -> None:
        super().__init__(detail or reason)
        self.unread = Unread(reason, detail)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much of one file is read. `seconds` and `pixels` count what is decoded, never what a header promises."""

    most_bytes: int = 20 * 1024 * 1024
    most_seconds: int = 300
    most_pixels: int = 64_000_000
    most_pages: int = 5
    most_frames: int = 12
    most_characters: int = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Speech:
    """Which engine hears, and what it needs. `fallback` hears where the HTTP provider is away.

    `language` is a hint (ISO 639-1); pocketsphinx knows English alone and is not asked for another.
    """

    engine: Engine = "sphinx"
    fallback: Engine = "none"
    language: str | None = None
    url: str = ""
    key: str = field(default="", repr=False)
    model: str = "whisper-1"
    upload: Literal["ogg", "wav"] = "ogg"
    whisper_path: str = ""
    seconds: float = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaSettings:
    """What of a tenant's media is read, how, and how much."""

    kinds: frozenset[str] = frozenset({"image", "audio", "video", "document"})
    ocr: bool = True
    least_score: float = 0.5
    speech: Speech = field(default_factory=Speech)
    limits: Limits = field(default_factory=Limits)
