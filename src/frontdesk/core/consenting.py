"""What may be answered before a contact agreed to what the tenant asks them to: nothing but the question."""

from frontdesk.core.message import Happening, Reaction
from frontdesk.core.turn import Route, Turn

HANDLER = "consent"
FREE = ("stop", "unstop", "erase", "export", "human")
"""Commands that are everybody's right at any time: who is in need reaches a person, whatever else is kept of them."""
MISSING = "missing"


def held(turn: Turn, command: str | None, pressed: tuple[str, str] | None, *, to_us: bool) -> Route | None:
    """Return who answers instead, where the contact has not agreed; None where nothing stands in the way.

    A press that answers the question goes through also while a person has the conversation. What is said in a group, and
    not to us, asks nobody anything.
    """
    if turn.consent == "given" or command in FREE or not to_us:
        return None
    if command == "bot" and turn.conversation.owner == "human":
        return None
    reason = f"has not agreed: {turn.consent}"
    if isinstance(turn.event, Reaction) or (isinstance(turn.event, Happening) and turn.event.event == "edited"):
        return Route(handler="silence", reason=reason, by="consent")
    if isinstance(turn.event, Happening):
        return None
    if pressed and pressed[0] == HANDLER:
        return Route(handler=HANDLER, reason=f"chosen: {HANDLER} {pressed[1]}", argument=pressed[1], by="press")
    return Route(handler=HANDLER, reason=reason, argument=MISSING, by="consent")
