"""Intents as a tenant defines them: what a contact may want, what has to be known for it, and what is answered."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from frontdesk.core.section import Section
from frontdesk.core.slots import Form, Slot

IntentName = Annotated[str, StringConstraints(pattern=r"^[^\s/\x00-\x1f\x7f][^\x00-\x1f\x7f]{0,119}$")]
Phrase = Annotated[str, StringConstraints(min_length=1, max_length=4000)]


class IntentPattern(Section):
    """What means an intent for sure."""

    kind: Literal["phrase", "regex"] = Field(
        "phrase", description="A phrase is the whole message, a regex is found anywhere in it."
    )
    expression: str = Field(min_length=1, max_length=1000, description="The phrase, or the regular expression.")


class Intent(Section):
    """One intent without its utterances. Texts are by language (`en`)."""

    name: IntentName = Field(description="Its name, in training data too.")
    description: str = Field("", max_length=2000, description="What it is about, for people and language models.")
    title: Mapping[str, str] = Field(
        default_factory=dict,
        max_length=50,
        description="What it is called where a contact is asked whether it was meant.",
    )
    enabled: bool = Field(True, description="Whether it is listened for.")
    priority: int = Field(
        0, ge=-100, le=100, description="Of two that are close the higher one is taken without asking."
    )
    threshold: float | None = Field(
        None, ge=0, le=1, description="Confidence from which on it is taken without asking."
    )
    patterns: tuple[IntentPattern, ...] = Field((), max_length=200, description="What means it for sure.")
    slots: tuple[Slot, ...] = Field(
        (), max_length=50, description="What has to be known, in the order it is asked for."
    )
    confirm: bool = Field(False, description="Whether all values are read back before it goes on.")
    attempts: int = Field(3, ge=1, le=20, description="Answers in a row that can't be used before a person takes over.")
    responses: Mapping[str, tuple[Phrase, ...]] = Field(
        default_factory=dict,
        max_length=50,
        description="What is answered; several take turns. `{slot}` stands for a value.",
    )
    buttons: tuple[str, ...] = Field((), max_length=10, description="Choices to show under the answer.")
    handler: str | None = Field(None, max_length=60, description="Handler that goes on once all is known.")
    config: Mapping[str, Any] = Field(default_factory=dict, max_length=100, description="What that handler is told.")

    @property
    def form(self) -> Form | None:
        """What has to be asked; None where nothing has to."""
        if not self.slots:
            return None
        return Form(name=self.name[:120], slots=self.slots, confirm=self.confirm, attempts=self.attempts)
