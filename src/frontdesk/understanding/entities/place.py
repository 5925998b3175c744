"""Entities of kind location: a point that was shared, or its coordinates."""

import re
from collections.abc import Iterator

from frontdesk.core.entities import Entity
from frontdesk.understanding.entities.reading import Reading

COORDINATES = re.compile(r"(?<![\d.,])(-?\d{1,2}\.\d{3,10})\s?[,;]\s?(-?\d{1,3}\.\d{3,10})(?![\d.])")


def find(reading: Reading) -> Iterator[Entity]:
    """Yield the shared place, whose span is empty, and coordinates written as `40.4168, -3.7038`, in degrees."""
    place = reading.place
    if place:
        value = {"latitude": place.latitude, "longitude": place.longitude, "name": place.name, "address": place.address}
        yield Entity(kind="location", value=value, text="", start=0, end=0)
    for match in COORDINATES.finditer(reading.folded.text):
        latitude, longitude = float(match[1]), float(match[2])
        if abs(latitude) <= 90 and abs(longitude) <= 180:
            value = {"latitude": latitude, "longitude": longitude, "name": None, "address": None}
            yield reading.entity("location", value, match.start(), match.end(), 0.9)
