"""What Slack says when it does not do what it is asked: mostly with a status of 200."""

from typing import Any

import orjson


class Refusal(Exception):
    """A call is refused with this error; `details` stand beside it, `retry_after` in a header."""

    def __init__(self, error: str, status: int = 200, *, retry_after: int | None = None, **details: Any) -> None:
        super().__init__(error)
        self.error = error
        self.status = status
        self.retry_after = retry_after
        self.details = details

    def body(self) -> bytes:
        return orjson.dumps({"ok": False, "error": self.error, **self.details})


def require(holds: object, error: str, *messages: str) -> None:
    """Refuse the call unless `holds`; `messages` tell which part of it is at fault."""
    if not holds and messages:
        raise Refusal(error, response_metadata={"messages": [f"[ERROR] {message}" for message in messages]})
    if not holds:
        raise Refusal(error)
