"""A turn: one inbound event and all it causes; handlers read a Turn and return an Outcome."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol
from uuid import UUID

from frontdesk.core.content import Button, Content
from frontdesk.core.conversation import Contact, Conversation, Mode, Said, SentMessage
from frontdesk.core.message import Happening, Message, Reaction
from frontdesk.core.tenant import TenantSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """What a handler may know. `text` is what was said or chosen; `about` the message of ours the event points at;
    `addressed` says that in a group this is said to us though it does not name us.
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
class Outcome:
    """What should happen: replies in order, effects as data, and the modes afterwards (None: as they were).

    `evidence` says in words why, for the turn record.
    """

    replies: tuple[Content, ...] = ()
    effects: tuple[Effect, ...] = ()
    modes: tuple[Mode, ...] | None = None
    evidence: str | None = None

    @staticmethod
    def say(text: str, *effects: Effect, buttons: Sequence[Button] = ()) -> "Outcome":
        """Answer and leave the modes as they are."""
        return Outcome(replies=(Content(text=text, buttons=tuple(buttons)),), effects=effects)

    @staticmethod
    def silent(*effects: Effect, evidence: str | None = None) -> "Outcome":
        """Answer nothing."""
        return Outcome(effects=effects, evidence=evidence)

    def entering(self, turn: Turn, mode: Mode) -> "Outcome":
        """The same, with `mode` on top; a mode of the same handler is replaced."""
        below = tuple(kept for kept in turn.conversation.modes if kept.handler != mode.handler)
        return self._with(modes=(*below, mode))

    def leaving(self, turn: Turn) -> "Outcome":
        """The same, with the active mode done."""
        return self._with(modes=turn.conversation.modes[:-1])

    def leaving_all(self) -> "Outcome":
        return self._with(modes=())

    def _with(self, modes: tuple[Mode, ...]) -> "Outcome":
        return Outcome(replies=self.replies, effects=self.effects, modes=modes, evidence=self.evidence)


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
