"""Addresses on the way out: the channels, threads and messages our calls name."""

from frontdesk.channels.slack.installations import is_group
from frontdesk.channels.slack.payloads import Fields, stamp, words
from frontdesk.core.content import Outbound
from frontdesk.errors import DeliveryRejected


def place_of(external_id: str | None) -> tuple[str, str] | None:
    """Split `channel:ts`; None for any other id, such as that of a press or of a file."""
    channel, _, ts = (external_id or "").rpartition(":")
    return (channel, ts) if channel and stamp({"ts": ts}, "ts") and "." in ts else None


def target_of(external_id: str | None) -> tuple[str, str]:
    """Return channel and ts a change is about; DeliveryRejected where the id names none."""
    place = place_of(external_id)
    if place is None:
        raise DeliveryRejected(f"{external_id!r} names no Slack message: a target is written channel:ts")
    return place


def thread_for(message: Outbound) -> str | None:
    """Return the thread a message goes to: its conversation's, or in channels that of the message it answers."""
    if message.thread is not None:
        return message.thread
    place = place_of(message.content.reply_to)
    return place[1] if place and place[0] == message.conversation and is_group(message.conversation) else None


def identity(answer: Fields, message: Outbound) -> str:
    """Name the message sent; one taken but not named is still taken, and our key stands in."""
    channel, ts = words(answer, "channel"), stamp(answer, "ts")
    return f"{channel}:{ts}" if channel and ts else stand_in(message)


def stand_in(message: Outbound) -> str:
    return f"{message.conversation}:{message.key}"
