"""A conversation as it was held, as a file of conversation tests."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

import yaml

from frontdesk.core import formatting
from frontdesk.core.content import Content
from frontdesk.core.message import ContactCard, Place
from frontdesk.core.tenant import TenantSettings
from frontdesk.understanding.intents.scalars import Dumper
from frontdesk.understanding.transcripts.masking import Mask

PAUSE = timedelta(hours=1)
"""A silence from which on time passes in the test, too."""
SOMEBODY = "somebody"
FILES = ("image", "audio", "voice", "video", "animation", "document", "sticker")
HEAD = """\
# Made from a conversation that was held. Masked: names of the people in it and those they gave themselves, e-mail addresses,
# handles, links, phone and other long numbers, codes, days over ten years past, places, and addresses written as usual.
# Nobody can tell other people's names, nicknames, addresses without a number, and what a story gives away: read it first.
"""
PROVIDERS = {"llm", "translation", "speech"}
"""Settings left out: where services stand is nobody's business, and a test asks none."""
NUMBERED = re.compile(r"\d{1,3}\. .+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One thing said or done, in order. `press` is the payload of a choice, `modes` what the conversation was in the middle of
    after it.
    """

    by: Literal["contact", "bot", "human"]
    at: datetime
    who: str = SOMEBODY
    type: str = "text"
    text: str | None = None
    press: str | None = None
    content: Content | None = None
    place: Place | None = None
    contacts: tuple[ContactCard, ...] = ()
    handler: str | None = None
    intent: str | None = None
    modes: tuple[str, ...] | None = None
    owner: str = "bot"


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A conversation: whose, where, and what was said in it. `name` is what its contact is called, `names` are all to be masked."""

    channel: str
    language: str
    settings: TenantSettings
    lines: Sequence[Line]
    names: Sequence[str] = ()
    name: str | None = None


def write(held: Held, name: str = "As it was held") -> str:
    """Return the file; the same conversation gives the same file."""
    mask = _mask(held)
    settings = held.settings.model_dump(mode="json", exclude_defaults=True, exclude=PROVIDERS)
    document: dict[str, Any] = {"settings": _masked(settings, mask)} if settings else {}
    steps = list(_steps(held, mask))
    known = {"given": {"contacts": {SOMEBODY: {"name": mask.mask(held.name)}}}} if held.name else {}
    document |= {"channel": held.channel, "conversations": {name: {**known, "steps": steps}}}
    body = yaml.dump(document, Dumper=Dumper, allow_unicode=True, sort_keys=False, width=120)
    return HEAD + body


def _masked(value: Any, mask: Mask) -> Any:
    """Mask the tenant's own sentences, too: what the bot says with them has to be what the test expects."""
    match value:
        case str():
            return mask.mask(value) if " " in value else value
        case list():
            return [_masked(each, mask) for each in value]
        case dict():
            return {key: _masked(each, mask) for key, each in value.items()}
    return value


def _mask(held: Held) -> Mask:
    now = held.lines[0].at if held.lines else datetime.min
    mask = Mask(held.language, now, held.settings.time_zone, held.settings.region)
    for name in held.names:
        mask.learn_name(name)
    for line in held.lines:
        if line.by != "bot":  # who the bot says it is is no secret, and stands in the settings
            mask.learn(line.text)
        for card in line.contacts:
            mask.learn_name(card.name)
    return mask


def _steps(held: Held, mask: Mask) -> "list[dict[str, Any]]":
    steps: list[dict[str, Any]] = []
    heard: datetime | None = None
    people: dict[str, str] = {}
    offered: dict[str, str] = {}
    for line in held.lines:
        if line.by == "contact":
            if heard and line.at - heard >= PAUSE:
                steps.append({"wait": pause(line.at - heard)})
            heard = line.at
            person = people.setdefault(line.who, SOMEBODY if not people else f"person {len(people) + 1}")
            steps.append(_done(line, mask, offered, person) | _expected(line))
        elif line.by == "bot" and steps:
            heard = line.at
            offered |= _offered(line)
            steps[-1].setdefault("bot", []).append(_said(line, mask))
    return [_short(step) for step in steps]


def pause(gap: timedelta) -> str:
    """Write a duration in whole minutes."""
    minutes = int(gap.total_seconds() // 60)
    parts = ((minutes // 1440, "d"), (minutes // 60 % 24, "h"), (minutes % 60, "m"))
    return " ".join(f"{count}{unit}" for count, unit in parts if count)


def _done(line: Line, mask: Mask, offered: Mapping[str, str], person: str) -> dict[str, Any]:
    by = {} if person == SOMEBODY else {"from": person}
    words = mask.mask(line.text) if line.text else None
    if line.press is not None:
        return {"press": mask.mask(offered.get(line.press, line.text or line.press)), **by}
    if line.type == "reaction":
        return {"reaction": line.text, **by}
    if line.place:
        return {"location": {"latitude": 52.5, "longitude": 13.4}, **by}
    if line.contacts:
        return {"contact": {"name": mask.mask(line.contacts[0].name or "Alex"), "phone": "+1 202 555 0100"}, **by}
    if line.type in FILES:
        return {"send": {"type": line.type, **({"caption": words} if words else {})}, **by}
    return {"user": words or "", **by}


def _expected(line: Line) -> dict[str, Any]:
    """Return what the turn's record lets a test expect of its answer."""
    found: dict[str, Any] = {"handler": line.handler} if line.handler else {}
    found |= {"intent": line.intent} if line.intent else {}
    found |= {"mode": list(line.modes)} if line.modes is not None else {}
    return found | ({"owner": line.owner} if line.owner == "human" else {})


def _said(line: Line, mask: Mask) -> Any:
    text = mask.mask(_words(line))
    titles = [mask.mask(title) for title in _titles(line.content)]
    if line.type != "text" and not text:
        return {"type": line.type}
    return {"text": text, "buttons": titles} if titles else text


def _words(line: Line) -> str:
    """Return what is read of a message: without marks, and without the lines that number its choices."""
    text = line.text or ""
    if line.content and line.content.format == "html":
        text = formatting.plain(text)
    lines = text.rstrip().split("\n")
    while line.content and line.content.choices and lines and NUMBERED.fullmatch(lines[-1]):
        lines.pop()
    return "\n".join(lines).strip()


def _titles(content: Content | None) -> list[str]:
    if content is None:
        return []
    shown = [*(row.title for row in content.rows), *(button.title for button in content.buttons)]
    return shown or [choice.title for choice in content.choices]


def _offered(line: Line) -> dict[str, str]:
    """Return the titles of a message's choices by what they stand for."""
    if line.content is None:
        return {}
    choices = {row.payload: row.title for row in line.content.rows}
    choices |= {button.answer: button.title for button in line.content.buttons}
    return choices | {choice.payload: choice.title for choice in line.content.choices}


def _short(step: dict[str, Any]) -> dict[str, Any]:
    """Write one message of the bot's without a list, and silence where it said nothing."""
    said = step.get("bot")
    acts = step.keys() - {"wait"}
    if said is None:
        return {**step, "silence": True} if acts else step
    return {**step, "bot": said[0] if len(said) == 1 else said}
