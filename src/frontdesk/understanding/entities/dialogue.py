"""What slot filling needs of a language: the words it listens for, and a reader of a slot's values."""

import functools
from collections.abc import Sequence
from datetime import datetime

from frontdesk.core.entities import Entity
from frontdesk.core.message import Place
from frontdesk.core.slots import Ear, Reader, Slot, Words, heard
from frontdesk.core.tenant import TenantSettings
from frontdesk.understanding.entities import SURE, entities, free_text, name, options, pattern, read
from frontdesk.understanding.entities.lexicon import known, load
from frontdesk.understanding.entities.reading import Prefer, Reading

NEAR = {"date": ("date", "datetime", "interval"), "time": ("time", "datetime"), "interval": ("interval", "date")}
"""Kinds that hold a value of another one: a date is in `tomorrow at 5` as well as in `tomorrow morning`."""
ONE_DAY = len("2000-01-01")


@functools.cache
def words(language: str) -> Words:
    """Return the words of a language (of a BCP 47 tag; English where there are none), with English ones to cancel."""
    raw = load(known(language)).raw
    said, english = raw["slots"], load("en").raw["slots"]
    return Words(
        language=known(language),
        yes=_folded(said["yes"]),
        no=_folded(said["no"]),
        skip=_folded(said["skip"]),
        cancel=_folded(said["cancel"]) | _folded(english["cancel"]),
        correct=tuple(_folded(said["correct"])),
        change=tuple(_folded(said["change"])),
        to=_folded(said["to"]),
        negation=tuple(said["not"].split("/")),
        says=raw["says"],
    )


def _folded(entry: str) -> frozenset[str]:
    return frozenset(heard(word.replace("_", " ")) for word in entry.split("/") if word)


def reader(
    language: str,
    now: datetime,
    time_zone: str,
    *,
    region: str | None = None,
    prefer: Prefer = "future",
    place: Place | None = None,
) -> Reader:
    """Return what finds a slot's values in answers of one turn; a text is folded once for all slots."""

    @functools.lru_cache(maxsize=8)
    def reading(text: str) -> Reading:
        return read(text, language, now, time_zone, region=region, prefer=prefer, place=place)

    return lambda text, slot, asked: values(reading(text), slot, asked)


def listening(language: str, now: datetime, settings: TenantSettings, place: Place | None) -> Ear:
    """Return how a turn's words are read for values, as the tenant's settings have it."""
    zone, region, prefer = settings.time_zone, settings.region, settings.prefer_dates
    return Ear(words(language), reader(language, now, zone, region=region, prefer=prefer, place=place))


def values(reading: Reading, slot: Slot, asked: bool) -> Sequence[Entity]:
    """Return a slot's values in the order of the text; asked for, weak ones too, and names without a phrase before them."""
    match slot.kind:
        case "list":
            found = list(options.find(reading, tuple((option.value, option.synonyms) for option in slot.options)))
        case "pattern":
            found = list(pattern.find(reading, slot.pattern or r"\S+"))
        case "text":
            free = free_text(reading)
            found = [free] if free else []
        case "name":
            found = list(name.find(reading)) or [one for one in [name.whole(reading)] if one and asked]
        case _:
            kinds = NEAR.get(slot.kind, (slot.kind,))
            found = [one for entity in entities(reading, kinds) if (one := _as(entity, slot.kind))]  # type: ignore[arg-type]
    sure = [entity for entity in found if entity.confidence >= SURE]
    return sure or [entity for entity in found if asked and (slot.kind == "ordinal" or _alone(entity, reading))]


def _alone(entity: Entity, reading: Reading) -> bool:
    return entity.end - entity.start >= 0.6 * len(reading.text.strip(" .,!?"))


def _as(entity: Entity, kind: str) -> Entity | None:
    """Return an entity as the kind a slot takes, or None."""
    value = entity.value
    if entity.kind == kind:
        return entity
    if entity.kind == "datetime":
        value = value[:ONE_DAY] if kind == "date" else value[ONE_DAY + 1 : ONE_DAY + 6]
    elif entity.kind == "interval":
        begin, last = str(value["from"] or ""), str(value["to"] or "")
        if not begin or begin[:ONE_DAY] != last[:ONE_DAY] or "-" not in begin:
            return None
        value = begin[:ONE_DAY]
    elif kind == "interval":
        value = {"from": value, "to": value}
    return Entity(
        kind="date" if kind == "date" else "time" if kind == "time" else "interval",
        value=value,
        text=entity.text,
        start=entity.start,
        end=entity.end,
        confidence=entity.confidence,
        detail={**entity.detail, "part_of": entity.kind},
    )
