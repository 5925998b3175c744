"""What keeps a message from being sent."""

from datetime import timedelta

from frontdesk.errors.root import FrontdeskError


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
