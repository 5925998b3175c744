"""Bare replies: "yes", "no, thanks", "hello". They answer a question or are polite, and want nothing by themselves.

A classifier has next to nothing to go by in them: few training data are enough to make a "no" an emergency.
"""

import functools

from frontdesk import phrases
from frontdesk.core.slots import heard
from frontdesk.core.wording import plain
from frontdesk.understanding.entities.dialogue import words
from frontdesk.understanding.entities.lexicon import languages

MOST_CHARACTERS = 60


def reply(text: str, language: str | None = None) -> str | None:
    """Return a text folded if it is nothing but a reply, in a language (BCP 47) or in any; None otherwise."""
    if len(text) > MOST_CHARACTERS:
        return None
    return next((folded for folded in (heard(text), plain(text)) if folded in _replies(language)), None)


@functools.cache
def _replies(language: str | None) -> frozenset[str]:
    asked = sorted(languages()) if language is None else [language]
    answers = frozenset().union(*(said.yes | said.no | said.skip for said in map(words, asked)))
    polite = (phrase for tag in asked for said in phrases.words(tag, "small_talk_words").values() for phrase in said)
    return answers.union(polite)
