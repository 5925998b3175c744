"""Errors on demand: what the stub is told to do with the next calls instead of answering them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from frontdesk.rehearsal.signal.refusal import Refusal

LIMITED = (
    "Failed to send message due to rate limiting. Use the attached challenge tokens to lift the rate limit restrictions"
    " via the '/v1/accounts/{number}/rate-limit-challenge' endpoint."
)


@dataclass(slots=True, kw_only=True)
class Order:
    """What happens to the next `times` calls (None: to all) that fit recipient, number and endpoint; None fits any.

    An endpoint is the word after the version: send, reactions, receipts, typing-indicator, remote-delete, attachments …
    `cut` closes the connection without an answer, either before the call counts or once it was carried out.
    """

    recipient: str | None = None
    number: str | None = None
    endpoint: str | None = None
    times: int | None = 1
    status: int | None = None
    error: str | None = None
    challenge_tokens: Sequence[str] | None = None
    cut: Literal["before", "after"] | None = None
    delay_seconds: float = 0.0

    def fits(self, endpoint: str, number: str | None, recipient: str | None) -> bool:
        wanted = ((self.endpoint, endpoint), (self.number, number), (self.recipient, recipient))
        return all(want is None or want == got for want, got in wanted)

    def refusal(self, number: str | None) -> Refusal | None:
        """Return the refusal ordered, None where the call is to succeed."""
        if self.status is None:
            return None
        if self.status == 429:
            tokens = list(self.challenge_tokens or ("",))
            return Refusal(self.error or LIMITED, 429, challenge_tokens=tokens, account=number)
        return Refusal(self.error or "Failed to send message", self.status)
