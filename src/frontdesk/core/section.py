"""A part of a document people write: typed, described, and nothing in it that nobody knows."""

from pydantic import BaseModel, ConfigDict


class Section(BaseModel):
    """Settings or definitions; frozen, and strict about names."""

    model_config = ConfigDict(frozen=True, extra="forbid")
