"""A turn: one inbound event and all it causes; handlers read a Turn and return an Outcome."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Literal, Protocol
from uuid import UUID

from frontdesk.core.content import Button, Content
from frontdesk.core.conversation import Contact, Conversation, Mode, Said, SentMessage
from frontdesk.core.entities import Entity
from frontdesk.core.intents import Intent
from frontdesk.core.meaning import NOTHING_MEANT, Meaning
from frontdesk.core.message import Happening, Message, Reaction
from frontdesk.core.slots import Ear
from frontdesk.core.tenant import TenantSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """What a handler may know. `text` is what was said or chosen, with what was read in files; `about` the message of ours
    the event points at; `addressed` says that in a group this is said to us though it does not name us.

    `working` is the text in the tenant's working language, where it was translated; `meaning`, `entities` are what it says,
    `intents` the tenant's own by name, `ear` reads values out of words. `unread` is the phrase that says why a file gave
    no text. `values` are those of an intent that is complete, for the handler that goes on with it. `language` is one there are
    phrases in; `spoken` the contact's own (BCP 47), which may be another.
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

    @property
    def mode(self) -> Mode | None:
        return self.conversation.mode


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordFeedback:
    """Keep a rating, a reaction or words, tied to the message of ours they are about."""

    kind: Literal["reaction", "rating", "text"]
    message_id: UUID | None
    score: int | None = None
    emoji: str | None = None
    text: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawFeedback:
    """Take a reaction back; without an emoji, all of this contact's reactions to the message."""

    message_id: UUID | None
    emoji: str | None


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
    """A person shall answer: the bot is silent in this conversation from here on."""


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
    RecordFeedback
    | WithdrawFeedback
    | OptOut
    | OptIn
    | KeepLanguage
    | BeginSession
    | KeepVariables
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

    `evidence` says in words why, for the turn record. `onward` asks another handler to go on: what it does is added.
    """

    replies: tuple[Content, ...] = ()
    effects: tuple[Effect, ...] = ()
    modes: tuple[Mode, ...] | None = None
    evidence: str | None = None
    onward: Onward | None = None

    @staticmethod
    def say(text: str, *effects: Effect, buttons: Sequence[Button] = (), language: str | None = None) -> "Outcome":
        """Answer and leave the modes as they are; `language` is that of a text that is not in the turn's."""
        return Outcome(replies=(Content(text=text, buttons=tuple(buttons), language=language),), effects=effects)

    @staticmethod
    def silent(*effects: Effect, evidence: str | None = None) -> "Outcome":
        """Answer nothing."""
        return Outcome(effects=effects, evidence=evidence)

    def entering(self, turn: Turn, mode: Mode) -> "Outcome":
        """The same, with `mode` on top; a mode of the same handler is replaced."""
        below = tuple(kept for kept in turn.conversation.modes if kept.handler != mode.handler)
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
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """Who answers, and why; `tried` are the rules passed over, each with its reason."""

    handler: str
    reason: str
    argument: str | None = None
    tried: tuple[str, ...] = field(default=())


class Handler(Protocol):
    """Answers a turn it was chosen for. It may run twice for one event, so it changes nothing itself."""

    async def handle(self, turn: Turn, route: Route) -> Outcome: ...
