"""The three bodies Slack posts: JSON of the Events API, a form with JSON in it, and the fields of a slash command."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

from frontdesk.core.exchange import Request, read_json
from frontdesk.errors import MalformedPayload

FORM = "application/x-www-form-urlencoded"
MOST_FIELDS = 200


def payload_of(request: Request) -> Any:
    """Return the body's JSON, that inside a form's `payload`, or a form's own fields; MalformedPayload where unreadable."""
    if not _is_form(request):
        return request.json()
    fields = _fields(request.body)
    return read_json(fields["payload"].encode("utf-8", "replace")) if "payload" in fields else fields


def _is_form(request: Request) -> bool:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    return kind == FORM or (not kind and request.body[:1] not in (b"{", b"["))


def _fields(body: bytes) -> Mapping[str, str]:
    try:
        pairs = parse_qsl(body.decode("utf-8"), keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError as error:
        raise MalformedPayload(f"the body is no form: {str(error)[:120]}") from None
    return dict(pairs)
