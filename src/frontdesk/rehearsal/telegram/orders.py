"""Errors on demand: what the stub is told to do with the next calls instead of answering them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from frontdesk.rehearsal.telegram.refusal import Refusal

DESCRIPTIONS = {
    400: "Bad Request: refused on demand",
    401: "Unauthorized",
    403: "Forbidden: bot was blocked by the user",
    404: "Not Found",
    409: "Conflict: terminated by other getUpdates request",
    413: "Request Entity Too Large",
    429: "Too Many Requests: retry after {retry_after}",
    500: "Internal Server Error",
    502: "Bad Gateway",
    503: "Service Unavailable",
    504: "Gateway Timeout",
}


@dataclass(slots=True, kw_only=True)
class Order:
    """What happens to the next `times` calls (None: to all) that fit chat, token and method; None fits any.

    `cut` closes the connection without an answer, either before the call counts or once it was carried out.
    """

    chat_id: int | str | None = None
    token: str | None = None
    method: str | None = None
    times: int | None = 1
    status: int | None = None
    description: str | None = None
    retry_after: int | None = None
    migrate_to_chat_id: int | None = None
    cut: Literal["before", "after"] | None = None
    delay_seconds: float = 0.0

    def fits(self, token: str, method: str, chat_id: object) -> bool:
        wanted = ((self.chat_id, chat_id), (self.token, token), (self.method, method))
        return all(want is None or str(want).lower() == str(got).lower() for want, got in wanted)

    def refusal(self) -> Refusal | None:
        """Return the refusal ordered, None where the call is to succeed."""
        if self.status is None:
            return None
        parameters = {"retry_after": self.retry_after, "migrate_to_chat_id": self.migrate_to_chat_id}
        given = {name: value for name, value in parameters.items() if value is not None}
        refusal = Refusal("", self.status, **given)
        refusal.description = self.description or self._usual_description()
        return refusal

    def _usual_description(self) -> str:
        if self.migrate_to_chat_id is not None:
            return "Bad Request: group chat was upgraded to a supergroup chat"
        return DESCRIPTIONS.get(self.status or 0, "Unknown error").format(retry_after=self.retry_after)


def order_of(document: Mapping[str, Any]) -> Order:
    """Return the order a JSON object describes; unknown names are an error, so that a typo orders nothing by accident."""
    return Order(**document)
