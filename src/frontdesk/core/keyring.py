"""Which secrets a tenant's settings name, and what a name and a value may look like."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import get_args

from frontdesk.core.section import Section
from frontdesk.core.understanding import SecretName
from frontdesk.errors import InvalidInput

NAME = re.compile(r"[a-z][a-z0-9_-]{0,59}\Z")
MOST_CHARACTERS = 8_192


def used(settings: Section) -> dict[str, tuple[str, ...]]:
    """Return the settings that name a secret, such as `llm.key`, by its name."""
    found: Mapping[str, list[str]] = defaultdict(list)
    for path, name in _named(settings, ""):
        found[name].append(path)
    return {name: tuple(paths) for name, paths in found.items()}


def _named(section: Section, before: str) -> Iterator[tuple[str, str]]:
    for field, about in type(section).model_fields.items():
        value = getattr(section, field)
        if isinstance(value, Section):
            yield from _named(value, f"{before}{field}.")
        elif value is not None and SecretName in (about.annotation, *get_args(about.annotation)):
            yield f"{before}{field}", value


def checked_name(name: str) -> str:
    """Return a name fit for a secret; InvalidInput otherwise."""
    if not NAME.match(name):
        raise InvalidInput(
            f"a secret can't be named {name[:70]!r}: 1 to 60 of a-z, 0-9, _ and -, starting with a letter"
        )
    return name


def checked_value(value: str) -> str:
    """Return a value without the blanks around it; InvalidInput, which doesn't repeat it, where it can be no key."""
    value = value.strip()
    if not value or len(value) > MOST_CHARACTERS or not value.isprintable():
        raise InvalidInput(f"a secret is one line of 1 to {MOST_CHARACTERS} printable characters")
    return value
