"""Intents as choices: what they are called, in which language, and the buttons that stand for them."""

from collections.abc import Iterable, Sequence

from frontdesk.core.answers import base, language_among
from frontdesk.core.content import Button
from frontdesk.core.intents import Intent
from frontdesk.core.routing import PRESSED
from frontdesk.core.turn import Turn
from frontdesk.handlers.wording import beside

MOST_OFFERED = 5
NONE_MEANT = "/none_meant"
"""The variable that counts how often in a row nothing proposed was meant. No intent's name begins like this, and their
values are kept by their names.
"""


def title(intent: Intent, language: str) -> str:
    """Return what an intent is called: in this language, in English, in any, or else by its name, made readable."""
    titles = {tag: text.strip() for tag, text in intent.title.items() if text.strip()}
    tag = language_among(titles, [language])
    if tag:
        return titles[tag]
    words = " ".join(intent.name.replace("_", " ").split()) or intent.name
    return words[:1].upper() + words[1:]


def language_of(turn: Turn, intents: Iterable[Intent]) -> str:
    """Return the language a message with these titles is written in: the turn's, or where one has no title in that and
    it will be translated, the tenant's.
    """
    titled = all(any(base(tag) == base(turn.language) for tag in intent.title) for intent in intents)
    return turn.language if titled else beside(turn, turn.settings.working_language)


def buttons(intents: Iterable[Intent], language: str) -> list[Button]:
    """Return a button for each intent; one pressed later leads to it too, as long as there is such an intent."""
    return [Button(title=title(intent, language), payload=f"{PRESSED}{intent.name}") for intent in intents]


def offered(turn: Turn) -> Sequence[Intent]:
    """Return the few intents to show to somebody who was not understood: those with a title, if any have one."""
    enabled = [intent for intent in turn.intents.values() if intent.enabled]
    ranked = sorted(enabled, key=lambda intent: -intent.priority)
    return ([intent for intent in ranked if intent.title] or ranked)[:MOST_OFFERED]
