"""Errors on demand: what the stub is told to do with the next calls instead of answering them."""

from dataclasses import dataclass
from typing import Literal

from frontdesk.rehearsal.slack.refusal import Refusal


@dataclass(slots=True, kw_only=True)
class Order:
    """What happens to the next `times` calls (None: to all) that fit channel, token and method; None fits any.

    `cut` closes the connection without an answer, either before the call counts or once it was carried out.
    """

    channel: str | None = None
    token: str | None = None
    method: str | None = None
    times: int | None = 1
    error: str | None = None
    status: int = 200
    retry_after: int | None = None
    needed: str | None = None
    cut: Literal["before", "after"] | None = None
    delay_seconds: float = 0.0

    def fits(self, token: str, method: str, channel: object) -> bool:
        wanted = ((self.channel, channel), (self.token, token), (self.method, method))
        return all(want is None or want == got for want, got in wanted)

    def refusal(self) -> Refusal | None:
        """Return the refusal ordered, None where the call is to succeed."""
        if self.error is None and self.status == 200:
            return None
        error = self.error or ("ratelimited" if self.status == 429 else "internal_error")
        scopes = {"needed": self.needed, "provided": "chat:write"} if self.needed else {}
        return Refusal(error, self.status, retry_after=self.retry_after, **scopes)
