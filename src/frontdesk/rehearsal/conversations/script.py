"""What a file of conversation tests may say."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from frontdesk.core.tenant import TenantSettings
from frontdesk.rehearsal.conversations.given import Given, Intents
from frontdesk.rehearsal.conversations.parts import Duration, Part, Regex, Text, Texts, listed

Kind = Literal["telegram", "whatsapp", "slack", "signal", "web", "custom"]
Owner = Literal["bot", "human"]
FileType = Literal["image", "voice", "audio", "video", "document"]
Deed = Literal["take", "release", "resolve", "summon"]
"""What people at the desk do besides answering."""
PASSING = ("wait", "at")
AT_THE_DESK = ("answer", "desk")
ACTS = ("user", "press", "send", "voice", "location", "reaction", "edit", "contact", *PASSING, *AT_THE_DESK)


class Saying(Part):
    """One message of the bot's, as expected."""

    text: Text | None = None
    contains: Texts = ()
    matches: Regex | None = None
    any_of: Texts = ()
    buttons: Texts | None = None
    type: str | None = None


def said(value: Any) -> Any:
    """Take plain words for a message that says just them."""
    return {"text": value} if isinstance(value, str | int | float) else value


Sayings = Annotated[tuple[Annotated[Saying, BeforeValidator(said)], ...], BeforeValidator(listed)]


class File(Part):
    """A file a person sends; without `file` it is a small one made up."""

    type: FileType
    file: str | None = None
    caption: Text | None = None


class Spot(Part):
    """A place a person sends."""

    latitude: float = Field(ge=-90, le=90)
    longitude: float = Field(ge=-180, le=180)
    name: str | None = None
    address: str | None = None


class Card(Part):
    """A contact a person shares."""

    name: str = Field(min_length=1, max_length=100)
    phone: Text = Field(min_length=3, max_length=30)


class Step(Part):
    """What a person does (at most one thing), and what is expected after it."""

    user: Text | None = None
    press: Text | None = None
    send: File | None = None
    voice: str | None = None
    location: Spot | None = None
    reaction: Text | None = None
    edit: Text | None = None
    contact: Card | None = None
    wait: Duration | None = None
    at: datetime | None = None
    answer: Text | None = None
    desk: Deed | None = None
    agent: str | None = None
    whom: str | None = Field(None, alias="with")
    by: str | None = Field(None, alias="from")
    place: str | None = Field(None, alias="in")
    on: Text | None = None
    of: int | None = Field(None, ge=1)
    bot: Sayings = ()
    buttons: Texts | None = None
    silence: Literal[True] | None = None
    refused: str | None = None
    intent: str | None = None
    confidence: float | None = Field(None, ge=0, le=1)
    mode: Texts | None = None
    owner: Owner | None = None
    language: str | None = None
    handler: str | None = None
    effects: Texts | None = None
    variables: Mapping[str, Any] = Field(default_factory=dict)
    record: Mapping[str, Any] = Field(default_factory=dict)

    @property
    def act(self) -> str | None:
        """Name what is done."""
        return next((name for name in ACTS if getattr(self, name) is not None), None)

    @model_validator(mode="after")
    def _sensible(self) -> "Step":
        acts = [name for name in ACTS if getattr(self, name) is not None]
        if len(acts) > 1:
            raise ValueError(f"a step does one thing, this one does {' and '.join(acts)}: make a step of each")
        if self.on is not None and acts not in (["press"], ["reaction"]):
            raise ValueError(
                "`on` says under which message somebody presses or reacts: only with `press` and `reaction`"
            )
        if self.of is not None and acts != ["edit"]:
            raise ValueError("`of` says which message is changed: only with `edit`")
        if (self.by or self.place) and (not acts or acts[0] in (*PASSING, *AT_THE_DESK)):
            raise ValueError("`from` and `in` say who does something and where: only in a step that says what")
        if (self.agent or self.whom or self.refused) and not set(acts) & set(AT_THE_DESK):
            raise ValueError(
                "`agent`, `with` and `refused` are about people at the desk: only with `answer` and `desk`"
            )
        if self.silence and (self.bot or self.buttons is not None):
            raise ValueError("a step expects either silence or words")
        if not (self.model_fields_set - {"by", "place", "on", "of"}):
            raise ValueError("a step says what is done or what is expected")
        return self


class Conversation(Part):
    """One conversation, on each of its channels."""

    channel: Kind | None = None
    channels: tuple[Kind, ...] = ()
    settings: Mapping[str, Any] = Field(default_factory=dict)
    given: Given = Given()
    steps: tuple[Step, ...] = Field(min_length=1)


class Script(Part):
    """One file."""

    settings: TenantSettings = TenantSettings()
    channel: Kind = "telegram"
    channels: tuple[Kind, ...] = ()
    channel_settings: Mapping[Kind, Mapping[str, Any]] = Field(default_factory=dict)
    intents: Intents | None = None
    given: Given = Given()
    fixtures: Mapping[str, Given] = Field(default_factory=dict)
    conversations: Mapping[str, Mapping[str, Conversation]] = Field(min_length=1)
