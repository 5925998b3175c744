"""Typed values in what a person wrote: numbers, dates, money, addresses, names and a tenant's own, in eight languages."""

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from frontdesk.core.entities import KINDS, Entity, Kind
from frontdesk.core.message import Place
from frontdesk.understanding.entities import (
    duration,
    email,
    fallback,
    moment,
    name,
    number,
    options,
    pattern,
    phone,
    place,
    quantity,
    url,
)
from frontdesk.understanding.entities.folding import MOST
from frontdesk.understanding.entities.options import Options
from frontdesk.understanding.entities.reading import Locale, Prefer, Reading

SURE = 0.5
MOMENTS = frozenset({"date", "time", "datetime", "interval"})
FINDERS: Mapping[frozenset[str], Callable[[Reading], Iterable[Entity]]] = {
    frozenset({"email"}): email.find,
    frozenset({"url"}): url.find,
    frozenset({"location"}): place.find,
    MOMENTS: moment.find,
    frozenset({"phone"}): phone.find,
    frozenset({"duration"}): duration.find,
    frozenset({"money"}): quantity.find_money,
    frozenset({"quantity"}): quantity.find,
    frozenset({"name"}): name.find,
    frozenset({"ordinal"}): number.find_ordinals,
    frozenset({"number"}): number.find,
}
"""In the order in which kinds claim a stretch of text that several could be."""


@lru_cache(maxsize=64)
def zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def read(
    text: str,
    language: str,
    now: datetime,
    time_zone: str,
    *,
    region: str | None = None,
    prefer: Prefer = "future",
    place: Place | None = None,
) -> Reading:
    """Return a text ready for `entities`; `now` without a zone counts as UTC."""
    locale = Locale(language=language, region=region, prefer=prefer)
    return Reading(text[:MOST], locale, now, zone(time_zone), place)


def entities(
    reading: Reading,
    kinds: Collection[Kind] = KINDS,
    *,
    lists: Mapping[str, Options] | None = None,
    patterns: Mapping[str, str] | None = None,
) -> list[Entity]:
    """Return everything of these kinds, in order; kinds can overlap, and weak findings (under 0.5) are there, too.

    `lists` and `patterns` are a tenant's, by name; a finding says its name in `detail["name"]`.
    """
    found = [
        entity
        for names, find in FINDERS.items()
        if names & set(kinds)
        for entity in find(reading)
        if entity.kind in kinds
    ]
    if MOMENTS & set(kinds) and not any(entity.kind in MOMENTS for entity in found):
        found += fallback.find(reading, kinds)
    for name_, choices in (lists or {}).items():
        found += [_named(entity, name_) for entity in options.find(reading, choices)]
    for name_, expression in (patterns or {}).items():
        found += [_named(entity, name_) for entity in pattern.find(reading, expression)]
    if "text" in kinds and (free := free_text(reading)):
        found.append(free)
    return sorted(found, key=lambda entity: (entity.start, -entity.end))


def _named(entity: Entity, name_: str) -> Entity:
    return Entity(
        kind=entity.kind,
        value=entity.value,
        text=entity.text,
        start=entity.start,
        end=entity.end,
        confidence=entity.confidence,
        detail={**entity.detail, "name": name_},
    )


def free_text(reading: Reading) -> Entity | None:
    """Return the whole text, without the space around it."""
    text = reading.text.strip()
    start = reading.text.index(text) if text else 0
    return (
        Entity(kind="text", value=text, text=text, start=start, end=start + len(text), confidence=0.5) if text else None
    )


def find(
    text: str,
    language: str,
    now: datetime,
    time_zone: str,
    *,
    kinds: Collection[Kind] | None = None,
    region: str | None = None,
    prefer: Prefer = "future",
    place: Place | None = None,
    lists: Mapping[str, Options] | None = None,
    patterns: Mapping[str, str] | None = None,
) -> list[Entity]:
    """Return the typed values of a text, none overlapping, in order: what a message that nobody asked for says.

    Reads the first 2,000 characters, never raises on any text, and leaves weak findings out. A language without words of
    its own reads as English, dates as `dateparser` knows them.
    """
    reading = read(text, language, now, time_zone, region=region, prefer=prefer, place=place)
    wanted: Collection[Kind] = kinds if kinds is not None else [kind for kind in KINDS if kind != "text"]
    found = entities(reading, wanted, lists=lists, patterns=patterns)
    return apart(entity for entity in found if entity.confidence >= SURE)


def apart(found: Iterable[Entity]) -> list[Entity]:
    """Return findings that don't overlap: a tenant's own first, then the longer, then by the order of kinds."""
    order = {"list": -2, "pattern": -1} | {kind: place for place, kinds in enumerate(FINDERS) for kind in kinds}
    ranked = sorted(
        found, key=lambda one: (one.kind not in ("list", "pattern"), one.start - one.end, order.get(one.kind, 99))
    )
    kept: list[Entity] = []
    for entity in ranked:
        if all(entity.end <= other.start or other.end <= entity.start for other in kept) or entity.start == entity.end:
            kept.append(entity)
    return sorted(kept, key=lambda entity: (entity.start, entity.end))
