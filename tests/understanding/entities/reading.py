"""A moment, a place and a way to read for the tests of entities: Wednesday 25 November 2026, ten in the morning in Madrid."""

from datetime import UTC, datetime
from typing import Any

from frontdesk.core.entities import Entity
from frontdesk.understanding import entities

NOW = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
ZONE = "Europe/Madrid"
LANGUAGES = ("en", "es", "fr", "de", "pt", "hi", "ar", "sw")


def found(text: str, language: str, kind: str | None = None, **settings: Any) -> list[Entity]:
    now = settings.pop("now", NOW)
    zone = settings.pop("zone", ZONE)
    kinds = [kind] if kind else None
    return entities.find(text, language, now, zone, kinds=kinds, **settings)
