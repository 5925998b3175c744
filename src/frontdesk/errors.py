"""Every deliberate error of Frontdesk, one tree.

FrontdeskError
├── ConfigurationError
├── NotFound
│   ├── TenantUnknown
│   └── ChannelUnknown
├── TenantSuspended
├── Conflict
│   └── IdempotencyMismatch
├── AccessError
│   ├── Unauthenticated
│   ├── Forbidden
│   ├── SignatureInvalid
│   └── SecretRefused
├── RequestError
│   ├── MalformedPayload
│   ├── PayloadTooLarge
│   ├── UnsupportedMediaType
│   ├── InvalidInput
│   └── RateLimited
├── StorageError
│   ├── DatabaseUnavailable
│   ├── MediaUnavailable
│   └── LeaseLost
├── PolicyRefusal
└── DeliveryError
    ├── ChannelThrottled
    ├── ChannelUnreachable
    │   └── DeliveryInDoubt
    ├── ChannelUnauthorised
    ├── OperatorNeeded
    ├── RecipientOptedOut
    ├── ConversationClosed
    ├── ConversationMoved
    └── DeliveryRejected
        └── AddressRefused
"""

from datetime import timedelta


class FrontdeskError(Exception):
    """Something Frontdesk says on purpose: it names the thing and the remedy."""

    code = "internal_error"
    retryable = False


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


class DeliveryError(FrontdeskError):
    """A provider did not take a message."""

    code = "delivery_failed"


class ChannelThrottled(DeliveryError):
    """The channel asked us to slow down."""

    code = "channel_throttled"
    retryable = True

    def __init__(
        self, message: str = "the provider asks us to slow down", retry_after: timedelta | None = None
    ) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class ChannelUnreachable(DeliveryError):
    """The provider can't be reached or fails on its side (5xx)."""

    code = "channel_unreachable"
    retryable = True


class DeliveryInDoubt(ChannelUnreachable):
    """The request was written and no answer came: the provider may have taken it."""

    code = "delivery_in_doubt"


class ChannelUnauthorised(DeliveryError):
    """The channel's credentials are wrong or revoked: stop the channel and tell the operator."""

    code = "channel_unauthorised"


class OperatorNeeded(DeliveryError):
    """A person has to do something at the provider before this message can go: the message says what."""

    code = "operator_needed"


class RecipientOptedOut(DeliveryError):
    """The contact blocked us or is gone: mark the contact, send nothing more."""

    code = "recipient_opted_out"


class ConversationClosed(DeliveryError):
    """We were removed from the group or chat: close the conversation."""

    code = "conversation_closed"


class ConversationMoved(DeliveryError):
    """The chat has a new id: store it and send there."""

    code = "conversation_moved"
    retryable = True

    def __init__(self, new_conversation: str) -> None:
        super().__init__(f"the conversation moved to {new_conversation}")
        self.new_conversation = new_conversation


class DeliveryRejected(DeliveryError):
    """The provider refuses this message for good; the message holds its reason."""

    code = "delivery_rejected"


class AddressRefused(DeliveryRejected):
    """An address leads to where Frontdesk does not ask: the message says which setting would let it."""

    code = "address_refused"
