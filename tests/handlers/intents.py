"""Turns whose intents are known, and what the handlers make of them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from frontdesk.answering import answer
from frontdesk.core.intents import Intent
from frontdesk.core.meaning import Candidate, Meaning
from frontdesk.core.message import Message, Press
from frontdesk.core.routing import route
from frontdesk.core.slots import Option, Slot
from frontdesk.core.tenant import TenantSettings
from frontdesk.core.turn import Outcome, Turn
from frontdesk.handlers import OURS
from frontdesk.phrases import listened_for
from frontdesk.understanding.entities.dialogue import listening
from tests.builders import a_turn, an_origin

SERVICE = Slot(
    name="service",
    kind="list",
    prompt={"en": "Which service?", "es": "¿Qué servicio?"},
    options=(Option(value="haircut", synonyms=("corte",)), Option(value="colour")),
)
DAY = Slot(name="day", kind="date", when="future", prompt={"en": "Which day?"}, fact="visit")
BOOKING = Intent(
    name="booking",
    title={"en": "Book an appointment", "es": "Pedir cita"},
    slots=(SERVICE, DAY),
    confirm=True,
    responses={"en": ("Your {service} is on {day}.",), "es": ("Su {service} es el {day}.",)},
)
OPENING = Intent(name="opening_hours", responses={"en": ("Nine to five.", "From nine to five.")}, buttons=("Map",))
INTENTS = (BOOKING, OPENING)


def knowing(turn: Turn, intents: Sequence[Intent] = INTENTS, meant: str | Sequence[str] = "") -> Turn:
    """Return the turn as it is heard where there are these intents, and this one, or one of these, is meant."""
    close = () if isinstance(meant, str) else tuple(Candidate(intent=name, confidence=0.4) for name in meant)
    intent = meant if isinstance(meant, str) and meant else None
    return replace(
        turn,
        intents={each.name: each for each in intents},
        meaning=Meaning(intent=intent, confidence=0.9, by="classifier", asked=close),
        ear=listening(turn.language, turn.now, turn.settings, None),
    )


def pressing(turn: Turn, payload: str) -> Turn:
    """Return the turn in which a button was pressed instead."""
    event = Message(type="button_reply", external_id="1", origin=an_origin(), press=Press(payload=payload))
    return replace(turn, event=event, text=payload)


async def answered(turn: Turn) -> Outcome:
    """Return what all handlers together make of a turn, from its route on."""
    found = route(turn, listened_for(turn.language))
    return await answer({name: make(turn.settings) for name, make in OURS.items()}, turn, found)


class Talk:
    """One conversation, its modes and variables kept from turn to turn."""

    def __init__(self, intents: Sequence[Intent] = INTENTS, settings: TenantSettings | None = None) -> None:
        self.intents, self.settings = intents, settings or TenantSettings()
        self.language = "en"
        self.outcome = Outcome()
        self.kept: dict[str, Any] = {"modes": (), "variables": {}, "owner": "bot"}

    def turn(self, text: str) -> Turn:
        return a_turn(text, settings=self.settings, language=self.language, **self.kept)

    async def says(self, text: str, meant: str | Sequence[str] = "", **changes: Any) -> list[str]:
        """Say something and return the lines of the answer."""
        return await self._hears(replace(knowing(self.turn(text), self.intents, meant), **changes))

    async def presses(self, payload: str) -> list[str]:
        return await self._hears(pressing(knowing(self.turn(""), self.intents), payload))

    async def _hears(self, turn: Turn) -> list[str]:
        self.outcome = await answered(turn)
        if self.outcome.modes is not None:
            self.kept["modes"] = self.outcome.modes
        for effect in self.outcome.effects:
            match type(effect).__name__:
                case "KeepVariables":
                    self.kept["variables"] = {**self.kept["variables"], **self.values(effect)}
                case "HandOver":
                    self.kept["owner"] = "human"
        return [line for reply in self.outcome.replies for line in (reply.text or "").splitlines()]

    @staticmethod
    def values(effect: Any) -> Mapping[str, Any]:
        kept: Mapping[str, Any] = effect.values
        return kept

    @property
    def variables(self) -> Mapping[str, Any]:
        kept: Mapping[str, Any] = self.kept["variables"]
        return kept

    @property
    def modes(self) -> list[str]:
        return [mode.handler for mode in self.kept["modes"]]

    @property
    def offers(self) -> list[tuple[str, str]]:
        """The choices under the last answer, as title and payload."""
        last = self.outcome.replies[-1]
        return [(each.title, each.answer) for each in last.buttons] + [(row.title, row.payload) for row in last.rows]

    @property
    def effects(self) -> list[str]:
        return [type(effect).__name__ for effect in self.outcome.effects]
