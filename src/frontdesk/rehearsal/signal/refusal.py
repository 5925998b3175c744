"""What the bridge says when it does not do what it is asked."""

from typing import Any


class Refusal(Exception):
    """A call is refused with this status and these words; `more` stands beside them (the tokens of a challenge)."""

    def __init__(self, error: str, status: int = 400, **more: Any) -> None:
        super().__init__(error)
        self.error = error
        self.status = status
        self.more = more

    def body(self) -> dict[str, Any]:
        return {"error": self.error, **self.more}


def require(holds: object, error: str) -> None:
    """Refuse the call as a bad request unless `holds`."""
    if not holds:
        raise Refusal(error)
