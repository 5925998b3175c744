"""Rules tried on a message, written for it or one that came: what they would do and why. Nothing is sent or kept."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from frontdesk.core import facts as knowledge
from frontdesk.core import wire
from frontdesk.core.message import Message
from frontdesk.core.rules.deciding import Decision, compiled
from frontdesk.core.rules.explaining import Explained
from frontdesk.core.rules.facts import Facts
from frontdesk.core.rules.rule import Rule
from frontdesk.core.rules.turns import kind_of
from frontdesk.core.tenant import Tenant
from frontdesk.errors import InvalidInput, NotFound
from frontdesk.services.tenants import tenancy
from frontdesk.store import facts, messages, rules
from frontdesk.store.db import Databases
from frontdesk.store.pool import Transaction
from frontdesk.understanding.trial import Trial


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is tried: a text, or a message that came; a conversation it is said in, and facts that count instead of what is
    known. `version` None is the draft.
    """

    text: str | None = None
    message_id: UUID | None = None
    conversation_id: UUID | None = None
    version: int | None = None
    given: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """What the rules want, and of each why it applied or not."""

    version: int | None
    facts: Facts
    decision: Decision
    explained: Sequence[Explained]


class RuleTrial:
    """Tries rules for one tenant."""

    def __init__(self, tenant: Tenant, databases: Databases, trial: Trial) -> None:
        self.tenant = tenant
        self.databases = databases
        self.trial = trial

    async def of(self, asked: Asked) -> Tried:
        """Try the rules; NotFound where there is no such version, message or conversation."""
        async with self.databases.tenant(tenancy(self.tenant), durable=False) as tx:
            written = await self._rules(tx, asked.version)
            known = await self._known(tx, asked)
        if not known.text:
            raise InvalidInput("there is nothing to try: give a `text`, or the `message_id` of a message with words")
        known = replace(await self._understood(known, asked.given), **asked.given)
        ready = compiled(written)
        return Tried(version=asked.version, facts=known, decision=ready.decide(known), explained=ready.explain(known))

    async def _rules(self, tx: Transaction, version: int | None) -> Sequence[Rule]:
        if version is None:
            return [stored.rule for stored in await rules.draft(tx)]
        return await rules.published(tx, version)

    async def _known(self, tx: Transaction, asked: Asked) -> Facts:
        """Return what is known without understanding the text."""
        known = self._nobody(asked.text or "")
        conversation_id = asked.conversation_id
        if asked.message_id:
            message = await messages.load(tx, asked.message_id)
            if message["direction"] != "inbound":
                raise NotFound(f"no message {asked.message_id} that came from a contact")
            conversation_id = conversation_id or message["conversation_id"]
            known = replace(known, **_of_message(message, asked.text))
        if conversation_id is None:
            return known
        found = await rules.conversation(tx, conversation_id)
        believed: tuple[knowledge.Fact, ...] = ()
        if found["contact_id"]:
            believed = await facts.known(tx, found["contact_id"], self.tenant.settings.facts)
        return replace(known, **_of_conversation(found, known.now), contact_facts=believed)

    def _nobody(self, text: str) -> Facts:
        """Return the facts of a text that is said by nobody known, now."""
        settings = self.tenant.settings
        return Facts(
            text=text,
            message="text",
            language=settings.working_language,
            now=datetime.now(UTC),
            zone=settings.zone,
            hours=settings.hours,
            fact_rules=knowledge.rules_of(settings.facts),
            opted_out=False,
            new_contact=True,
            group=False,
            turns=0,
            misses=0,
            owner="bot",
        )

    async def _understood(self, known: Facts, given: Mapping[str, Any]) -> Facts:
        """Return the facts with what the text would be understood as."""
        tried = await self.trial.of(known.working or known.text)
        meaning = tried.recognised.meaning
        best = next(iter(meaning.ranking), None)
        sure = meaning.confidence if meaning.intent else (best.confidence if best else None)
        spoken = tried.spoken.language if tried.spoken else known.language
        return replace(
            known,
            intent=meaning.intent,
            confidence=sure,
            entities=tuple(tried.entities),
            language=spoken,
        )


def _of_message(message: Mapping[str, Any], text: str | None) -> dict[str, Any]:
    event = wire.load_event(message["content"]) if message["content"] else None
    return {
        "text": text or message["text"] or "",
        "working": None if text else message["working_text"],
        "message": kind_of(event) if isinstance(event, Message) else message["type"],
        "now": message["created_at"],
    }


def _of_conversation(found: Mapping[str, Any], now: datetime | None) -> dict[str, Any]:
    modes, last = found["modes"] or [], found["last_message_at"]
    return {
        "channel_id": found["channel_id"],
        "channel_name": found["channel"],
        "channel_kind": found["kind"],
        "contact_name": found["name"],
        "fields": found["fields"],
        "contact_tags": frozenset(found["contact_tags"] or ()),
        "opted_out": bool(found["opted_out"]),
        "new_contact": found["is_new"],
        "conversation_tags": frozenset(found["tags"]),
        "group": found["is_group"],
        "turns": found["turns"],
        "misses": found["misses"],
        "silence": max((now - last).total_seconds(), 0.0) if now and last else None,
        "mode": modes[-1]["handler"] if modes else None,
        "owner": found["owner"],
        "variables": found["variables"],
        **({"language": found["language"]} if found["language"] else {}),
    }
