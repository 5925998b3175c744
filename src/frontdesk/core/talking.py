"""Small talk: how a tenant wants it, and how it doesn't repeat itself."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Literal

from pydantic import Field

from frontdesk.core.conversation import Said
from frontdesk.core.section import Section
from frontdesk.core.wording import plain

LATELY = 10
"""Messages back to which an answer counts as just given."""
SAME_TALK = timedelta(hours=6)
"""How long after a greeting another one is not the first."""


class SmallTalkSettings(Section):
    """Who finds the words of small talk: Frontdesk's own phrases, or the tenant's language model within limits."""

    by: Literal["canned", "model"] = Field(
        "canned",
        description="`model` asks the language model set under `llm`, as the persona; what it can't say, the phrases do.",
    )
    beyond: bool = Field(
        True,
        description="Let the model also answer small talk that no phrase covers; questions and wishes go on as without it.",
    )
    most_characters: int = Field(240, ge=40, le=600, description="Longest answer of the model.")
    most_sentences: int = Field(2, ge=1, le=4, description="Most sentences of it.")
    seconds: float = Field(6, gt=0, le=30, description="Longest the model may take before the phrases answer.")


def fresh(variants: Sequence[str], history: Iterable[Said], seed: int) -> str:
    """Return a variant that was not said lately; where all were, the one said longest ago. `seed` chooses among several."""
    lately = [line for line in list(history)[-LATELY:] if line.author == "bot"]
    said = [{plain(text) for text in (line.text, line.working) if text} for line in lately]
    places = {text: max((nr for nr, line in enumerate(said) if _is_in(text, line)), default=-1) for text in variants}
    oldest = min(places.values())
    left = [text for text in variants if places[text] == oldest]
    return left[seed % len(left)]


def earlier(history: Sequence[Said], text: str) -> Sequence[Said]:
    """Return what was said before this text: a turn that runs again finds its own message in the history."""
    last = history[-1] if history else None
    is_this = last is not None and last.direction == "inbound" and plain(last.text or "") == plain(text)
    return history[:-1] if is_this else history


def repeats(kind: Sequence[str], before: Sequence[Said]) -> int:
    """Say how often in a row the contact said nothing but this kind of thing before, `kind` being its words."""
    count = 0
    for line in reversed(before):
        if line.direction != "inbound":
            continue
        if plain(line.text or "") not in kind:
            break
        count += 1
    return count


def was_greeted(greetings: Sequence[str], before: Iterable[Said], now: datetime) -> bool:
    """Say whether the contact has said hello in this talk already, `greetings` being the words for it."""
    said = (plain(line.text or "") for line in before if line.direction == "inbound" and now - line.at < SAME_TALK)
    return any(text == word or text.startswith(f"{word} ") for text in said for word in greetings)


def _is_in(text: str, said: Iterable[str]) -> bool:
    """Say whether a variant was said: alone, or with more around it."""
    return any(f" {plain(text)} " in f" {line} " for line in said)
