"""What has to be right for a custom channel to work: a secret nobody guesses, and an address that takes our posts."""

from collections.abc import Sequence

from frontdesk.channels.custom.answers import accepted
from frontdesk.channels.custom.outbound import posted
from frontdesk.channels.custom.signature import key_of
from frontdesk.core.channel import Channel, Check, Found
from frontdesk.core.exchange import Exchange
from frontdesk.errors import ConfigurationError

SHORTEST_KEY = 24  # bytes; the scheme asks for 24 to 64


def checks(channel: Channel, webhook_url: str | None) -> Sequence[Check]:
    """Return the secret's check first: without it the other side can't believe a post."""
    return (Check("secret", _secret(channel)), Check("address", _address(channel)))


def _secret(channel: Channel) -> Exchange[Found]:
    yield from ()
    if len(key_of(channel)) < SHORTEST_KEY:
        raise ConfigurationError(
            f"the secret has under {SHORTEST_KEY} bytes, or is no base64 after whsec_: give the channel a longer one"
        )
    return Found(detail="posts in both directions are signed with it")


def _address(channel: Channel) -> Exchange[Found]:
    """Post an event of type `ping`, which any handler may ignore."""
    response = yield posted(channel, f"ping_{channel.id}", {"type": "ping", "channel": str(channel.id)})
    accepted(response)
    return Found(detail="it takes our signed posts")
