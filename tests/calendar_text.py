"""Whether a text is a calendar by RFC 5545, judged without the code that wrote it."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from dateutil import rrule

LINE = re.compile(r"([A-Z0-9-]+)((?:;[A-Z0-9-]+=(?:\"[^\"]*\"|[^\";:,]*))*):(.*)\Z", re.DOTALL)
TEXT = re.compile(r"(?:[^\\,;\x00-\x08\x0b-\x1f\x7f]|\\[\\,;nN])*\Z")
UTC_TIME, LOCAL_TIME = re.compile(r"\d{8}T\d{6}Z\Z"), re.compile(r"\d{8}T\d{6}\Z")
OFFSET = re.compile(r"[+-]\d{4}(\d{2})?\Z")
INSIDE = {
    "": {"VCALENDAR"},
    "VCALENDAR": {"VEVENT", "VTODO", "VTIMEZONE"},
    "VTIMEZONE": {"STANDARD", "DAYLIGHT"},
    "VEVENT": {"VALARM"},
    "VTODO": {"VALARM"},
}
ONCE = {
    "VCALENDAR": ("PRODID", "VERSION"),
    "VEVENT": ("UID", "DTSTAMP", "DTSTART"),
    "VTODO": ("UID", "DTSTAMP"),
    "VALARM": ("ACTION", "TRIGGER", "DESCRIPTION"),
    "VTIMEZONE": ("TZID",),
    "STANDARD": ("DTSTART", "TZOFFSETFROM", "TZOFFSETTO"),
    "DAYLIGHT": ("DTSTART", "TZOFFSETFROM", "TZOFFSETTO"),
}
TEXTS = {"SUMMARY", "DESCRIPTION", "X-WR-CALNAME", "UID", "TZNAME"}


@dataclass
class Component:
    """What stands between BEGIN and END: properties as name, parameters and value."""

    name: str
    properties: list[tuple[str, str, str]] = field(default_factory=list)
    inside: list["Component"] = field(default_factory=list)

    def values(self, name: str) -> list[str]:
        return [value for known, _, value in self.properties if known == name]


def faults(text: str) -> list[str]:
    """Return what is wrong with a calendar; nothing where it is one."""
    found = [*_lines(text)]
    root = _parsed(text.replace("\r\n ", "").split("\r\n"), found)
    if [one.name for one in root.inside] != ["VCALENDAR"]:
        return [*found, "there is not exactly one VCALENDAR"]
    calendar = root.inside[0]
    zones = {one.values("TZID")[0] for one in calendar.inside if one.name == "VTIMEZONE" and one.values("TZID")}
    for component in _all(calendar):
        found += _component(component, zones)
    uids = Counter(uid for one in calendar.inside for uid in one.values("UID"))
    return found + [f"UID {uid} stands there {count} times" for uid, count in uids.items() if count > 1]


def _lines(text: str) -> Iterator[str]:
    if not text.endswith("\r\n"):
        yield "the last line has no end"
    if re.search(r"(?<!\r)\n|\r(?!\n)", text):
        yield "a line ends in something else than CRLF"
    yield from (f"a line has over 75 octets: {line[:40]}" for line in text.split("\r\n") if len(line.encode()) > 75)


def _parsed(lines: list[str], found: list[str]) -> Component:
    root = Component("")
    stack = [root]
    for line in filter(None, lines):
        match = LINE.match(line)
        if not match:
            found.append(f"no property: {line[:60]}")
        elif match[1] == "BEGIN":
            if match[3] not in INSIDE.get(stack[-1].name, ()):
                found.append(f"{match[3]} in {stack[-1].name or 'nothing'}")
            stack.append(Component(match[3]))
        elif match[1] == "END":
            if len(stack) == 1 or stack[-1].name != match[3]:
                found.append(f"END:{match[3]} in {stack[-1].name}")
            else:
                stack[-2].inside.append(stack.pop())
        else:
            stack[-1].properties.append((match[1], match[2], match[3]))
    return root


def _all(component: Component) -> Iterator[Component]:
    yield component
    for one in component.inside:
        yield from _all(one)


def _component(component: Component, zones: set[str]) -> Iterator[str]:
    for name in ONCE.get(component.name, ()):
        if len(component.values(name)) != 1:
            yield f"{component.name} has {len(component.values(name))} {name}"
    if component.values("DTEND") and component.values("DURATION"):
        yield "DTEND beside DURATION"
    if component.name == "VTIMEZONE" and not component.inside:
        yield "a VTIMEZONE without any rule"
    for name, parameters, value in component.properties:
        yield from _property(name, parameters, value, zones, component.name in ("STANDARD", "DAYLIGHT"))
    yield from _rule(component)


def _property(name: str, parameters: str, value: str, zones: set[str], of_zone: bool) -> Iterator[str]:
    zone = re.search(r";TZID=\"?([^\";]+)", parameters)
    if zone and zone[1] not in zones:
        yield f"{name} is in {zone[1]}, which is described nowhere"
    if name in TEXTS and not TEXT.match(value):
        yield f"{name} is not escaped: {value[:60]}"
    if name in ("DTSTART", "EXDATE", "RDATE"):
        wanted = LOCAL_TIME if zone or of_zone else UTC_TIME
        yield from (f"{name} is no time: {one}" for one in value.split(",") if not _is_time(one, wanted))
    if name in ("DTSTAMP", "LAST-MODIFIED", "COMPLETED") and not _is_time(value, UTC_TIME):
        yield f"{name} is not in UTC: {value}"
    if name.startswith("TZOFFSET") and not OFFSET.match(value):
        yield f"{name} is no offset: {value}"


def _is_time(value: str, wanted: re.Pattern[str]) -> bool:
    try:
        datetime.strptime(value.rstrip("Z"), "%Y%m%dT%H%M%S")
    except ValueError:
        return False
    return bool(wanted.match(value))


def _rule(component: Component) -> Iterator[str]:
    rules = component.values("RRULE")
    if len(rules) > 1:
        yield "several RRULE"
    for rule in rules:
        parts = dict(part.split("=", 1) for part in rule.split(";"))
        if {"COUNT", "UNTIL"} <= parts.keys():
            yield "COUNT beside UNTIL"
        if "UNTIL" in parts and not UTC_TIME.match(parts["UNTIL"]):
            yield f"UNTIL is not in UTC: {parts['UNTIL']}"
        start = datetime.strptime(component.values("DTSTART")[0].rstrip("Z"), "%Y%m%dT%H%M%S")
        bare = ";".join(f"{name}={value}" for name, value in parts.items() if name != "UNTIL")
        if next(iter(rrule.rrulestr(bare, dtstart=start)), None) != start:
            yield f"the first of {rule} is not DTSTART"
