"""What a file of conversation tests may say."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from frontdesk.core.intents import Intent
from frontdesk.core.tenant import TenantSettings

Kind = Literal["telegram", "whatsapp", "slack", "signal", "web", "custom"]
Owner = Literal["bot", "human"]
FileType = Literal["image", "voice", "audio", "video", "document"]
DURATION = re.compile(r"(\d+(?:\.\d+)?)\s*(s|m|min|h|d|w)\s*")
SECONDS = {"s": 1, "m": 60, "min": 60, "h": 3600, "d": 86_400, "w": 604_800}
MOST_WAIT = timedelta(days=3660)
ACTS = ("user", "press", "send", "voice", "location", "reaction", "edit", "contact", "wait", "at")


class Part(BaseModel):
    """A part of a file; nothing in it that nobody knows."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=False)


def duration(value: object) -> timedelta:
    """Read `2h`, `1d 12h`, `30 min`."""
    text = str(value).strip()
    if not text or DURATION.sub("", text):
        raise ValueError(f"{text[:40]!r} is no duration: write it like 90s, 30m, 2h or 1d 12h")
    found = timedelta(seconds=sum(float(number) * SECONDS[unit] for number, unit in DURATION.findall(text)))
    if found > MOST_WAIT:
        raise ValueError(f"{text[:40]!r} is longer than {MOST_WAIT.days} days")
    return found


def pattern(value: object) -> str:
    """Check a regular expression."""
    try:
        return re.compile(str(value)).pattern
    except re.error as error:
        raise ValueError(f"{str(value)[:60]!r} is no regular expression: {error}") from None


def words(value: Any) -> Any:
    """Take numbers for the words they are written as."""
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


def listed(value: Any) -> Any:
    """Take one for a list of one."""
    return value if isinstance(value, list | tuple) else (value,)


Text = Annotated[str, BeforeValidator(words)]
Texts = Annotated[tuple[Text, ...], BeforeValidator(listed)]
Regex = Annotated[str, BeforeValidator(pattern)]
Duration = Annotated[timedelta, BeforeValidator(duration)]


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
    by: str | None = Field(None, alias="from")
    place: str | None = Field(None, alias="in")
    on: Text | None = None
    of: int | None = Field(None, ge=1)
    bot: Sayings = ()
    buttons: Texts | None = None
    silence: Literal[True] | None = None
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
        if (self.by or self.place) and (not acts or acts[0] in ("wait", "at")):
            raise ValueError("`from` and `in` say who does something and where: only in a step that says what")
        if self.silence and (self.bot or self.buttons is not None):
            raise ValueError("a step expects either silence or words")
        if not (self.model_fields_set - {"by", "place", "on", "of"}):
            raise ValueError("a step says what is done or what is expected")
        return self


class Person(Part):
    """What is known of a person before they write."""

    name: str | None = None
    language: str | None = None
    opted_out: bool = False
    fields: Mapping[str, Any] = Field(default_factory=dict)


class Given(Part):
    """What there is before a conversation begins; `use` names fixtures this one adds to."""

    use: Texts = ()
    clock: datetime | None = None
    contacts: Mapping[str, Person] = Field(default_factory=dict)
    variables: Mapping[str, Any] = Field(default_factory=dict)


class Intents(Part):
    """A tenant's intents: definitions, and training data (Rasa NLU YAML) here or in a file beside this one."""

    define: tuple[Intent, ...] = ()
    training: str | None = None
    file: str | None = None

    @model_validator(mode="after")
    def _one_source(self) -> "Intents":
        if self.training and self.file:
            raise ValueError("training data stand here (`training`) or in a file (`file`), not in both")
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
    fixtures: Mapping[str, Given] = Field(default_factory=dict)
    conversations: Mapping[str, Mapping[str, Conversation]] = Field(min_length=1)
