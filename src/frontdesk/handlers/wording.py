"""How handlers speak to a contact."""

import re

from frontdesk.core.answers import base, foreign
from frontdesk.core.content import Button, Content
from frontdesk.core.turn import Turn
from frontdesk.phrases import languages, say

MOST_NAME = 40
UPSET_BELOW = -0.4
"""Who writes less friendly than this is offered a person rather than a menu."""
_LETTERS = r"[^\W\d_][\u0300-\u036f\u0900-\u0903\u093a-\u094f\u200c\u200d]*"
NAME = re.compile(rf"(?:{_LETTERS})+(?:['’-](?:{_LETTERS})+){{0,3}}")
"""Letters with the signs they carry, as Hindi's vowels are; joined by a hyphen or an apostrophe."""


def addressed(turn: Turn) -> str:
    """Return `, Anna` where the contact's first name is known and looks like one, else nothing."""
    first = (turn.contact.name or "").split(" ", 1)[0]
    return f", {first}" if len(first) <= MOST_NAME and NAME.fullmatch(first) else ""


def is_upset(turn: Turn) -> bool:
    """Say whether a message sounds angry or sad."""
    return turn.sentiment is not None and turn.sentiment < UPSET_BELOW


def choices(language: str, *names: str) -> list[Button]:
    """Return buttons that stand for commands."""
    return [Button(title=say(language, f"help.{name}"), payload=f"/{name}") for name in names]


def written(turn: Turn) -> str | None:
    """Return the language of texts in the tenant's settings, where it is not the turn's."""
    return foreign(turn.settings.working_language, turn.language)


def beside(turn: Turn, language: str | None) -> str:
    """Return the language of our own words in one message with a tenant's text: the text's where both will be translated
    together, else the turn's.
    """
    together = language and turn.settings.translation.provider != "none" and base(language) in languages()
    return base(language) if language and together else turn.language


def our_words(turn: Turn, key: str, *names: str) -> Content:
    """Return a phrase in the turn's language with buttons that stand for commands."""
    return Content(text=say(turn.language, key), buttons=tuple(choices(turn.language, *names)))


def why_unread(turn: Turn) -> str | None:
    """Return what is said of a message that brought nothing but a file nobody could read."""
    return say(turn.language, turn.unread) if turn.unread and not turn.text.strip() else None
