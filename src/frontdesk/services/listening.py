"""Intent listeners at work: who is told in a turn, all at once and beside the handlers, and what they add to it."""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any
from uuid import UUID

import structlog
from uuid_utils.compat import uuid7

from frontdesk.core import clock, listener_answers, telling
from frontdesk.core.channel import Channel
from frontdesk.core.content import Content
from frontdesk.core.conversation import Contact, Conversation
from frontdesk.core.listening import IntentAnswered, ListenEffect
from frontdesk.core.meaning import Meaning
from frontdesk.core.message import Message, Origin
from frontdesk.core.sealing import Seal
from frontdesk.core.telling import Scene
from frontdesk.core.tenant import Tenant
from frontdesk.core.turn import Outcome, Turn
from frontdesk.errors import ConfigurationError, DatabaseUnavailable
from frontdesk.services.breaker import Breaker
from frontdesk.services.listener_calls import Call, ListenerHttp, Told
from frontdesk.services.tenants import tenancy
from frontdesk.settings import Settings
from frontdesk.store import listeners
from frontdesk.store.db import Databases
from frontdesk.store.listeners import Listener

log = structlog.get_logger()

NOBODY = UUID(int=0)
"""Stands for channel, conversation and contact where a listener is only tried."""
MOST_AT_ONCE = 50
"""Calls of one tenant's listeners under way in a process; more wait, within their deadlines."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """An intent a listener is tried with."""

    intent: str
    text: str = ""
    language: str | None = None
    values: Mapping[str, Any] = field(default_factory=dict)

    def scene(self, tenant: Tenant) -> Scene:
        return Scene(
            tenant.code,
            Channel(id=NOBODY, tenant=tenant.code, kind="web", name="trial", api_base=""),
            str(uuid7()),
            trial=True,
        )

    def turn(self, tenant: Tenant) -> Turn:
        """Return a turn of nobody, in no conversation."""
        language = self.language or tenant.settings.working_language
        return Turn(
            id=uuid7(),
            event=Message(type="text", external_id="trial", origin=Origin(), text=self.text),
            text=self.text,
            conversation=Conversation(id=NOBODY, external_id="trial"),
            contact=Contact(id=NOBODY),
            settings=tenant.settings,
            language=language,
            now=clock.now(),
            meaning=Meaning(intent=self.intent, confidence=1.0, by="pattern"),
        )


class Listening:
    """One tenant's listeners, read at the first intent that fires and kept as its secrets are; breakers are this process's."""

    def __init__(
        self, tenant: Tenant, databases: Databases, seal: Seal, settings: Settings, http: ListenerHttp
    ) -> None:
        self.tenant = tenant
        self.databases = databases
        self.seal = seal
        self.http = http
        self.life_seconds = settings.tenant_ttl_seconds
        self.places = asyncio.Semaphore(MOST_AT_ONCE)
        self._reading = asyncio.Lock()
        self._read_at: float | None = None
        self._kept: Mapping[str, Listener] = {}
        self._breakers: dict[tuple[UUID, int], Breaker] = {}

    async def known(self) -> Mapping[str, Listener]:
        """Return all listeners by name; while the database is away, those read before."""
        if self._is_fresh():
            return self._kept
        async with self._reading:
            if not self._is_fresh():
                await self._read()
        return self._kept

    def of_turn(self, channel: Channel, key: str) -> "Telling":
        """Return who tells them in one turn; `key` is the same when the turn is taken again."""
        return Telling(self, Scene(self.tenant.code, channel, key))

    def call(self, listener: Listener, scene: Scene, turn: Turn, effect: ListenEffect) -> Call:
        """Return the call that tells a listener; ConfigurationError where its secret can't be opened."""
        event_id = telling.event_id(scene, listener.id, effect)
        return Call(
            name=listener.name,
            about=about(effect),
            url=listener.url,
            keys=listener.keys(self.seal, clock.now()),
            id=event_id,
            document=telling.envelope(event_id, scene, turn, effect),
            deadline=listener.deadline,
        )

    def breaker(self, listener: Listener) -> Breaker:
        """Return the listener's breaker; a change of the listener closes it."""
        return self._breakers.setdefault((listener.id, listener.version), Breaker())

    async def tried(self, listener: Listener, sample: Sample) -> tuple[dict[str, Any], Told]:
        """Tell a listener of an intent nobody said, and return what was sent and what became of it.

        The breaker neither stops the call nor hears of it. ConfigurationError where the secret can't be opened.
        """
        turn, effect = sample.turn(self.tenant), IntentAnswered(intent=sample.intent, values=sample.values)
        call = self.call(listener, sample.scene(self.tenant), turn, effect)
        return call.document, await call.made(self.http, Breaker(), self.places)

    def _is_fresh(self) -> bool:
        return self._read_at is not None and time.monotonic() <= self._read_at + self.life_seconds

    async def _read(self) -> None:
        try:
            async with self.databases.tenant(tenancy(self.tenant), durable=False) as tx:
                self._kept = {each.name: each for each in await listeners.listed(tx)}
        except DatabaseUnavailable:
            if self._read_at is None:
                raise
        self._read_at = time.monotonic()


