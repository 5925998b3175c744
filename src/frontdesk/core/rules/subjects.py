"""What conditions can ask about: each fact with its kind, its values, and the comparisons it takes."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from frontdesk.core.hours import DAYS

FactName = Literal[
    "intent",
    "confidence",
    "entity",
    "text",
    "language",
    "message",
    "sentiment",
    "channel",
    "channel_kind",
    "date",
    "time",
    "weekday",
    "business_hours",
    "contact_name",
    "contact_field",
    "contact_fact",
    "contact_tag",
    "opted_out",
    "new_contact",
    "conversation_tag",
    "group",
    "turns",
    "misses",
    "silence",
    "mode",
    "owner",
    "variable",
]
Kind = Literal["name", "names", "language", "words", "number", "flag", "date", "time", "value"]
MESSAGES = (
    "text",
    "image",
    "audio",
    "voice",
    "video",
    "animation",
    "document",
    "sticker",
    "location",
    "contacts",
    "button_reply",
    "list_reply",
    "command",
    "form",
    "order",
    "unsupported",
    "reaction",
    "event",
)

OPERATORS: Mapping[Kind, tuple[str, ...]] = {
    "name": ("is", "exists"),
    "names": ("is", "exists"),
    "language": ("is", "exists"),
    "words": ("is", "contains", "matches", "exists"),
    "number": ("is", "at_least", "at_most", "exists"),
    "flag": ("is",),
    "date": ("is", "at_least", "at_most"),
    "time": ("at_least", "at_most"),
    "value": ("is", "contains", "matches", "at_least", "at_most", "exists"),
}


@dataclass(frozen=True, slots=True)
class Subject:
    """One fact: what it is in words, the values it can have where these are few, its range, and whether it needs a name."""

    kind: Kind
    about: str
    options: tuple[str, ...] = ()
    least: float | None = None
    most: float | None = None
    named: bool = False

    @property
    def operators(self) -> tuple[str, ...]:
        return OPERATORS[self.kind]


SUBJECTS: Mapping[FactName, Subject] = {
    "intent": Subject("name", "the intent understood"),
    "confidence": Subject("number", "how sure the likeliest intent is, 0 to 1", least=0, most=1),
    "entity": Subject("value", "a value named in the message, by its kind, its list or its slot", named=True),
    "text": Subject("words", "what was said, also as it was translated"),
    "language": Subject("language", "the language spoken; `es` is any Spanish, `es-MX` that of Mexico"),
    "message": Subject("name", "the kind of message", options=MESSAGES),
    "sentiment": Subject("number", "how it was said, -1 (bad) to 1 (good)", least=-1, most=1),
    "channel": Subject("names", "the channel, by its name or id"),
    "channel_kind": Subject("name", "the kind of channel"),
    "date": Subject("date", "the day, in the tenant's time zone"),
    "time": Subject("time", "the time of day there; from 18:00 to 08:00 runs past midnight"),
    "weekday": Subject("name", "the day of the week there", options=DAYS),
    "business_hours": Subject("name", "whether the tenant is open", options=("open", "closed")),
    "contact_name": Subject("words", "the contact's name"),
    "contact_field": Subject("value", "a field of the contact's profile", named=True),
    "contact_fact": Subject("value", "what is known of the contact", named=True),
    "contact_tag": Subject("names", "the contact's tags and groups"),
    "opted_out": Subject("flag", "whether the contact wants no messages"),
    "new_contact": Subject("flag", "whether the contact writes for the first time"),
    "conversation_tag": Subject("names", "the conversation's tags"),
    "group": Subject("flag", "whether several people talk there"),
    "turns": Subject("number", "turns before this one in the session", least=0),
    "misses": Subject("number", "fallbacks in a row before this turn", least=0),
    "silence": Subject("number", "seconds since the message before this one", least=0),
    "mode": Subject("name", "the handler the conversation is in the middle of"),
    "owner": Subject("name", "who answers there", options=("bot", "human")),
    "variable": Subject("value", "a value remembered for the session", named=True),
}
