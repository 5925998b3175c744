"""Small signs to the person: an answer is coming, a message was read."""

from frontdesk.channels.signal.calls import call, perform
from frontdesk.channels.signal.targets import message_of, recipient, sender
from frontdesk.core.channel import Channel
from frontdesk.core.exchange import Exchange
from frontdesk.core.message import Message


def show_typing(conversation: str, thread: str | None, answering: str | None, channel: Channel) -> Exchange[None]:
    """Show that somebody types, for about 15 seconds; the message itself ends it."""
    steps = ("v1", "typing-indicator", sender(channel))
    yield from perform(call("PUT", channel, steps, {"recipient": recipient(conversation)}), channel, conversation)


def acknowledge(message: Message, channel: Channel) -> Exchange[None]:
    """Send a read receipt to the author, also in a group, unless the setting `read_receipts` is false."""
    named = message_of(message.external_id, channel)
    if named is None or channel.settings.get("read_receipts") is False:
        return
    author, timestamp = named
    body = {"recipient": author, "receipt_type": "read", "timestamp": timestamp}
    yield from perform(call("POST", channel, ("v1", "receipts", sender(channel)), body), channel, author)
