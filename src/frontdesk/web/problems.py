"""Errors as problem+json (RFC 9457): the status of every error code stands here."""

import json
from collections.abc import Mapping
from datetime import timedelta

from frontdesk import errors
from frontdesk.errors import FrontdeskError, RateLimited

TYPE = b"application/problem+json"

STATUS: Mapping[type[FrontdeskError], int] = {
    errors.NotFound: 404,
    errors.TenantSuspended: 403,
    errors.Conflict: 409,
    errors.IdempotencyMismatch: 422,
    errors.AccessError: 403,
    errors.Unauthenticated: 401,
    errors.Forbidden: 403,
    errors.SignatureInvalid: 401,
    errors.SecretRefused: 403,
    errors.RequestError: 400,
    errors.MalformedPayload: 400,
    errors.PayloadTooLarge: 413,
    errors.UnsupportedMediaType: 415,
    errors.InvalidInput: 422,
    errors.RateLimited: 429,
    errors.PolicyRefusal: 409,
    errors.DatabaseUnavailable: 503,
    errors.MediaUnavailable: 503,
    errors.DeliveryError: 502,
    errors.GenAIError: 502,
    errors.GenAIPaused: 503,
    errors.GenAIBudgetSpent: 429,
    errors.TranslationFailed: 502,
    errors.TurnPutOff: 503,
    FrontdeskError: 500,
}


def status_of(error: FrontdeskError) -> int:
    """Return the HTTP status of an error: its own, or that of the nearest kind above it."""
    return next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)


def document(error: FrontdeskError) -> bytes:
    """Return the problem document."""
    title = (type(error).__doc__ or type(error).__name__).split(":", 1)[0].split("\n", 1)[0].rstrip(".")
    return problem(status_of(error), error.code, title, str(error))


def problem(status: int, code: str, title: str, detail: str) -> bytes:
    return json.dumps(
        {"type": f"urn:frontdesk:problem:{code}", "title": title, "status": status, "code": code, "detail": detail}
    ).encode()


def broken() -> bytes:
    """Return the document of a fault of ours: what broke stands in the log, not here."""
    return problem(500, "internal_error", "Something broke on our side", "the fault is logged with its trace")


def headers_of(error: FrontdeskError) -> list[tuple[bytes, bytes]]:
    """Return the headers an error's answer carries besides its type."""
    match error:
        case (
            RateLimited(retry_after=wait)
            | errors.GenAIPaused(retry_after=timedelta() as wait)
            | errors.GenAIBudgetSpent(retry_after=timedelta() as wait)
        ):
            return [(b"retry-after", str(max(1, round(wait.total_seconds()))).encode())]
        case errors.DatabaseUnavailable() | errors.MediaUnavailable():
            return [(b"retry-after", b"2")]
        case errors.Unauthenticated():
            return [(b"www-authenticate", b"Bearer")]
    return []
