"""What an answer to one of our requests means."""

import re
from datetime import timedelta

from frontdesk.channels.custom.payloads import name
from frontdesk.core.exchange import Response
from frontdesk.errors import (
    ChannelThrottled,
    ChannelUnauthorised,
    ChannelUnreachable,
    ConversationClosed,
    DeliveryError,
    DeliveryRejected,
)

LONGEST_WAIT = timedelta(days=1)
SECONDS = re.compile("[0-9]{1,9}")


def accepted(response: Response) -> str | None:
    """Return the `id` the other side gave, None where it gave none; raise the DeliveryError any other answer means."""
    if 200 <= response.status < 300:
        answer = response.json()
        return name(answer, "id") if isinstance(answer, dict) else None
    raise _refusal(response)


def _refusal(response: Response) -> DeliveryError:
    said = f"the webhook answers {response.status}"
    match response.status:
        case 410:
            return ConversationClosed(f"{said}: the conversation is over there")
        case 401 | 403:
            return ChannelUnauthorised(f"{said}: see that both sides have the same secret, and their clocks are right")
        case 429:
            return ChannelThrottled(f"{said} and asks us to slow down", _wait(response))
        case 408 | 425:
            return ChannelUnreachable(said)
        case status if status >= 500:
            return ChannelUnreachable(said)
        case status if 300 <= status < 400:
            return DeliveryRejected(f"{said}, and redirects are not followed: give the channel the last address")
        case _:
            reason = " ".join(response.body[:200].decode("utf-8", "replace").split())
            return DeliveryRejected(f"{said}: {reason}" if reason else said)


def _wait(response: Response) -> timedelta | None:
    seconds = response.headers.get("retry-after", "").strip()
    return min(timedelta(seconds=int(seconds)), LONGEST_WAIT) if SECONDS.fullmatch(seconds) else None
