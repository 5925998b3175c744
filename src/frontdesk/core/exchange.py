"""HTTP as values: what an adapter reads from a webhook, asks a provider for, and gets back (sans-I/O)."""

import json
from collections.abc import Generator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from frontdesk.errors import ChannelUnreachable, DeliveryRejected, MalformedPayload

T = TypeVar("T")

STORED = "STORED"
"""The method of a request for a file of our own; its url is `tenant/file id`."""

PUBLISH = "PUBLISH"
"""The method of a request to our own live topics; its url is the topic. For channels whose provider we are ourselves."""


FETCH = "FETCH"
"""The method of a GET for an address that somebody outside chose: only public addresses are asked, redirects followed."""

CONVERT = "CONVERT"
"""The method of a request to make a file of another type; its url is the MIME type wanted, its body the file."""


@dataclass(frozen=True, slots=True)
class Upload:
    """One file part of a multipart request."""

    filename: str
    mime: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Request:
    """An HTTP request, inbound or outbound. Header names are lower-case.

    `url` may hold a secret (Telegram puts its token there), so it is left out of the repr.
    """

    method: str
    url: str = field(repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes = field(default=b"", repr=False)
    query: Mapping[str, str] = field(default_factory=dict)
    fields: Mapping[str, str] = field(default_factory=dict, repr=False)
    uploads: Mapping[str, Upload] = field(default_factory=dict, repr=False)

    @staticmethod
    def get(url: str, headers: Mapping[str, str] | None = None) -> "Request":
        return Request("GET", url, headers or {})

    @staticmethod
    def post_json(url: str, body: Mapping[str, Any], headers: Mapping[str, str] | None = None) -> "Request":
        encoded = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
        return Request("POST", url, {"content-type": "application/json", **(headers or {})}, encoded)

    @staticmethod
    def post_form(url: str, fields: Mapping[str, str], headers: Mapping[str, str] | None = None) -> "Request":
        return Request("POST", url, headers or {}, fields=fields)

    @staticmethod
    def fetch(url: str, headers: Mapping[str, str] | None = None) -> "Request":
        """Ask for a file at an address somebody outside chose."""
        return Request(FETCH, url, headers or {})

    @staticmethod
    def convert(data: bytes, mime: str) -> "Request":
        """Ask for a file as one of another type."""
        return Request(CONVERT, mime, body=data)

    @staticmethod
    def post_multipart(url: str, fields: Mapping[str, str], uploads: Mapping[str, Upload]) -> "Request":
        return Request("POST", url, fields=fields, uploads=uploads)

    def json(self) -> Any:
        """Return the body as JSON; MalformedPayload where it is none, not UTF-8, too deep, or holds NaN or Infinity."""
        return read_json(self.body)


@dataclass(frozen=True, slots=True)
class Response:
    """A provider's answer."""

    status: int
    body: bytes = field(default=b"", repr=False)
    headers: Mapping[str, str] = field(default_factory=dict)

    def json(self) -> Any:
        """Return the body as JSON, or an empty dict where it is none."""
        try:
            return read_json(self.body)
        except MalformedPayload:
            return {}

    def raise_for_delivery(self) -> None:
        """Raise what any provider's bare status means: 5xx unreachable (worth a retry), other failures a refusal."""
        if self.status >= 500:
            raise ChannelUnreachable(f"the provider answers {self.status}")
        if self.status >= 400:
            raise DeliveryRejected(f"the provider answers {self.status}: {self.body[:200].decode('utf-8', 'replace')}")


Exchange = Generator[Request, Response, T]
"""Yields requests, receives their responses, returns the result; `http.py` drives it."""


def _refuse_constant(name: str) -> float:
    raise ValueError(f"{name} is not JSON")


def read_json(body: bytes) -> Any:
    """Parse JSON as RFC 8259 has it; MalformedPayload for anything else."""
    try:
        return json.loads(body.decode("utf-8"), parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise MalformedPayload(f"the body is not JSON: {str(error)[:120]}") from None
