"""Rules tried on a message, written for it or one that came: what they would do and why. Nothing is sent or kept."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from frontdesk.core import clock, modes, wire
from frontdesk.core import facts as knowledge
from frontdesk.core.conversation import Mode
from frontdesk.core.message import Message
from frontdesk.core.rules.deciding import Decision
from frontdesk.core.rules.explaining import Explained
from frontdesk.core.rules.facts import Facts
from frontdesk.core.rules.turns import kind_of, slots_of
from frontdesk.core.tenant import Tenant
from frontdesk.errors import Conflict, InvalidInput, NotFound
from frontdesk.services.rulebook import UNSPOKEN, Book, Rulebook
from frontdesk.services.tenants import tenancy
from frontdesk.store import facts, messages, rules
from frontdesk.store.db import Databases
from frontdesk.store.pool import Transaction
from frontdesk.understanding import sentiment
from frontdesk.understanding.trial import Trial

PRESSES = ("button_reply", "list_reply")
"""Kinds of message whose words are not the contact's own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is tried: a text, a kind of message, or a message that came; a conversation it is said in, and facts that count
    instead of what is known. `version` None is the draft.
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

    def __init__(self, tenant: Tenant, databases: Databases, trial: Trial, rulebook: Rulebook) -> None:
        self.tenant = tenant
        self.databases = databases
        self.trial = trial
        self.rulebook = rulebook

    async def of(self, asked: Asked) -> Tried:
        """Try the rules; NotFound where there is no such version, message or conversation."""
        if not (asked.text or asked.message_id or asked.given.get("message")):
            raise InvalidInput("there is nothing to try: give a `text`, the kind of `message`, or a `message_id`")
        book = await self._book(asked.version)
        known = self._nobody(asked)
        if asked.message_id or asked.conversation_id:
            async with self.databases.tenant(tenancy(self.tenant), durable=False) as tx:
                known = await self._known(tx, known, asked)
        given = {name: value for name, value in asked.given.items() if name != "contact_facts"}
        known = replace(await self._understood(known, given), **given)
        decision, explained = await asyncio.to_thread(book.explain, known)  # thousands of comparisons, perhaps
        return Tried(version=asked.version, facts=known, decision=decision, explained=explained)

    async def _book(self, version: int | None) -> Book:
        book = await (self.rulebook.draft(self.tenant) if version is None else self.rulebook.of(self.tenant, version))
        if book.fault:
            raise Conflict(book.fault)
        return book

    def _nobody(self, asked: Asked) -> Facts:
        """Return the facts of a message of nobody known."""
        settings, now = self.tenant.settings, asked.given.get("now") or clock.now()
        return Facts(
            text=asked.text or "",
            message="text",
            language=settings.working_language,
            now=now,
            zone=settings.zone,
            hours=settings.hours,
            contact_facts=tuple(_stated(asked.given.get("contact_facts") or {}, now)),
            fact_rules=knowledge.rules_of(settings.facts),
            opted_out=False,
            new_contact=True,
            group=False,
            turns=0,
            misses=0,
            owner="bot",
        )

    async def _known(self, tx: Transaction, known: Facts, asked: Asked) -> Facts:
        """Return what is known without understanding the text."""
        conversation_id, before = asked.conversation_id, None
        if asked.message_id:
            message = await messages.load(tx, asked.message_id)
            if message["direction"] != "inbound":
                raise NotFound(f"no message {asked.message_id} that came from a contact")
            known = replace(known, **_of_message(message, asked.text))
            if conversation_id in (None, message["conversation_id"]):
                conversation_id, before = message["conversation_id"], asked.message_id
        if conversation_id is None:
            return known
        found = await rules.conversation(tx, conversation_id, before)
        known = replace(known, **self._of_conversation(found, asked.given.get("now") or known.now or clock.now()))
        if not found["contact_id"] or known.contact_facts:
            return known
        return replace(known, contact_facts=await facts.known(tx, found["contact_id"], self.tenant.settings.facts))

    async def _understood(self, known: Facts, given: Mapping[str, Any]) -> Facts:
        """Return the facts with what the message would be understood as; what is given is not looked for."""
        kind = given.get("message") or known.message
        if kind in UNSPOKEN or not (text := known.working or known.text):
            return known
        spoken = given.get("language") or await self.trial.spoken(known.text, known.language) or known.language
        is_said = "sentiment" not in given and kind not in PRESSES
        tone = sentiment.score(known.text, spoken or "") if is_said else sentiment.NOTHING
        heard = replace(
            known,
            entities=tuple(await self.trial.entities(known.text, spoken)),
            language=spoken,
            sentiment=tone.score if tone.confidence else None,
        )
        if "intent" in given:
            return heard
        meaning = (await self.trial.recognised(text)).meaning
        best = next(iter(meaning.ranking), None)
        sure = meaning.confidence if meaning.intent else (best.confidence if best else None)
        return replace(heard, intent=meaning.intent, confidence=sure)

    def _of_conversation(self, found: Mapping[str, Any], now: datetime) -> dict[str, Any]:
        """Return what is known there as a turn would find it: after a long silence a new session has begun."""
        session, last = self.tenant.settings.session, found["last_message_at"]
        silence = max((now - last).total_seconds(), 0.0) if last else None
        begins = bool(silence is not None and session.hours and silence > session.hours * 3600)
        lives = {handler: timedelta(hours=hours) for handler, hours in session.mode_hours.items()}
        kept = () if begins else tuple(Mode(**mode) for mode in found["modes"] or ())
        active = next(reversed(modes.expire(kept, now, lives)), None)
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
            "turns": 0 if begins else found["turns"],
            "misses": 0 if begins else found["misses"],
            "silence": silence,
            "mode": active.handler if active else None,
            "slots": slots_of(active),
            "owner": found["owner"],
            "variables": {} if begins else found["variables"],
            **({"language": found["language"]} if found["language"] else {}),
        }


def _stated(given: Mapping[str, Any], now: datetime) -> Sequence[knowledge.Fact]:
    """Return facts that are given as if the contact had just said them; a list has several of one name."""
    several = [
        (name, each) for name, value in given.items() for each in (value if isinstance(value, list) else [value])
    ]
    return [knowledge.Fact(name, value, knowledge.Source.STATED, now) for name, value in several]


def _of_message(message: Mapping[str, Any], text: str | None) -> dict[str, Any]:
    event = wire.load_event(message["content"]) if message["content"] else None
    return {
        "text": text or message["text"] or "",
        "working": None if text else message["working_text"],
        "message": kind_of(event) if isinstance(event, Message) else message["type"],
        "now": message["created_at"],
    }
