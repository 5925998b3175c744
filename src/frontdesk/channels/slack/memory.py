"""Finding a message again that may have arrived: by our key in its metadata."""

from uuid import UUID

from frontdesk.channels.slack.calls import Call
from frontdesk.channels.slack.errors import accepted
from frontdesk.channels.slack.outbound import KEY, shows_by_address
from frontdesk.channels.slack.payloads import Fields, part, parts, stamp, words
from frontdesk.channels.slack.targets import thread_for
from frontdesk.core.channel import Channel
from frontdesk.core.content import Outbound
from frontdesk.core.exchange import Exchange
from frontdesk.errors import ChannelThrottled, ChannelUnreachable, DeliveryError

MOST = 15  # what Slack allows apps outside its marketplace
EARLIER = 60
UUID_OF_TIME = 7


def recall(message: Outbound, channel: Channel) -> Exchange[str | None]:
    """Look for our key in the latest messages of the conversation or thread; None where Slack doesn't let us look.

    Files, ephemeral messages and answers by address bear no key. ChannelThrottled and ChannelUnreachable are raised:
    looking later may help.
    """
    content = message.content
    keyed = content.type == "text" or (content.type == "image" and shows_by_address(content))
    if not keyed or content.only_for:
        return None
    response = yield _call(message).request(channel)
    try:
        answer = accepted(response, channel)
    except (ChannelThrottled, ChannelUnreachable):
        raise
    except DeliveryError:
        return None
    found = next((said for said in parts(answer, "messages") if _key(said) == message.key), None)
    ts = stamp(found, "ts") if found else None
    return f"{message.conversation}:{ts}" if ts else None


def _call(message: Outbound) -> Call:
    """Return the call for what was said since the message was written; a thread is read from its start otherwise."""
    arguments = {"channel": message.conversation, "limit": str(MOST), "include_all_metadata": "true"}
    since = _written_at(message.key)
    if since is not None:
        arguments["oldest"] = f"{since - EARLIER}.000000"
    thread = thread_for(message)
    if thread:
        return Call("conversations.replies", {**arguments, "ts": thread}, form=True)
    return Call("conversations.history", arguments, form=True)


def _key(said: Fields) -> str | None:
    metadata = part(said, "metadata")
    return words(part(metadata, "event_payload"), "key") if metadata.get("event_type") == KEY else None


def _written_at(key: str) -> int | None:
    """Return the Unix second in a key that is a UUID of version 7; other keys tell nothing."""
    try:
        number = UUID(key)
    except ValueError:
        return None
    return (number.int >> 80) // 1000 if number.version == UUID_OF_TIME else None
