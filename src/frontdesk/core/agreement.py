"""What contacts have to agree to before anything of theirs is kept, and whether they did."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, StringConstraints, model_validator

from frontdesk.core.answers import language_among
from frontdesk.core.section import Section

Standing = Literal["given", "missing", "declined"]
"""`given` also where nobody has to agree to anything; `missing` is a question nobody answered in its present version."""

AnsweredBy = Literal["button", "words", "stop"]


class ConsentSettings(Section):
    """What contacts have to agree to."""

    required: bool = Field(False, description="Keep nothing of what contacts write before they agree.")
    version: int = Field(
        1, ge=1, le=1_000_000, description="Version of the policy; a new one has everybody asked again."
    )
    policy: Mapping[
        Annotated[str, StringConstraints(pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$")],
        Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=3000)],
    ] = Field(default_factory=dict, max_length=50, description="What is asked, by language (BCP 47).")

    @model_validator(mode="after")
    def _complete(self) -> "ConsentSettings":
        if self.required and not self.policy:
            raise ValueError("consent that is required needs a `policy` in one language at least")
        return self

    def text(self, *wanted: str) -> tuple[str, str]:
        """Return the policy and its language: a wanted one, else English, else any."""
        tag = language_among(self.policy, wanted) or next(iter(self.policy))
        return self.policy[tag], tag


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """What a contact answered last, and to which version."""

    version: int
    given: bool


def standing(consent: Consent | None, settings: ConsentSettings) -> Standing:
    """Say whether a contact agreed to what is asked now."""
    if not settings.required:
        return "given"
    if consent is None or consent.version != settings.version:
        return "missing"
    return "given" if consent.given else "declined"


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordConsent:
    """The contact answered the question. Evidence is the message that says so, the `policy` as they were shown it, and how they
    answered: by button, in words, or with STOP. Their `name` may be kept from now on.
    """

    version: int
    language: str
    given: bool
    message_id: UUID | None
    name: str | None = None
    policy: str | None = None
    by: AnsweredBy | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AskPrivacy:
    """The contact wants to be erased, or all there is of them: work that is done after the turn."""

    wants: Literal["erasure", "export"]


ConsentEffect = RecordConsent | AskPrivacy
