"""What is wrong with the installation, a request, whoever asks, or where things are kept."""

from datetime import timedelta

from frontdesk.errors.root import FrontdeskError


class ConfigurationError(FrontdeskError):
    """The installation's settings can't work; the message lists every fault found."""

    code = "configuration_invalid"


class NotFound(FrontdeskError):
    """Nothing of that name or id is here."""

    code = "not_found"


class TenantUnknown(NotFound):
    """No tenant has this code (also said of a deleted one)."""

    code = "tenant_unknown"


class ChannelUnknown(NotFound):
    """No channel of the tenant has this kind and token."""

    code = "channel_unknown"


class TenantSuspended(FrontdeskError):
    """The tenant exists and is suspended: nothing is received or sent for it."""

    code = "tenant_suspended"


class Conflict(FrontdeskError):
    """The thing exists already, or changed under the caller."""

    code = "conflict"


class ConversationTaken(Conflict):
    """Another agent has this conversation; the message names who."""

    code = "conversation_taken"


class IdempotencyMismatch(Conflict):
    """The same idempotency key came with another body."""

    code = "idempotency_mismatch"


class AccessError(FrontdeskError):
    """Whoever asks may not have this."""

    code = "access_refused"


class Unauthenticated(AccessError):
    """No valid key or session came with the request."""

    code = "unauthenticated"


class Forbidden(AccessError):
    """The key is valid and lacks the scope or the tenant."""

    code = "forbidden"


class SignatureInvalid(AccessError):
    """The webhook's signature is missing or wrong."""

    code = "signature_invalid"


class SecretRefused(AccessError):
    """The webhook's shared secret is missing or wrong."""

    code = "secret_refused"


class RequestError(FrontdeskError):
    """The request itself is at fault; the same request will fail again."""

    code = "request_invalid"


class MalformedPayload(RequestError):
    """The body can't be read: not JSON, not UTF-8, or nested too deep."""

    code = "malformed_payload"


class PayloadTooLarge(RequestError):
    """The body is over the limit."""

    code = "payload_too_large"


class UnsupportedMediaType(RequestError):
    """The content type is none of those the endpoint reads."""

    code = "unsupported_media_type"


class InvalidInput(RequestError):
    """A field has a value that can't be used; the message names both."""

    code = "invalid_input"


class RateLimited(RequestError):
    """Too many requests in this window."""

    code = "rate_limited"
    retryable = True

    def __init__(self, message: str, retry_after: timedelta) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class StorageError(FrontdeskError):
    """PostgreSQL, or the media store, could not do what was asked."""

    code = "storage_error"


class DatabaseUnavailable(StorageError):
    """PostgreSQL is away, starting, or out of connections."""

    code = "database_unavailable"
    retryable = True


class MediaUnavailable(StorageError):
    """The media store is away, full, or refuses us."""

    code = "media_unavailable"
    retryable = True


class LeaseLost(StorageError):
    """Another worker holds this work, or has finished it: change nothing."""

    code = "lease_lost"


class PolicyRefusal(FrontdeskError):
    """The sending policy says no; the reason is its code."""

    code = "policy_refused"
