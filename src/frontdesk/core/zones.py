"""A time zone by what people call it: an IANA name, a city, or the difference to UTC."""

import functools
import re
from collections.abc import Mapping
from zoneinfo import available_timezones

from frontdesk.core.wording import plain

OFFSET = re.compile(r"(?:utc|gmt)?\s*([+\-−])\s*(\d{1,2})(?:[:.]?([0-5]\d))?\Z", re.IGNORECASE)
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
    "Africa/Dar_es_Salaam": "dodoma mwanza arusha zanzibar",
    "Africa/Johannesburg": "cape_town durban pretoria",
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
    "Asia/Shanghai": "beijing peking shenzhen guangzhou",
    "Africa/Cairo": "alexandria القاهرة el_cairo le_caire kairo",
    "Europe/Amsterdam": "rotterdam the_hague",
    "Europe/Berlin": "munich munchen hamburg cologne koln frankfurt stuttgart dusseldorf leipzig",
    "Europe/Lisbon": "porto lisboa lissabon lisbonne",
    "Europe/London": "manchester birmingham edinburgh glasgow londres",
    "Europe/Madrid": "barcelona valencia sevilla seville bilbao malaga",
    "Europe/Paris": "lyon marseille toulouse bordeaux lille nice",
    "Europe/Rome": "milan milano naples napoli turin roma rom",
    "Europe/Vienna": "wien graz salzburg vienne viena",
    "Europe/Zurich": "geneva geneve genf basel bern",
}


def zone_said(text: str) -> str | None:
    """Return the IANA name of the zone a text names, None where it names none we know."""
    text = text.strip()[:100]
    if match := OFFSET.fullmatch(text):
        return _by_offset("+" if match[1] == "+" else "-", int(match[2]), int(match[3] or 0))
    names = _names()
    words = _key(text).split("_")
    for length in range(min(len(words), 4), 0, -1):
        for start in range(len(words) - length + 1):
            if found := names.get("_".join(words[start : start + length])):
                return found
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
        if city and area not in ("Etc", "SystemV", "US", "posix", "right"):
            found.setdefault(_key(zone.replace("/", " ").replace("_", " ")), zone)
            found.setdefault(_key(city.rpartition("/")[2].replace("_", " ")), zone)
    for zone, cities in FURTHER.items():
        for city in cities.split():
            found[_key(city.replace("_", " "))] = zone
    return {**found, "utc": "Etc/UTC", "gmt": "Etc/UTC"}
