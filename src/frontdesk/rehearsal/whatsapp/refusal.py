"""What Meta says when it does not do what it is asked."""

from collections.abc import Mapping
from typing import Any

import orjson

STATUS = {
    190: 401,
    0: 401,
    10: 403,
    3: 500,
    1: 500,
    2: 503,
    131000: 500,
    130429: 429,
    131016: 500,
    368: 403,
    131031: 403,
}
TITLES = {
    100: "Invalid parameter",
    131008: "Required parameter is missing",
    131009: "Parameter value is not valid",
    131026: "Message undeliverable",
    131047: "Re-engagement message",
    131056: "(Business Account, Consumer Account) pair rate limit hit",
    130429: "Rate limit hit",
    132000: "Number of parameters does not match the expected number of params",
    132001: "Template name does not exist in the translation",
    132012: "Parameter format does not match format in the created template",
    190: "Invalid OAuth access token",
}


class Refusal(Exception):
    """A call is refused with this code; `details` say what is wrong with it. A `page` is what proxies answer: no JSON."""

    def __init__(
        self,
        code: int,
        details: str = "",
        *,
        status: int | None = None,
        subcode: int | None = None,
        retry_after: int = 0,
        page: bool = False,
    ) -> None:
        super().__init__(f"{code} {details}")
        self.code = code
        self.details = details
        self.status = status or STATUS.get(code, 400)
        self.subcode = subcode
        self.retry_after = retry_after
        self.page = page

    @property
    def headers(self) -> dict[str, str]:
        return {"retry-after": str(self.retry_after)} if self.retry_after else {}

    def body(self) -> bytes:
        if self.page:
            return b"<html><body>Sorry, something went wrong.</body></html>"
        error: dict[str, Any] = {
            "message": f"(#{self.code}) {TITLES.get(self.code, 'Something went wrong')}",
            "type": "OAuthException",
            "code": self.code,
            "fbtrace_id": "AStubTraceId0000000000",
        }
        if self.details:
            error["error_data"] = {"messaging_product": "whatsapp", "details": self.details}
        if self.subcode is not None:
            error["error_subcode"] = self.subcode
        return orjson.dumps({"error": error})


def require(holds: object, details: str, code: int = 131009) -> None:
    """Refuse the call unless `holds`."""
    if not holds:
        raise Refusal(code, details)


def one(fields: Mapping[str, Any], key: str) -> dict[str, Any]:
    """Return the object under a key, which has to be there."""
    value = fields.get(key)
    if not isinstance(value, dict):
        raise Refusal(131008, f"The parameter {key} is required and has to be an object.")
    return value


def many(fields: Mapping[str, Any], key: str, most: int) -> list[dict[str, Any]]:
    """Return the objects of a list that has at least one and at most `most`."""
    value = fields.get(key)
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        raise Refusal(131008, f"The parameter {key} is required and has to be a list of objects.")
    require(1 <= len(value) <= most, f"{key} has {len(value)} items: 1 to {most} are allowed")
    return value


def text(fields: Mapping[str, Any], key: str, most: int) -> str:
    """Return a text that is there, not empty, and not too long."""
    value = fields.get(key)
    if not isinstance(value, str) or not value.strip():
        raise Refusal(131008, f"The parameter {key} is required.")
    require(len(value) <= most, f"{key} is too long: {len(value)} of {most} characters", 100)
    return value


def maybe(fields: Mapping[str, Any], key: str, most: int) -> str | None:
    """Return a text that may be missing."""
    return None if key not in fields else text(fields, key, most)


def known(fields: Mapping[str, Any], *keys: str) -> None:
    """Refuse keys Meta does not know at this place."""
    strange = sorted(fields.keys() - set(keys))
    require(not strange, f"Unexpected key {', '.join(strange)}", 100)
