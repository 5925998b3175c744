"""From a file to its cases: one conversation on one channel each, with all that is given before it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from frontdesk.core.tenant import TenantSettings
from frontdesk.rehearsal.conversations.given import Given, Intents
from frontdesk.rehearsal.conversations.reading import ROW, Fault, Source, faults
from frontdesk.rehearsal.conversations.script import PASSING, Conversation, Kind, Step


@dataclass(frozen=True, slots=True)
class Placed:
    """A step and the line it stands on."""

    step: Step
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One conversation to be held."""

    file: Path
    line: int
    name: str
    variant: str
    channel: Kind
    settings: TenantSettings
    channel_settings: Mapping[str, Any]
    intents: Intents | None
    given: Given
    steps: tuple[Placed, ...]
    several: bool = field(default=False, compare=False)

    @property
    def title(self) -> str:
        """Name the case so that no other of its file has the name."""
        row = f" [{self.variant}]" if self.variant else ""
        return f"{self.name}{row}" + (f" ({self.channel})" if self.several else "")

    @property
    def moves_the_clock(self) -> bool:
        return self.given.clock is not None or any(each.step.act in PASSING for each in self.steps)


def cases(source: Source) -> list[Case] | list[Fault]:
    """Return a file's cases, or what is wrong with them."""
    found: list[Case] = []
    wrong: list[Fault] = []
    for name, variants in source.script.conversations.items():
        for label, talk in variants.items():
            try:
                found += _of_one(source, name, label.removeprefix(ROW), talk)
            except _Wrong as error:
                wrong += error.faults
    return wrong or found


class _Wrong(Exception):
    def __init__(self, wrong: Sequence[Fault]) -> None:
        self.faults = list(wrong)


def _of_one(source: Source, name: str, variant: str, talk: Conversation) -> Iterator[Case]:
    script, where = source.script, ("conversations", name)
    given = _joined(_given(source, ("given",), script.given), _given(source, (*where, "given"), talk.given))
    steps = _steps(source, name, talk)
    kinds = tuple(dict.fromkeys(talk.channels or ((talk.channel,) if talk.channel else script.channels)))
    for kind in kinds or (script.channel,):
        yield Case(
            file=source.path,
            line=source.line(*where),
            name=name,
            variant=variant,
            channel=kind,
            settings=_settings(source, name, talk),
            channel_settings=script.channel_settings.get(kind, {}),
            intents=script.intents,
            given=given,
            steps=steps,
            several=len(kinds) > 1,
        )


def _steps(source: Source, name: str, talk: Conversation) -> tuple[Placed, ...]:
    shape = source.document["conversations"][name]
    inside = () if isinstance(shape, list) else ("steps",)
    lines = [source.line("conversations", name, *inside, index) for index in range(len(talk.steps))]
    return tuple(Placed(step, line) for step, line in zip(talk.steps, lines, strict=True))


def _settings(source: Source, name: str, talk: Conversation) -> TenantSettings:
    if not talk.settings:
        return source.script.settings
    document = {**(source.document.get("settings") or {}), **talk.settings}
    try:
        return TenantSettings.model_validate(document)
    except ValidationError as error:
        where = ("conversations", name, "settings")
        raise _Wrong(faults(str(source.path), source.root, error, where)) from None


def _given(source: Source, where: tuple[str, ...], given: Given, seen: tuple[str, ...] = ()) -> Given:
    """Return what is given with the fixtures it uses; its own come last and win."""
    whole = Given()
    for name in given.use:
        fixture = source.script.fixtures.get(name)
        if fixture is None or name in seen:
            known = ", ".join(source.script.fixtures) or "none yet; they stand under `fixtures`"
            words = (
                f"fixture {name!r} uses itself" if name in seen else f"there is no fixture {name!r}: there are {known}"
            )
            raise _Wrong([Fault(str(source.path), source.line(*where, "use"), words)])
        whole = _joined(whole, _given(source, ("fixtures", name), fixture, (*seen, name)))
    return _joined(whole, given)


def _joined(one: Given, other: Given) -> Given:
    return Given(
        clock=other.clock or one.clock,
        contacts={**one.contacts, **other.contacts},
        variables={**one.variables, **other.variables},
        rules=(*one.rules, *other.rules),
        agents={**one.agents, **other.agents},
        model=(*other.model, *one.model),
    )


def chosen(found: Sequence[Case], wanted: str | None) -> list[Case]:
    """Return the cases whose file or title holds all these words."""
    words = (wanted or "").casefold().split()
    return [case for case in found if all(word in f"{case.file} {case.title}".casefold() for word in words)]
