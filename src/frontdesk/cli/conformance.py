"""Adapters held against raw payloads and case files of the conformance corpus."""

import base64
import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from frontdesk.channels import adapter
from frontdesk.core.channel import Channel
from frontdesk.core.exchange import Request
from frontdesk.core.vocabulary import flatten
from frontdesk.errors import ConfigurationError, FrontdeskError, MalformedPayload

CREDENTIALS = ("secret_token", "verify_token", "app_secret", "signing_secret", "token", "number")
NOBODY = UUID(int=0)


def channel_for(kind: str, context: Mapping[str, Any]) -> Channel:
    """Return a channel that holds `context` as its settings, and as credentials what are credentials."""
    known = adapter(kind)
    names = {credential.name for credential in known.CREDENTIALS}
    credentials = {name: str(value) for name, value in context.items() if name in names or name in CREDENTIALS}
    return Channel(
        id=NOBODY,
        tenant="none",
        kind=kind,
        name="conformance",
        api_base=known.API_BASE,
        credentials=credentials,
        settings=context,
    )


def parsed(kind: str, body: bytes, headers: Mapping[str, str], context: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return what a body becomes; one that can't be read is one ignored item."""
    try:
        return [
            flatten(event)
            for event in adapter(kind).parse(Request("POST", "", headers, body), channel_for(kind, context))
        ]
    except MalformedPayload as error:
        return [{"kind": "ignored", "reason": "malformed", "detail": str(error)}]


def cases(paths: Sequence[Path]) -> Iterator[dict[str, Any]]:
    """Yield the cases below these paths that say what to expect; ConfigurationError names a file that is none."""
    for root in paths:
        for path in sorted(root.rglob("*.json")) if root.is_dir() else [root]:
            try:
                case = json.loads(path.read_text())
            except (ValueError, RecursionError) as error:
                raise ConfigurationError(f"{path} is no case file: {error}") from None
            if isinstance(case, dict) and "expect" in case and "channel" in case:
                yield case


def judged(case: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the receive endpoint would answer to a case, and the items it would keep."""
    from frontdesk.web import problems

    kind, context = case["channel"], dict(case.get("context") or {})
    headers = {name.lower(): value for name, value in (case.get("headers") or {}).items()}
    result = {"channel": kind, "case": case["case"]}
    try:
        known = adapter(kind)
        channel = channel_for(kind, context)
        request = Request(case.get("method", "POST"), "", headers, body_of(case), case.get("query") or {})
        if signed(case) and not known.verify(request, channel, datetime.now(UTC)):
            raise known.UNSIGNED("the case is not signed")
        return {**result, "status": 200, "items": [flatten(event) for event in known.parse(request, channel)]}
    except FrontdeskError as error:
        return {**result, "status": problems.status_of(error), "items": []}


def signed(case: Mapping[str, Any]) -> bool:
    """Say whether the case brings the secret its own signature is checked with; others are signed by the test."""
    return not {"secret_token", "verify_token"}.isdisjoint(case.get("context") or {})


def body_of(case: Mapping[str, Any]) -> bytes:
    """Return the case's raw body."""
    if "payload_base64" in case:
        return base64.b64decode(case["payload_base64"])
    payload = case.get("payload", "")
    if isinstance(payload, str):
        return payload.encode("utf-8", "surrogatepass")
    return json.dumps(payload, separators=(",", ":")).encode()
