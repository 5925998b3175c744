"""Errors on demand: what the stub is told to do with the next calls instead of answering them."""

from dataclasses import dataclass
from typing import Literal

from frontdesk.rehearsal.whatsapp.refusal import Refusal


@dataclass(slots=True, kw_only=True)
class Order:
    """What happens to the next `times` calls (None: to all) that fit recipient, number and edge; None fits any.

    `edge` is the last word of the path (`messages`, `media`, …). `cut` closes the connection without an answer, either
    before the call counts or once it was carried out. A `status` without a `code` answers a page that is no JSON.
    """

    recipient: str | None = None
    phone: str | None = None
    edge: str | None = None
    times: int | None = 1
    code: int | None = None
    status: int | None = None
    details: str = "refused on demand"
    subcode: int | None = None
    retry_after: int = 0
    cut: Literal["before", "after"] | None = None
    delay_seconds: float = 0.0

    def fits(self, phone: str, edge: str, recipient: str | None) -> bool:
        wanted = ((self.recipient, recipient), (self.phone, phone), (self.edge, edge))
        return all(want is None or want == got for want, got in wanted)

    def refusal(self) -> Refusal | None:
        """Return the refusal ordered, None where the call is to succeed or be cut."""
        if self.code is None and self.status is None:
            return None
        return Refusal(
            self.code or 0,
            self.details,
            status=self.status,
            subcode=self.subcode,
            retry_after=self.retry_after,
            page=self.code is None,
        )
