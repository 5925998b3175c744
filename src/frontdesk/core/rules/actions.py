"""What rules do: who answers, and what is changed on the way."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, JsonValue, StringConstraints, model_validator

from frontdesk.core.intents import Phrase
from frontdesk.core.rules.values import Scalar
from frontdesk.core.section import Section

HandlerName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,59}$")]
Name = Annotated[str, StringConstraints(min_length=1, max_length=120)]
TagName = Annotated[str, StringConstraints(pattern=r"^[^\s,\x00-\x1f\x7f][^,\x00-\x1f\x7f]{0,59}$")]
Language = Annotated[str, StringConstraints(pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8}){0,3}$")]
MOST_STATE = 200
MOST_STATE_DEPTH = 8


def _small(state: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a state as it came; ValueError where no conversation should carry it, or JSON can't."""
    level: list[Any] = [state]
    count = 0
    for _ in range(MOST_STATE_DEPTH):
        count += len(level)
        if count > MOST_STATE or any(_unfit(value) for value in level):
            raise ValueError(f"a state has at most {MOST_STATE} values, of at most 4000 characters, and no NaN")
        level = [inner for value in level for inner in _held(value)]
        if not level:
            return state
    raise ValueError(f"a state is at most {MOST_STATE_DEPTH} deep")


def _unfit(value: Any) -> bool:
    match value:
        case str():
            return len(value) > 4000
        case bool():
            return False
        case int() | float():
            return not abs(value) < 1e300
    return False


def _held(value: Any) -> list[Any]:
    match value:
        case dict():
            return [*value, *value.values()]
        case list() | tuple():
            return list(value)
    return []


class Hand(Section):
    """A handler answers."""

    do: Literal["handler"] = "handler"
    handler: HandlerName = Field(description="The handler.")
    argument: str | None = Field(None, max_length=200, description="What it is told: an intent, a command.")


class Start(Section):
    """A handler begins something that goes on over several messages."""

    do: Literal["mode"] = "mode"
    handler: HandlerName = Field(description="The handler.")
    state: Annotated[Mapping[str, JsonValue], AfterValidator(_small)] = Field(
        default_factory=dict, description="What it is to remember."
    )


class Reply(Section):
    """The tenant's own words."""

    do: Literal["reply"] = "reply"
    text: Mapping[Language, Phrase] = Field(min_length=1, max_length=50, description="What is said, by language.")
    buttons: tuple[Name, ...] = Field((), max_length=10, description="Choices to show under it.")


class Escalate(Section):
    """A person takes over."""

    do: Literal["escalate"] = "escalate"
    reason: str = Field(min_length=1, max_length=500, description="Why, for the person who takes over.")
    priority: int = Field(3, ge=1, le=5, strict=True, description="1 is seen to first, 5 last.")
    skill: Name | None = Field(None, description="What that person has to be good at.")


class Tag(Section):
    """Tags are put on."""

    do: Literal["tag"] = "tag"
    tags: tuple[TagName, ...] = Field(min_length=1, max_length=20, description="The tags.")
    of: Literal["conversation", "contact"] = Field("conversation", description="What is tagged.")


class Untag(Section):
    """Tags are taken off."""

    do: Literal["untag"] = "untag"
    tags: tuple[TagName, ...] = Field(min_length=1, max_length=20, description="The tags.")
    of: Literal["conversation", "contact"] = Field("conversation", description="What they are taken off.")


class SetField(Section):
    """A field of the contact's profile is set."""

    do: Literal["set_field"] = "set_field"
    field: Name = Field(description="The field.")
    value: Scalar | None = Field(description="Its value; null takes it away.")


class SetVariable(Section):
    """A value is remembered for the session."""

    do: Literal["set_variable"] = "set_variable"
    name: Name = Field(description="Its name.")
    value: Scalar | None = Field(description="The value; null forgets it.")


class Assign(Section):
    """The conversation is somebody's, should a person have to answer."""

    do: Literal["assign"] = "assign"
    agent: Name | None = Field(None, description="The agent.")
    team: Name | None = Field(None, description="Or the team.")

    @model_validator(mode="after")
    def _one(self) -> "Assign":
        if (self.agent is None) == (self.team is None):
            raise ValueError("assign needs an `agent` or a `team`, and not both")
        return self


class Listen(Section):
    """An intent listener is told."""

    do: Literal["listener"] = "listener"
    listener: Name = Field(description="Its name.")


Action = Annotated[
    Hand | Start | Reply | Escalate | Tag | Untag | SetField | SetVariable | Assign | Listen, Field(discriminator="do")
]
FINAL = (Hand, Start, Reply, Escalate)
"""These answer the message; all others go along with whoever does."""
LEADING = (Hand, Start, Escalate)
"""Of these a rule has one at most: they say who goes on."""


def is_final(action: Action) -> bool:
    """Say whether an action answers the message, so that nobody else does."""
    return isinstance(action, FINAL)
