"""A turn: one inbound event and all it causes; handlers read a Turn and return an Outcome."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Literal, Protocol
from uuid import UUID

from frontdesk.core.agreement import ConsentEffect, Standing, standing
from frontdesk.core.content import Button, Content
from frontdesk.core.conversation import Contact, Conversation, Mode, Said, SentMessage
from frontdesk.core.entities import Entity
from frontdesk.core.feedback import FeedbackEffect
from frontdesk.core.intents import Intent
from frontdesk.core.listening import ListenEffect
from frontdesk.core.meaning import NOTHING_MEANT, Meaning
from frontdesk.core.message import Happening, Message, Reaction
from frontdesk.core.modes import identity
from frontdesk.core.noting import NoteEffect
from frontdesk.core.reminders import KeepTimeZone, Reminder, ReminderEffect
from frontdesk.core.rules.deciding import Decision
from frontdesk.core.slots import Ear
from frontdesk.core.tasks import Task, TaskEffect
from frontdesk.core.tenant import TenantSettings


class Records(Protocol):
    """What a handler may ask the database for: each is read when it is asked for, and only the contact's own."""

    async def reminders(self) -> Sequence[Reminder]:
        """Return the active reminders, the next one first."""

    async def reminder(self, reminder_id: UUID) -> Reminder | None:
        """Return one, active or not."""

    async def tasks(self) -> Sequence[Task]:
        """Return the latest tasks, those to be done before the others."""

    async def task_number(self) -> int:
        """Return the number the next task will have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """What a handler may know. `text` is what was said or chosen, with what was read in files; `about` the message of ours
    the event points at; `addressed` says that in a group this is said to us though it does not name us.

    `working` is the text in the tenant's working language, where it was translated; `meaning`, `entities` are what it says,
    `intents` the tenant's own by name, `ear` reads values out of words. `unread` is the phrase that says why a file gave
    no text. `values` are those of an intent that is complete, for the handler that goes on with it. `language` is one there are
    phrases in; `spoken` the contact's own (BCP 47), which may be another. `sentiment` is how it was said, −1 to 1, None where
    nothing tells; `rating` the 1 to 5 in an answer to a question for feedback. `message_id` is the stored inbound message.
    """

    id: UUID
    event: Message | Reaction | Happening
    text: str
    conversation: Conversation
    contact: Contact
    settings: TenantSettings
    language: str
    now: datetime
    history: tuple[Said, ...] = ()
    about: SentMessage | None = None
    addressed: bool = False
    working: str | None = None
    meaning: Meaning = NOTHING_MEANT
    entities: tuple[Entity, ...] = ()
    intents: Mapping[str, Intent] = field(default_factory=dict)
    ear: Ear | None = None
    unread: str | None = None
    values: Mapping[str, Any] = field(default_factory=dict)
    spoken: str | None = None
    sentiment: float | None = None
    rating: int | None = None
    message_id: UUID | None = None
    records: Records | None = None

    @property
    def mode(self) -> Mode | None:
        return self.conversation.mode

    @property
    def consent(self) -> Standing:
        """Whether the contact agreed to what the tenant asks everybody to agree to."""
        return standing(self.contact.consent, self.settings.consent)


@dataclass(frozen=True, slots=True, kw_only=True)
class OptOut:
    """The contact wants no more messages."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OptIn:
    """The contact wants messages again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepLanguage:
    """The contact writes in this language (BCP 47)."""

    language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BeginSession:
    """After a long silence the conversation begins anew: what it remembered for the time being is forgotten."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepVariables:
    """Remember values for this session, beside those there are."""

    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepFacts:
    """Remember what the contact said of themselves: facts by name, as text; the tenant's rules say what becomes of them."""

    values: Mapping[str, str]
    source: Literal["guessed", "extracted", "provider", "stated", "desk"] = "stated"
    origin: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOver:
    """A person shall answer: the bot is silent in this conversation from here on. `priority` 1 is seen to first, 5 last."""

    reason: str = "asked"
    detail: str = ""
    priority: int = 3
    skill: str | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HandBack:
    """The bot answers again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EditMessage:
    """The contact changed a message of theirs; `version` is the id of what it is now, where the provider gives one."""

    external_id: str
    text: str | None
    at: datetime
    version: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeleteMessage:
    """The contact took a message back."""

    external_id: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SetReachable:
    """The contact blocked or unblocked us on this channel."""

    reachable: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseConversation:
    """We can't speak there any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenConversation:
    """We can speak there again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveConversation:
    """The chat goes on under another id."""

    new_external_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RenameIdentity:
    """The contact's account goes by another name: what stood under `old` goes on under `new`."""

    old: str
    new: str


