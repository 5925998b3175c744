"""Effects that note something down: tags, fields of the profile, and what is not to be remembered any more."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class ForgetVariables:
    """Forget values of this session."""

    names: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tag:
    """Put tags on, beside those there are."""

    tags: tuple[str, ...]
    of: Literal["conversation", "contact"] = "conversation"


@dataclass(frozen=True, slots=True, kw_only=True)
class Untag:
    """Take tags off."""

    tags: tuple[str, ...]
    of: Literal["conversation", "contact"] = "conversation"


@dataclass(frozen=True, slots=True, kw_only=True)
class SetField:
    """Set a field of the contact's profile; None takes it away."""

    field: str
    value: str | int | float | bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MeanFor:
    """Should a person have to answer in this session, it is this agent, or one of this team."""

    agent: str | None = None
    team: str | None = None


NoteEffect = ForgetVariables | Tag | Untag | SetField | MeanFor
