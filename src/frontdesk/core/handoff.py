"""Handing a conversation to a person: who gets it, by when, and when somebody is there; all of it computed, nothing done."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from frontdesk.core.answers import base
from frontdesk.core.desk import Assignment, DeskSettings
from frontdesk.core.hours import DAYS, BusinessHours
from frontdesk.core.noting import Tag, Untag
from frontdesk.core.turn import HandBack, HandOver, OptIn, OptOut, Outcome, Turn
from frontdesk.core.wall_clock import wall, zone_of

NEVER = datetime.min.replace(tzinfo=UTC)
WEEK = timedelta(days=6)


@dataclass(frozen=True, slots=True, kw_only=True)
class Agent:
    """A person who answers; `load` is how many conversations they have, `given_at` when they were given the last."""

    id: UUID
    name: str
    skills: tuple[str, ...] = ()
    teams: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    capacity: int = 5
    status: Literal["available", "away"] = "available"
    load: int = 0
    given_at: datetime | None = None

    @property
    def is_there(self) -> bool:
        return self.status == "available" and self.capacity > 0

    @property
    def has_room(self) -> bool:
        return self.is_there and self.load < self.capacity

    def speaks(self, language: str | None) -> bool:
        return language is not None and base(language) in {base(each) for each in self.languages}

    def has(self, skill: str | None) -> bool:
        return skill is None or skill.casefold() in {each.casefold() for each in self.skills}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Who is wanted for a conversation: a skill is needed, a language better than none, since what is written can be
    translated. `agent` and `team` are whom a rule assigned it to; whoever released it is not given it again.
    """

    skill: str | None = None
    language: str | None = None
    agent: UUID | None = None
    team: str | None = None
    released_by: UUID | None = None

    def is_for(self, agent: Agent) -> bool:
        return agent.id == self.agent or (self.team is not None and self.team in agent.teams)


ANYBODY = Wanted()


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """By when somebody should answer first, and by when it should be resolved; None: no time is set."""

    first: datetime | None = None
    resolved: datetime | None = None


def assignee(assignment: Assignment, agents: Sequence[Agent], wanted: Wanted = ANYBODY) -> Agent | None:
    """Return who is given a conversation; None where it waits for somebody to take it.

    While any of those it was assigned to is there it waits for them; where none is, it goes the usual way.
    """
    able = [agent for agent in agents if agent.id != wanted.released_by]
    if meant := [agent for agent in able if wanted.is_for(agent) and agent.is_there]:
        return _least_busy([agent for agent in meant if agent.has_room], wanted.language)
    free = [agent for agent in able if agent.has_room]
    match assignment:
        case "manual":
            return None
        case "round_robin":
            return min(free, key=_turn, default=None)
        case "least_busy":
            return min(free, key=_load, default=None)
        case "skills":
            return _least_busy([agent for agent in free if agent.has(wanted.skill)], wanted.language)


def _least_busy(agents: Sequence[Agent], language: str | None) -> Agent | None:
    """Return who has least to do, best of those who speak the language."""
    return min(agents, key=lambda agent: (not agent.speaks(language), *_load(agent)), default=None)


def _turn(agent: Agent) -> tuple[datetime, UUID]:
    return agent.given_at or NEVER, agent.id


def _load(agent: Agent) -> tuple[int, datetime, UUID]:
    return agent.load, *_turn(agent)


def due(settings: DeskSettings, hours: BusinessHours | None, requested_at: datetime) -> Due:
    """Return the times that count from a request; with business hours the clock stands still while nobody is there."""

    def after(minutes: int | None) -> datetime | None:
        if minutes is None:
            return None
        length = timedelta(minutes=minutes)
        return hours.after(requested_at, length) if hours else requested_at + length

    return Due(first=after(settings.first_minutes), resolved=after(settings.resolve_minutes))


def opening(hours: BusinessHours | None, now: datetime) -> datetime | None:
    """Return when somebody is there next, where nobody is now; None while somebody is, or where nobody ever will be."""
    return None if hours is None or hours.is_open(now) else hours.next_opening(now)


def shown(opens: datetime, hours: BusinessHours, now: datetime) -> tuple[str, str]:
    """Return the day of the week and the time of an opening on the tenant's own clock; with its date where it is far off."""
    there = wall(opens, zone_of(hours.time_zone))
    date = f"{there:%Y-%m-%d} " if opens - now > WEEK else ""
    return DAYS[there.weekday()], f"{date}{there:%H:%M}"


def word(turn: Turn, outcome: Outcome) -> dict[str, Any] | None:
    """Return what people at the desk are told of a turn; None where it is nothing of theirs."""
    event = None
    for effect in outcome.effects:
        match effect:
            case HandOver():
                event = "waiting"
            case HandBack():
                event = "returned"
            case Tag(of="conversation") | Untag(of="conversation"):
                event = event or "tagged"
    if event in (None, "tagged") and turn.conversation.owner == "human":
        event = "message"
    return {"event": event, "conversation": str(turn.conversation.id)} if event else None


def hushed(turn: Turn, outcome: Outcome) -> Outcome:
    """Return the outcome without a word of ours, where a person has the conversation: what they hear is the person.

    Consent is asked for and confirmed still, and who calls the bot back gets its answer; while nobody has come yet, commands
    are answered.
    """
    talk = turn.conversation
    if talk.owner != "human" or talk.status == "waiting" or not outcome.replies or turn.consent != "given":
        return outcome
    if any(isinstance(effect, HandBack | OptOut | OptIn) for effect in outcome.effects):
        return outcome
    return replace(
        outcome, replies=(), evidence="; ".join(filter(None, (outcome.evidence, "a person has this conversation")))
    )
