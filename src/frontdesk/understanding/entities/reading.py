"""One utterance as the kinds read it: folded once, numbers and words of dates found once."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from typing import Any, Literal
from zoneinfo import ZoneInfo

from frontdesk.core.entities import Entity, Kind
from frontdesk.core.message import Place
from frontdesk.understanding.entities import lexicon as lexicons
from frontdesk.understanding.entities import numerals
from frontdesk.understanding.entities.folding import Folded
from frontdesk.understanding.entities.lexicon import Lexicon
from frontdesk.understanding.entities.numerals import Numeral

Prefer = Literal["future", "past", "nearest"]
POINT = frozenset(
    {"US", "GB", "IE", "CA", "AU", "NZ", "IN", "PK", "MX", "GT", "HN", "NI", "SV", "PA", "DO", "PR", "PE", "CH"}
)
COMMA = frozenset(
    {"ES", "AR", "CL", "CO", "UY", "VE", "EC", "PY", "BO", "FR", "BE", "DE", "AT", "BR", "PT", "AO", "MZ", "IT", "NL"}
)


@dataclass(frozen=True, kw_only=True)
class Locale:
    """How a person writes and means: language and region decide separators, the order of a date and the week."""

    language: str = "en"
    region: str | None = None
    prefer: Prefer = "future"

    @property
    def decimal(self) -> str:
        region = self.country
        if region in POINT or region in COMMA:
            return "." if region in POINT else ","
        return str(lexicons.load(lexicons.known(self.language)).raw["decimal"])

    @property
    def country(self) -> str:
        """The region given, or the one in the language's tag (en-US)."""
        parts = self.language.replace("_", "-").split("-")
        return (self.region or (parts[-1] if len(parts) > 1 and len(parts[-1]) == 2 else "")).upper()

    @property
    def month_first(self) -> bool:
        return self.country in ("US", "PH") and lexicons.known(self.language) == "en"


@dataclass(frozen=True)
class Reading:
    """An utterance, when and where it was said, and what is known about how to read it."""

    text: str
    locale: Locale
    now: datetime
    zone: ZoneInfo
    place: Place | None = None
    detail: dict[str, Any] = field(default_factory=dict)

    @cached_property
    def lexicon(self) -> Lexicon:
        return lexicons.load(lexicons.known(self.locale.language))

    @cached_property
    def folded(self) -> Folded:
        return Folded.of(self.text)

    @cached_property
    def local(self) -> datetime:
        """Now, on the clock of the person; a time without a zone counts as UTC."""
        aware = self.now if self.now.tzinfo else self.now.replace(tzinfo=UTC)
        return aware.astimezone(self.zone)

    @cached_property
    def numerals(self) -> list[Numeral]:
        return numerals.scan(self.folded.text, self.lexicon, self.locale.decimal)

    def entity(self, kind: Kind, value: Any, start: int, end: int, confidence: float = 1.0, **detail: Any) -> Entity:
        """Return an entity for a span of the folded text, at its place in the text itself."""
        begin, finish = self.folded.span(start, end)
        text = self.text[begin:finish]
        return Entity(kind=kind, value=value, text=text, start=begin, end=finish, confidence=confidence, detail=detail)
