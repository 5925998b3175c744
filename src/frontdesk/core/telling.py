"""What intent listeners are told of a turn, under which id, and where in the outcome their answers go."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from frontdesk.core.channel import Channel
from frontdesk.core.content import Content
from frontdesk.core.listening import IntentAnswered, ListenEffect, TellListener
from frontdesk.core.modes import identity
from frontdesk.core.turn import Outcome, Turn

ANSWERED, MATCHED = "frontdesk.intent.answered", "frontdesk.rule.matched"
"""What a listener is told of, as CloudEvents name it."""
MOST_TEXT = 10_000
MOST_REPLIES = 10
"""Replies of all listeners together in one turn."""


@dataclass(frozen=True, slots=True)
class Scene:
    """Where a turn takes place. `key` is the same when the turn is taken again; a `trial` is no turn at all."""

    tenant: str
    channel: Channel
    key: str
    trial: bool = False


def event_id(scene: Scene, listener_id: UUID, effect: ListenEffect) -> str:
    """Return the id of what a listener is told: the same whenever the same turn tells it the same."""
    about = f"intent:{effect.intent}" if isinstance(effect, IntentAnswered) else "rule"
    return str(uuid5(NAMESPACE_URL, f"frontdesk:{scene.tenant}:{scene.key}:{listener_id}:{about}"))


def envelope(named: str, scene: Scene, turn: Turn, effect: ListenEffect) -> dict[str, Any]:
    """Return what a listener is sent: a CloudEvent as JSON, described in docs/listeners.md."""
    intent = effect.intent if isinstance(effect, IntentAnswered) else turn.meaning.intent
    is_sure = intent is not None and intent == turn.meaning.intent
    return {
        "specversion": "1.0",
        "id": named,
        "type": ANSWERED if isinstance(effect, IntentAnswered) else MATCHED,
        "source": f"/tenants/{scene.tenant}",
        "time": turn.now.isoformat(),
        "datacontenttype": "application/json",
        "data": {
            "tenant": scene.tenant,
            "trial": scene.trial,
            "turn_id": str(turn.id),
            "message_id": str(turn.message_id) if turn.message_id else None,
            "conversation": {"id": str(turn.conversation.id), "group": turn.conversation.is_group},
            "channel": {"id": str(scene.channel.id), "kind": scene.channel.kind, "name": scene.channel.name},
            "contact": {"id": str(turn.contact.id)},
            "language": turn.spoken or turn.language,
            "text": turn.text[:MOST_TEXT],
            "working_text": turn.working and turn.working[:MOST_TEXT],
            "intent": intent,
            "confidence": round(turn.meaning.confidence, 4) if is_sure else None,
            "values": dict(effect.values) if isinstance(effect, IntentAnswered) else {},
            "entities": [{"kind": each.kind, "value": each.value, "text": each.text} for each in turn.entities],
        },
    }


def listened_for(outcome: Outcome) -> tuple[Outcome, Sequence[ListenEffect]]:
    """Return the outcome without what concerns listeners, and that."""
    told = [effect for effect in outcome.effects if isinstance(effect, IntentAnswered | TellListener)]
    if not told:
        return outcome, told
    rest = tuple(effect for effect in outcome.effects if not isinstance(effect, IntentAnswered | TellListener))
    return replace(outcome, effects=rest), told


def joined(turn: Turn, outcome: Outcome, added: Sequence[Outcome], stand_ins: Sequence[Content] = ()) -> Outcome:
    """Return an outcome with what listeners add, after the handlers' own; a question the handlers ended with stays last.

    Where they say something, nothing has to stand in for an answer.
    """
    more = Outcome()
    for each in added:
        more = more.then(each)
    more = replace(more, replies=more.replies[:MOST_REPLIES])
    if more.replies:
        kept = (reply for reply in outcome.replies if not any(reply is each for each in stand_ins))
        outcome = replace(outcome, replies=tuple(kept))
    if not (more.replies and outcome.replies and _asks(turn, outcome)):
        return outcome.then(more)
    *said, question = outcome.replies
    return replace(outcome, replies=(*said, *more.replies, question)).then(replace(more, replies=()))


def _asks(turn: Turn, outcome: Outcome) -> bool:
    """Say whether an outcome ends with a question: it begins a mode, or goes on with the active one."""
    before, after = turn.conversation.modes, outcome.modes
    if not after or after == before:
        return False
    return len(after) >= len(before) or identity(after[-1]) not in {identity(mode) for mode in before}
