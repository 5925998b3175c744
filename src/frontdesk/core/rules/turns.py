"""From a turn, and what the caller knows around it, to the facts of rules."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from frontdesk.core import facts as knowledge
from frontdesk.core.conversation import Mode
from frontdesk.core.hours import BusinessHours
from frontdesk.core.message import Happening, Message, Reaction
from frontdesk.core.rules.facts import Facts
from frontdesk.core.turn import Turn


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What a turn doesn't say of itself. None is "not known", and every comparison with it false.

    `turns` and `misses` count those before this one: in the session, and fallbacks in a row; `last_at` is when the message
    before was said. `sentiment` is −1 to 1.
    """

    channel_id: UUID | None = None
    channel_kind: str | None = None
    channel_name: str | None = None
    hours: BusinessHours | None = None
    contact_tags: frozenset[str] = frozenset()
    conversation_tags: frozenset[str] = frozenset()
    is_new: bool | None = None
    turns: int | None = None
    misses: int | None = None
    last_at: datetime | None = None
    sentiment: float | None = None


NOTHING_AROUND = Surroundings()


def of_turn(turn: Turn, around: Surroundings) -> Facts:
    """Return the facts of a turn."""
    contact, talk, best = turn.contact, turn.conversation, next(iter(turn.meaning.ranking), None)
    sure = turn.meaning.confidence if turn.meaning.intent else (best.confidence if best else None)
    return Facts(
        text=turn.text,
        working=turn.working,
        message=kind_of(turn.event),
        intent=turn.meaning.intent,
        confidence=sure,
        entities=turn.entities,
        slots={**slots_of(turn.mode), **turn.values},
        language=turn.spoken or turn.language,
        sentiment=around.sentiment,
        channel_id=around.channel_id,
        channel_name=around.channel_name,
        channel_kind=around.channel_kind,
        now=turn.now,
        zone=turn.settings.zone,
        hours=around.hours,
        contact_name=contact.name,
        fields=contact.fields,
        contact_facts=contact.facts,
        fact_rules=knowledge.rules_of(turn.settings.facts),
        contact_tags=around.contact_tags,
        opted_out=contact.opted_out,
        new_contact=around.is_new,
        conversation_tags=around.conversation_tags,
        group=talk.is_group,
        turns=around.turns,
        misses=around.misses,
        silence=max(turn.now - around.last_at, timedelta()).total_seconds() if around.last_at else None,
        mode=talk.mode.handler if talk.mode else None,
        owner=talk.owner,
        variables=talk.variables,
    )


def slots_of(mode: Mode | None) -> dict[str, Any]:
    """Return the values of an intent under way, as far as they are filled."""
    under_way = mode.state.get("slots") if mode else None
    filled = under_way.get("filled") if isinstance(under_way, Mapping) else None
    known = filled.items() if isinstance(filled, Mapping) else ()
    return {slot: one.get("value") for slot, one in known if isinstance(one, Mapping)}


def kind_of(event: Message | Reaction | Happening) -> str:
    """Return the kind of message as rules name it: a voice message and an animation are kinds of their own."""
    if not isinstance(event, Message):
        return event.kind
    if event.type == "audio" and any(media.voice for media in event.media):
        return "voice"
    if event.type == "video" and any(media.animation for media in event.media):
        return "animation"
    return event.type
