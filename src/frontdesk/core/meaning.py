"""What a message means, as far as its words say."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """An intent a message may mean, and how sure that is (0 to 1)."""

    intent: str
    confidence: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """The intent understood; or none, and then `asked` are those so close that the contact is asked.

    `ranking` are the likeliest intents, whatever was decided; `version` is the model that ranked them.
    """

    intent: str | None = None
    confidence: float = 0.0
    by: Literal["pattern", "classifier", "model", "nothing"] = "nothing"
    asked: tuple[Candidate, ...] = ()
    ranking: tuple[Candidate, ...] = ()
    version: int | None = None
    pattern: str | None = None


NOTHING_MEANT = Meaning()
