"""What Telegram says when it does not do what it is asked."""

from typing import Any

import orjson


class Refusal(Exception):
    """A call is refused with this status and description; `parameters` tell when or where to try again."""

    def __init__(self, description: str, status: int = 400, **parameters: Any) -> None:
        super().__init__(description)
        self.description = description if status != 400 else f"Bad Request: {description}"
        self.status = status
        self.parameters = parameters

    def body(self) -> bytes:
        answer: dict[str, Any] = {"ok": False, "error_code": self.status, "description": self.description}
        if self.parameters:
            answer["parameters"] = self.parameters
        return orjson.dumps(answer)


def require(holds: object, description: str) -> None:
    """Refuse the call as a bad request unless `holds`."""
    if not holds:
        raise Refusal(description)
