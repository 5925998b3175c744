"""Bare replies: "yes", "no, thanks", "whatever". They answer a question, and want nothing by themselves.

A classifier has next to nothing to go by in them: few training data are enough to make a "no" an emergency.
"""

import functools

from frontdesk.core.slots import heard
from frontdesk.understanding.entities.dialogue import words
from frontdesk.understanding.entities.lexicon import languages

MOST_CHARACTERS = 60


def reply(text: str, language: str | None = None) -> str | None:
    """Return a text folded if it is nothing but a reply, in a language (BCP 47) or in any; None otherwise."""
    if len(text) > MOST_CHARACTERS:
        return None
    folded = heard(text)
    return folded if folded in _replies(language) else None


@functools.cache
def _replies(language: str | None) -> frozenset[str]:
    spoken = [words(tag) for tag in (languages() if language is None else [language])]
    return frozenset().union(*(said.yes | said.no | said.skip for said in spoken))
