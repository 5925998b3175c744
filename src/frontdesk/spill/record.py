"""One request as it came, and the line of a file it becomes."""

import base64
import binascii
import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from frontdesk.core.exchange import Request

Key = tuple[str, str, str]
"""Tenant, kind and token: the path of a channel's webhook, within which order is kept."""

UNWANTED = frozenset({"cookie", "connection", "host", "user-agent", "accept", "accept-encoding", "content-length"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A request that could not be stored. `verified` says that it was checked before; else that is done at its replay."""

    key: Key = field(repr=False)
    at: datetime
    verified: bool
    body: bytes = field(repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    query: Mapping[str, str] = field(default_factory=dict, repr=False)
    traceparent: str | None = None

    @classmethod
    def of(cls, key: Key, request: Request, *, verified: bool, traceparent: str | None) -> "Record":
        """Keep of a request what is needed to take it once more: what signs it only if nobody has looked at that yet."""
        wanted = {
            name: value
            for name, value in request.headers.items()
            if name not in UNWANTED and (name == "content-type" or not verified)
        }
        return cls(
            key=key,
            at=datetime.now(UTC),
            verified=verified,
            body=request.body,
            headers=wanted,
            query={} if verified else dict(request.query),
            traceparent=traceparent,
        )

    def request(self) -> Request:
        return Request("POST", "", self.headers, self.body, self.query)


def dump(record: Record) -> bytes:
    """Return the record's line."""
    document = {
        "key": record.key,
        "at": record.at.isoformat(),
        "verified": record.verified,
        "headers": record.headers,
        "query": record.query,
        "traceparent": record.traceparent,
        "body": base64.b64encode(record.body).decode(),
    }
    return line_of(document)


def load(line: bytes) -> Record:
    """Return a line's record; ValueError where it is broken."""
    document = document_of(line)
    try:
        return Record(
            key=tuple(document["key"]),
            at=datetime.fromisoformat(document["at"]),
            verified=document["verified"] is True,
            body=base64.b64decode(document["body"]),
            headers=document["headers"],
            query=document["query"],
            traceparent=document["traceparent"],
        )
    except (KeyError, TypeError, binascii.Error) as error:
        raise ValueError(f"no record: {error!r}") from None


def done_mark(offset: int) -> bytes:
    """Return the line that says the record at `offset` of the same file is done."""
    return line_of({"done": offset})


def line_of(document: Mapping[str, Any]) -> bytes:
    """Return a document as a line that begins with its checksum."""
    text = json.dumps(document, ensure_ascii=True, separators=(",", ":")).encode()
    return b"%08x %s\n" % (zlib.crc32(text), text)


def document_of(line: bytes) -> dict[str, Any]:
    """Return a line's document; ValueError where the line is torn or was changed."""
    checksum, _, text = line.removesuffix(b"\n").partition(b" ")
    if not line.endswith(b"\n") or checksum != b"%08x" % zlib.crc32(text):
        raise ValueError("the checksum does not fit")
    document = json.loads(text)
    if not isinstance(document, dict):
        raise ValueError("no document")
    return document
