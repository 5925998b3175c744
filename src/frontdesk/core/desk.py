"""How a tenant's people share the work, and how soon somebody should answer."""

from typing import Literal

from pydantic import Field

from frontdesk.core.section import Section

Assignment = Literal["manual", "round_robin", "least_busy", "skills"]


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
