"""When a contact is asked for a rating: rarely, at the end of something, and never twice in one session of talk."""

from frontdesk.core.turn import HandOver, Outcome, Route, Turn

ASKED = "feedback_asked"
"""The variable of the session that says so."""
ASK = "ask"
"""The argument by which the handler is told to ask."""
UNANSWERED = frozenset({"fallback", "did_you_mean", "handoff"})
SHARES = 1 << 16


def is_due(turn: Turn, first: Route, last: Route, outcome: Outcome) -> bool:
    """Say whether the turn ends with the question: an intent was answered, and nothing is left open."""
    asks = turn.settings.feedback
    if asks.ask == "never" or turn.consent != "given" or turn.contact.opted_out or turn.conversation.is_group:
        return False
    if first.handler != "intent" or last.handler in UNANSWERED or outcome.missed or not _is_over(turn, outcome):
        return False
    if ASKED in turn.conversation.variables or turn.conversation.owner == "human":
        return False
    return asks.ask == "always" or turn.id.int % SHARES < asks.share * SHARES


def _is_over(turn: Turn, outcome: Outcome) -> bool:
    modes = turn.conversation.modes if outcome.modes is None else outcome.modes
    if modes or not outcome.replies or any(isinstance(effect, HandOver) for effect in outcome.effects):
        return False
    return not any(reply.buttons or reply.rows for reply in outcome.replies)
