"""A time zone by what people call it: an IANA name, a city, or the difference to UTC."""

import functools
import re
from collections.abc import Mapping
from zoneinfo import available_timezones

from frontdesk.core.wording import plain

OFFSET = re.compile(
    r"(?:utc|gmt)?\s*([+\-−])\s*(\d{1,2})(?:[:.]?([0-5]\d))?\s*(?:h|hours?|horas?|heures?|stunden?)?\Z", re.IGNORECASE
)
WITHIN = re.compile(r"\b(?:utc|gmt)\s*([+\-−]?)\s*(\d{1,2})(?:[:.]?([0-5]\d))?\b", re.IGNORECASE)
"""In the middle of a sentence only what names UTC is a difference to it."""
LEGACY = ("Brazil", "Canada", "Chile", "Mexico")
"""Areas whose zones go by other names now, or by points of the compass: "East" is no city."""
NO_CITIES = frozenset({"north", "south", "west", "act", "lhi", "nsw"})
ORDINARY = frozenset(
    {"nice", "rio", "center", "easter", "wake", "midway", "christmas", "troll", "reunion", "rom", "eire"}
)
"""Names that are words of a language, too: they count where nothing else is said."""
HALVES: Mapping[tuple[str, int, int], str] = {
    ("+", 3, 30): "Asia/Tehran",
    ("+", 4, 30): "Asia/Kabul",
    ("+", 5, 30): "Asia/Kolkata",
    ("+", 5, 45): "Asia/Kathmandu",
    ("+", 6, 30): "Asia/Yangon",
    ("+", 9, 30): "Australia/Darwin",
    ("-", 3, 30): "America/St_Johns",
    ("-", 9, 30): "Pacific/Marquesas",
}
FURTHER: Mapping[str, str] = {
    "Africa/Johannesburg": "cape_town durban pretoria ciudad_del_cabo le_cap kapstadt",
    "America/Havana": "la_habana la_havane havanna habana",
    "Asia/Tokyo": "tokio osaka",
    "Europe/Athens": "athen atenas athenes",
    "Europe/Brussels": "brussel bruxelles bruselas antwerp",
    "Europe/Bucharest": "bukarest bucarest bucuresti",
    "Europe/Copenhagen": "kopenhagen copenhague kobenhavn",
    "Europe/Istanbul": "estambul ankara izmir",
    "Europe/Moscow": "moskau moscu moscou",
    "Europe/Prague": "prag praga praha",
    "Europe/Warsaw": "warschau varsovia varsovie warszawa krakow",
    "Africa/Dar_es_Salaam": "dodoma mwanza arusha zanzibar",
    "Africa/Lagos": "abuja kano",
    "Africa/Nairobi": "mombasa kisumu",
    "America/Bogota": "medellin cali",
    "America/Chicago": "houston dallas austin",
    "America/Los_Angeles": "san_francisco seattle san_diego las_vegas",
    "America/Mexico_City": "ciudad_de_mexico guadalajara",
    "America/New_York": "washington boston miami atlanta philadelphia nueva_york",
    "America/Sao_Paulo": "rio_de_janeiro brasilia belo_horizonte rio",
    "Asia/Dubai": "abu_dhabi دبي",
    "Asia/Kolkata": "delhi new_delhi mumbai bombay bangalore bengaluru chennai hyderabad pune दिल्ली मुंबई कोलकाता",
    "Asia/Riyadh": "mecca jeddah الرياض جدة",
    "Asia/Shanghai": "beijing peking pekin shenzhen guangzhou",
    "Africa/Cairo": "alexandria القاهرة el_cairo le_caire kairo",
    "Europe/Amsterdam": "rotterdam the_hague",
    "Europe/Berlin": "munich munchen hamburg cologne koln frankfurt stuttgart dusseldorf leipzig",
    "Europe/Lisbon": "porto lisboa lissabon lisbonne",
    "Europe/London": "manchester birmingham edinburgh glasgow londres",
    "Europe/Madrid": "barcelona valencia sevilla seville bilbao malaga",
    "Europe/Paris": "lyon marseille toulouse bordeaux lille nice",
    "Europe/Rome": "milan milano mailand naples napoli turin roma rom",
    "Europe/Vienna": "wien graz salzburg vienne viena",
    "Europe/Zurich": "geneva geneve genf ginebra zurigo basel bern",
}


def zone_said(text: str) -> str | None:
    """Return the IANA name of the zone a text names, None where it names none we know."""
    text = text.strip()[:100]
    if match := OFFSET.fullmatch(text) or WITHIN.search(text):
        return _by_offset("-" if match[1] in ("-", "−") else "+", int(match[2]), int(match[3] or 0))
    names = _names()
    words = _key(text).split("_")
    for length in range(min(len(words), 4), 0, -1):
        for start in range(len(words) - length + 1):
            name = "_".join(words[start : start + length])
            if name in names and (len(words) == 1 or name not in ORDINARY):
                return names[name]
    return names.get(_key(text.replace("/", " ")))


def _by_offset(sign: str, hours: int, minutes: int) -> str | None:
    if minutes:
        return HALVES.get((sign, hours, minutes))
    if hours > (14 if sign == "+" else 12):
        return None
    return f"Etc/GMT{'-' if sign == '+' else '+'}{hours}" if hours else "Etc/UTC"  # POSIX counts westwards


def _key(text: str) -> str:
    return "_".join(plain(text).split())


@functools.cache
def _names() -> Mapping[str, str]:
    """Return zones by whole name and by city; of zones that share a city the first in order."""
    found: dict[str, str] = {}
    for zone in sorted(available_timezones()):
        area, _, city = zone.partition("/")
        if not city or area in ("Etc", "SystemV", "US", "posix", "right"):
            continue
        found.setdefault(_key(zone.replace("/", " ").replace("_", " ")), zone)
        name = _key(city.rpartition("/")[2].replace("_", " "))
        if area not in LEGACY and name not in NO_CITIES:
            found.setdefault(name, zone)
    for zone, cities in FURTHER.items():
        for city in cities.split():
            found[_key(city.replace("_", " "))] = zone
    return {**found, "utc": "Etc/UTC", "gmt": "Etc/UTC"}
