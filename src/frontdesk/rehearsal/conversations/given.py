"""What a file of conversation tests says there is before anybody writes."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field, model_validator

from frontdesk.core.intents import Intent
from frontdesk.core.rules.rule import MOST_RULES, Rule
from frontdesk.core.wall_clock import zone_of
from frontdesk.errors import InvalidInput
from frontdesk.rehearsal.conversations.parts import Part, Text, Texts
from frontdesk.web.api.agents import NewAgent


def zone(name: str) -> str:
    """Check the name of a time zone."""
    try:
        return zone_of(name).key
    except InvalidInput as error:
        raise ValueError(str(error)) from None


class Person(Part):
    """What is known of a person before they write."""

    name: str | None = None
    language: str | None = None
    time_zone: Annotated[str, AfterValidator(zone)] | None = None
    opted_out: bool = False
    fields: Mapping[str, Any] = Field(default_factory=dict)
    tags: Texts = ()


class Agent(NewAgent):
    """Somebody who works at the desk, as the API takes them."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Spoken(Part):
    """What the language model says to a task, where the words are in what it is asked; or the status it fails with."""

    task: str = Field(pattern=r"^[a-z_]{1,40}$")
    about: Text | None = None
    says: Mapping[str, Any] | None = None
    fails: int | None = Field(None, ge=400, le=599)

    @model_validator(mode="after")
    def _one_of_both(self) -> "Spoken":
        if (self.says is None) == (self.fails is None):
            raise ValueError("the model either says something (`says`) or fails with a status (`fails`)")
        return self


def named(value: Any) -> Any:
    """Give everybody under a name this name."""
    if not isinstance(value, Mapping):
        return value
    return {
        name: {"name": name, **(each or {})} if isinstance(each, Mapping | None) else each
        for name, each in value.items()
    }


class Given(Part):
    """What there is before a conversation begins; `use` names fixtures this one adds to."""

    use: Texts = ()
    clock: datetime | None = None
    contacts: Mapping[str, Person] = Field(default_factory=dict)
    variables: Mapping[str, Any] = Field(default_factory=dict)
    rules: tuple[Rule, ...] = Field((), max_length=MOST_RULES)
    agents: Annotated[Mapping[str, Agent], BeforeValidator(named)] = Field(default_factory=dict)
    model: tuple[Spoken, ...] = ()


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