class Telling:
    """One turn's calls. What they add is waited for once, and calls nobody waits for any more end with the turn."""

    def __init__(self, listening: Listening | None = None, scene: Scene | None = None) -> None:
        self.listening = listening
        self.scene = scene
        self._calls: dict[tuple[str, str], asyncio.Task[Told]] = {}
        self._told: list[Told] = []
        self._stand_ins: list[Content] = []

    async def heard(self, turn: Turn, outcome: Outcome) -> Outcome:
        """Return an outcome without what concerns listeners: their calls are under way by now. Each is told a thing once."""
        outcome, effects = telling.listened_for(outcome)
        self._stand_ins += [each.stand_in for each in effects if isinstance(each, IntentAnswered) and each.stand_in]
        if effects and self.listening and turn.consent == "given":
            known = await self.listening.known()
            for effect in effects:
                self._tell(known, turn, effect)
        return outcome

    async def joined(self, turn: Turn, outcome: Outcome) -> Outcome:
        """Return an outcome with what the listeners add, by their names; waits for the slowest, within its deadline."""
        if not self._calls:
            return outcome
        told = await asyncio.gather(*self._calls.values())
        self._calls.clear()
        self._told += sorted(told, key=lambda each: (each.name, each.about))
        answers = [
            listener_answers.outcome(each.answer, each.name)
            for each in self._told
            if each.status == "answered" and each.answer
        ]
        return telling.joined(turn, outcome, answers, self._stand_ins)

    def record(self) -> Mapping[str, Any]:
        """Return what the turn record says of them; nothing where nobody was told."""
        return {"listeners": [told.record() for told in self._told]} if self._told else {}

    async def __aenter__(self) -> "Telling":
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        for task in self._calls.values():
            task.cancel()
        await asyncio.gather(*self._calls.values(), return_exceptions=True)

    def _tell(self, known: Mapping[str, Listener], turn: Turn, effect: ListenEffect) -> None:
        assert self.listening
        assert self.scene
        if isinstance(effect, IntentAnswered):
            wanted = [each for each in known.values() if each.enabled and each.hears(effect.intent)]
        else:
            wanted = [each for each in (known.get(effect.listener),) if each and each.enabled]
            if not wanted:
                why = "it is switched off" if effect.listener in known else "there is no such listener"
                self._told.append(Told(name=effect.listener, about=about(effect), status="unknown", detail=why))
        for listener in wanted:
            key = listener.name, about(effect)
            if key not in self._calls:
                call = _made(self.listening, listener, self.scene, turn, effect)
                self._calls[key] = asyncio.create_task(call)


async def _made(listening: Listening, listener: Listener, scene: Scene, turn: Turn, effect: ListenEffect) -> Told:
    """Make a call; what goes wrong on our own side is no reason for the turn to fail."""
    try:
        call = listening.call(listener, scene, turn, effect)
        return await call.made(listening.http, listening.breaker(listener), listening.places)
    except ConfigurationError as error:
        return Told(name=listener.name, about=about(effect), status="unknown", detail=str(error))
    except Exception:
        log.exception("listener_broke", tenant=scene.tenant, listener=listener.name)
        return Told(name=listener.name, about=about(effect), status="failed", detail="something broke on our side")


def about(effect: ListenEffect) -> str:
    """Return what a listener is told of, as the turn record says it."""
    return f"intent {effect.intent}" if isinstance(effect, IntentAnswered) else "rule"
