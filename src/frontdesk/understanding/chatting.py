"""Small talk in the words of the tenant's language model, within the bounds its settings draw."""

import time
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from frontdesk.core.chatting import Bounds, Talked
from frontdesk.core.conversation import Said
from frontdesk.core.talking import earlier
from frontdesk.core.tenant import Tenant
from frontdesk.core.turn import Turn
from frontdesk.errors import GenAIError
from frontdesk.phrases import never_said
from frontdesk.services.genai.chosen import Chosen
from frontdesk.services.genai.port import Chat, Line
from frontdesk.services.genai.usage import Ledger
from frontdesk.understanding.intents.recent import Recent

MOST_LINES = 6
MOST_CHARACTERS = 500
MOST_NOTED = 1_000
NO_MODEL = "no_model"


class Chatting:
    """Talks for one tenant. What a turn asked of the model is noted until the turn's record takes it."""

    def __init__(self, tenant: Tenant, chosen: Chosen) -> None:
        self.settings = tenant.settings
        self.chosen = chosen
        self._noted: Recent[UUID, Mapping[str, Any]] = Recent(MOST_NOTED)

    async def talk(self, turn: Turn, kind: str | None) -> Talked:
        """Return what the model says to a turn; it never raises for a model that fails, refuses or is not there."""
        started, ledger = time.perf_counter(), Ledger()
        talked = await self._asked(turn, ledger)
        found = {"kind": kind, "by": "model" if talked.text else "canned", "verdict": talked.verdict}
        milliseconds = round((time.perf_counter() - started) * 1000, 2)
        models = {"models": ledger.record()} if ledger.entries else {}
        record = {**found, "failure": talked.failure, "milliseconds": milliseconds, **models}
        self._noted.put(turn.id, {name: value for name, value in record.items() if value is not None})
        return talked

    def noted(self, turn: Turn) -> Mapping[str, Any]:
        """Return what the turn record keeps of this turn's small talk: nothing where no model was thought of."""
        found = self._noted.take(turn.id)
        return {"small_talk": found} if found else {}

    async def _asked(self, turn: Turn, ledger: Ledger) -> Talked:
        wanted = self.settings.small_talk
        model = self.chosen.model(ledger, wanted.seconds)
        if model is None:
            return Talked(failure=NO_MODEL)
        try:
            answer = (await model.chat(self._question(turn))).value
        except GenAIError as error:
            return Talked(failure=error.code)
        return Talked(text=answer.text, verdict=answer.verdict)

    def _question(self, turn: Turn) -> Chat:
        wanted, persona = self.settings.small_talk, self.settings.persona
        spoken = turn.spoken or turn.language
        lately = [line for line in earlier(turn.history, turn.text) if line.text][-MOST_LINES:]
        bounds = Bounds(
            most_characters=wanted.most_characters,
            most_sentences=wanted.most_sentences,
            never=never_said(spoken),
            said=tuple(line.text or "" for line in lately if line.direction == "outbound"),
        )
        return Chat(turn.text[:MOST_CHARACTERS], spoken, persona.name, persona.tone, bounds, _lines(lately))


def _lines(lately: Sequence[Said]) -> tuple[Line, ...]:
    return tuple(
        Line("contact" if line.direction == "inbound" else "desk", (line.text or "")[:MOST_CHARACTERS])
        for line in lately
    )
