"""Every deliberate error of Frontdesk, one tree.

FrontdeskError
├── ConfigurationError
├── NotFound
│   ├── TenantUnknown
│   └── ChannelUnknown
├── TenantSuspended
├── Conflict
│   ├── ConversationTaken
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
├── DeliveryError
│   ├── ChannelThrottled
│   ├── ChannelUnreachable
│   │   └── DeliveryInDoubt
│   ├── ChannelUnauthorised
│   ├── OperatorNeeded
│   ├── RecipientOptedOut
│   ├── ConversationClosed
│   ├── ConversationMoved
│   └── DeliveryRejected
│       └── AddressRefused
├── GenAIError
│   ├── GenAIUnreachable
│   │   ├── GenAITooSlow
│   │   ├── GenAIThrottled
│   │   └── GenAIPaused
│   ├── GenAIUnauthorised
│   ├── GenAIRefused
│   ├── GenAIUnusable
│   └── GenAIBudgetSpent
├── TranslationFailed
└── TurnPutOff
"""

from frontdesk.errors.desk import (
    AccessError,
    ChannelUnknown,
    ConfigurationError,
    Conflict,
    ConversationTaken,
    DatabaseUnavailable,
    Forbidden,
    IdempotencyMismatch,
    InvalidInput,
    LeaseLost,
    MalformedPayload,
    MediaUnavailable,
    NotFound,
    PayloadTooLarge,
    PolicyRefusal,
    RateLimited,
    RequestError,
    SecretRefused,
    SignatureInvalid,
    StorageError,
    TenantSuspended,
    TenantUnknown,
    Unauthenticated,
    UnsupportedMediaType,
)
from frontdesk.errors.root import (
    FrontdeskError,
)
from frontdesk.errors.sending import (
    AddressRefused,
    ChannelThrottled,
    ChannelUnauthorised,
    ChannelUnreachable,
    ConversationClosed,
    ConversationMoved,
    DeliveryError,
    DeliveryInDoubt,
    DeliveryRejected,
    OperatorNeeded,
    RecipientOptedOut,
)
from frontdesk.errors.understanding import (
    GenAIBudgetSpent,
    GenAIError,
    GenAIPaused,
    GenAIRefused,
    GenAIThrottled,
    GenAITooSlow,
    GenAIUnauthorised,
    GenAIUnreachable,
    GenAIUnusable,
    TranslationFailed,
    TurnPutOff,
)

__all__ = [
    "AccessError",
    "AddressRefused",
    "ChannelThrottled",
    "ChannelUnauthorised",
    "ChannelUnknown",
    "ChannelUnreachable",
    "ConfigurationError",
    "Conflict",
    "ConversationClosed",
    "ConversationMoved",
    "ConversationTaken",
    "DatabaseUnavailable",
    "DeliveryError",
    "DeliveryInDoubt",
    "DeliveryRejected",
    "Forbidden",
    "FrontdeskError",
    "GenAIBudgetSpent",
    "GenAIError",
    "GenAIPaused",
    "GenAIRefused",
    "GenAIThrottled",
    "GenAITooSlow",
    "GenAIUnauthorised",
    "GenAIUnreachable",
    "GenAIUnusable",
    "IdempotencyMismatch",
    "InvalidInput",
    "LeaseLost",
    "MalformedPayload",
    "MediaUnavailable",
    "NotFound",
    "OperatorNeeded",
    "PayloadTooLarge",
    "PolicyRefusal",
    "RateLimited",
    "RecipientOptedOut",
    "RequestError",
    "SecretRefused",
    "SignatureInvalid",
    "StorageError",
    "TenantSuspended",
    "TenantUnknown",
    "TranslationFailed",
    "TurnPutOff",
    "Unauthenticated",
    "UnsupportedMediaType",
]
