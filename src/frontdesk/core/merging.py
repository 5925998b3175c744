"""What is known of a contact into whom others were merged, and how it is told apart again."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What is known of a contact besides identities and conversations."""

    name: str | None = None
    language: str | None = None
    time_zone: str | None = None
    fields: Mapping[str, Any] = field(default_factory=dict)
    opted_out_at: datetime | None = None


def combined(own: Profile, merged: Sequence[Profile]) -> Profile:
    """Return the profile of a contact with those merged into it, the earliest merge first.

    The contact's own word counts; a gap is filled by the first who has something. An opt-out of any is one of all.
    """
    everyone = (own, *merged)
    return Profile(
        name=next((profile.name for profile in everyone if profile.name is not None), None),
        language=next((profile.language for profile in everyone if profile.language is not None), None),
        time_zone=next((profile.time_zone for profile in everyone if profile.time_zone is not None), None),
        fields={name: value for profile in reversed(everyone) for name, value in profile.fields.items()},
        opted_out_at=min((profile.opted_out_at for profile in everyone if profile.opted_out_at), default=None),
    )


def settled(own: Profile, now: Profile, merged: Sequence[Profile]) -> Profile:
    """Return a contact's own profile with what was changed on the combined one since: such changes are its own."""
    was = combined(own, merged)
    fields = {
        name: value
        for name in {**own.fields, **now.fields}
        for value in _kept(own.fields, now.fields, was.fields, name)
    }
    return Profile(
        name=_own(own.name, now.name, was.name),
        language=_own(own.language, now.language, was.language),
        time_zone=_own(own.time_zone, now.time_zone, was.time_zone),
        fields=fields,
        opted_out_at=_own(own.opted_out_at, now.opted_out_at, was.opted_out_at),
    )


def consent_changed(own: Profile, now: Profile, merged: Sequence[Profile]) -> bool:
    """Say whether an opt-out or opt-in came since the merge: it counts for everybody merged, then and later."""
    return now.opted_out_at != combined(own, merged).opted_out_at


def _own(own: T, now: T, was: T) -> T:
    return own if now == was else now


def _kept(
    own: Mapping[str, Any], now: Mapping[str, Any], was: Mapping[str, Any], name: str
) -> tuple[()] | tuple[object]:
    source = own if _written(now, name) == _written(was, name) else now
    return (source[name],) if name in source else ()


def _written(fields: Mapping[str, Any], name: str) -> str | None:
    """Return a field as JSON: Python takes 1, 1.0 and true for equal."""
    return json.dumps(fields[name], sort_keys=True) if name in fields else None