Effect = (
    FeedbackEffect
    | ConsentEffect
    | OptOut
    | OptIn
    | KeepLanguage
    | BeginSession
    | KeepVariables
    | NoteEffect
    | KeepFacts
    | HandOver
    | HandBack
    | EditMessage
    | DeleteMessage
    | SetReachable
    | CloseConversation
    | OpenConversation
    | MoveConversation
    | RenameIdentity
    | ReminderEffect
    | ListenEffect
    | KeepTimeZone
    | TaskEffect
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Onward:
    """Which handler goes on, for which intent, and with what is known by now."""

    handler: str
    argument: str | None = None
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What should happen: replies in order, effects as data, and the modes afterwards (None: as they were).

    `evidence` says in words why, for the turn record; `missed` that nobody had an answer. `onward` asks another handler to go
    on: what it does is added.
    """

    replies: tuple[Content, ...] = ()
    effects: tuple[Effect, ...] = ()
    modes: tuple[Mode, ...] | None = None
    evidence: str | None = None
    onward: Onward | None = None
    missed: bool = False

    @staticmethod
    def say(text: str, *effects: Effect, buttons: Sequence[Button] = (), language: str | None = None) -> "Outcome":
        """Answer and leave the modes as they are; `language` is that of a text that is not in the turn's."""
        return Outcome(replies=(Content(text=text, buttons=tuple(buttons), language=language),), effects=effects)

    @staticmethod
    def silent(*effects: Effect, evidence: str | None = None) -> "Outcome":
        """Answer nothing."""
        return Outcome(effects=effects, evidence=evidence)

    def entering(self, turn: Turn, mode: Mode) -> "Outcome":
        """The same, with `mode` on top; the same mode further down is replaced."""
        below = tuple(kept for kept in turn.conversation.modes if identity(kept) != identity(mode))
        return replace(self, modes=(*below, mode))

    def leaving(self, turn: Turn) -> "Outcome":
        """The same, with the active mode done."""
        return replace(self, modes=turn.conversation.modes[:-1])

    def leaving_all(self) -> "Outcome":
        return replace(self, modes=())

    def then(self, more: "Outcome") -> "Outcome":
        """Both, in this order."""
        return Outcome(
            replies=(*self.replies, *more.replies),
            effects=(*self.effects, *more.effects),
            modes=self.modes if more.modes is None else more.modes,
            evidence="; ".join(filter(None, (self.evidence, more.evidence))) or None,
            onward=more.onward,
            missed=self.missed or more.missed,
        )


By = (
    Literal["command", "human", "group", "press", "rule", "mode", "keyword", "small_talk", "opening", "consent"]
    | Literal["intent", "did_you_mean", "fallback", "event", "handler"]
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """Who answers, and why: `by` chose the handler, `tried` was passed over, `decision` is what the rules want."""

    handler: str
    reason: str
    argument: str | None = None
    by: By = "handler"
    tried: tuple[str, ...] = field(default=())
    decision: Decision | None = field(default=None, repr=False)


class Handler(Protocol):
    """Answers a turn it was chosen for. It may run twice for one event, so it changes nothing itself."""

    async def handle(self, turn: Turn, route: Route) -> Outcome: ...
