"""How handlers speak to a contact."""

from frontdesk.core.turn import Turn


def addressed(turn: Turn) -> str:
    """Return `, Anna` where the contact's first name is known, else nothing."""
    first = (turn.contact.name or "").split(" ", 1)[0]
    return f", {first}" if first.isalpha() else ""
