"""How a tenant's people share the work, and how soon somebody should answer."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints

from frontdesk.core.section import Section
from frontdesk.core.wording import plain

Assignment = Literal["manual", "round_robin", "least_busy", "skills"]
Language = Annotated[str, StringConstraints(pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8}){0,3}$")]


def _heard(phrase: str) -> str:
    if not plain(phrase):
        raise ValueError(f"{phrase[:20]!r} has no letters and no digits, so it is never heard")
    return phrase


Phrase = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(_heard)]


class DeskSettings(Section):
    """Who is given a conversation that waits for a person, in what time, and when the bot answers again."""

    assignment: Assignment = Field(
        "manual",
        description="Who is given what waits: nobody (`manual`), whoever has waited longest (`round_robin`), whoever has least"
        " to do (`least_busy`), or of those with the skill and best the language whoever has least to do (`skills`).",
    )
    first_minutes: int | None = Field(
        None, ge=1, le=20_160, description="Minutes within business hours until the first answer is due."
    )
    resolve_minutes: int | None = Field(
        None, ge=1, le=20_160, description="Minutes within business hours until it should be resolved."
    )
    out_of_hours: str | None = Field(
        None,
        max_length=4000,
        description="Said when a person is asked for out of business hours; `{opens}` is when somebody is there.",
    )
    resume_minutes: int | None = Field(
        None, ge=1, le=43_200, description="Minutes after a person's last answer until the bot answers again."
    )
    after_misses: int | None = Field(
        None, ge=1, le=100, description="How many messages in a row not understood bring a person."
    )
    upset_below: float | None = Field(
        None, ge=-1, le=1, description="A message said in a way worse than this is an upset one (−1 worst, 1 best)."
    )
    after_upset: int = Field(
        2, ge=1, le=20, description="How many upset messages in a row bring a person, where `upset_below` is set."
    )
    keywords: Mapping[Language, Annotated[tuple[Phrase, ...], Field(max_length=200)]] = Field(
        default_factory=dict,
        max_length=50,
        description="Words and phrases that bring a person at once, by the language they are in.",
    )
    after_failures: int | None = Field(
        None, ge=1, le=100, description="How many failed tries at answering one message bring a person."
    )
