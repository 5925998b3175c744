"""How handlers speak to a contact."""

from frontdesk.core.content import Button
from frontdesk.core.turn import Turn
from frontdesk.phrases import say


def addressed(turn: Turn) -> str:
    """Return `, Anna` where the contact's first name is known, else nothing."""
    first = (turn.contact.name or "").split(" ", 1)[0]
    return f", {first}" if first.isalpha() else ""


def choices(language: str, *names: str) -> list[Button]:
    """Return buttons that stand for commands."""
    return [Button(title=say(language, f"help.{name}"), payload=f"/{name}") for name in names]
