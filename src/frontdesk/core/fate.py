"""What becomes of a delivery: decided here, stored by `store/deliveries.py`."""

from dataclasses import dataclass
from datetime import timedelta

from frontdesk.core.retry import jittered, next_wait
from frontdesk.errors import (
    ChannelThrottled,
    ChannelUnauthorised,
    ConversationMoved,
    DeliveryError,
    DeliveryInDoubt,
    FrontdeskError,
    OperatorNeeded,
)

LONGEST_FLOOD = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Sent:
    """The provider took it."""

    external_id: str | None
    policy: str


@dataclass(frozen=True, slots=True)
class Refused:
    """Our own policy forbids it, for good."""

    reason: str


@dataclass(frozen=True, slots=True)
class Waits:
    """Not now: policy or pace say when to ask again. This was no try.

    What `steps_aside` lets later messages of its conversation go first: an answer does not wait for a notice's morning.
    """

    after: timedelta
    steps_aside: bool = False


@dataclass(frozen=True, slots=True)
class Failed:
    """The provider refuses it for good."""

    error: FrontdeskError


@dataclass(frozen=True, slots=True)
class Postponed:
    """It failed for now and is tried again; `counted` where this was one of the tries it has."""

    error: FrontdeskError
    after: timedelta
    counted: bool = True

    @property
    def in_doubt(self) -> bool:
        return isinstance(self.error, DeliveryInDoubt)


@dataclass(frozen=True, slots=True)
class Buried:
    """It is out of tries, in doubt on a channel that holds such, or its channel must be mended: a dead letter."""

    error: FrontdeskError


Fate = Sent | Refused | Waits | Failed | Postponed | Buried


def fate_of(error: DeliveryError, attempts: int, limit: int) -> Fate:
    """Say what a provider's failure means for the message."""
    match error:
        case ChannelThrottled(retry_after=wait):
            return Postponed(error, min(wait or timedelta(seconds=5), LONGEST_FLOOD), counted=False)
        case ConversationMoved() if attempts < limit:
            return Postponed(error, timedelta(0))
        case ChannelUnauthorised() | OperatorNeeded():
            return Buried(error)
    if not error.retryable:
        return Failed(error)
    wait = next_wait(attempts, limit=limit)
    return Postponed(error, jittered(wait)) if wait else Buried(error)
