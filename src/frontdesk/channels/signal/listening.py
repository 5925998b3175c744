"""How messages come to us: posted by the bridge, over a websocket, or asked for."""

from datetime import timedelta
from typing import Literal, get_args
from urllib.parse import urlencode

from frontdesk.channels.signal.calls import address, authorization
from frontdesk.channels.signal.payloads import whole
from frontdesk.channels.signal.targets import sender
from frontdesk.core.channel import Channel, Source
from frontdesk.core.exchange import Exchange
from frontdesk.errors import ConfigurationError

Way = Literal["webhook", "websocket", "poll"]

POLL = {"timeout": "5", "ignore_stories": "true", "send_read_receipts": "false"}
MOST_MESSAGES = 100
"""How many messages a poll hands out: what was handed out is gone, should we be gone, too."""


def way(channel: Channel) -> Way:
    """Return how the channel receives; ConfigurationError names the ways where it is none of them."""
    chosen = channel.settings.get("receive", "webhook")
    for known in get_args(Way):
        if chosen == known:
            return known  # type: ignore[no-any-return]
    raise ConfigurationError(
        f"channel {channel.name!r} (signal): the setting receive is one of {', '.join(get_args(Way))}, not {chosen!r}"
    )


def source(channel: Channel) -> Source | None:
    """Return where to listen, None where the bridge posts (RECEIVE_WEBHOOK_URL).

    The setting `poll_seconds` says how long to wait between two polls; 1 by default.
    """
    match way(channel):
        case "webhook":
            return None
        case "websocket":
            url = address(channel, "v1", "receive", sender(channel))
            return Source(way="websocket", url="ws" + url.removeprefix("http"), headers=authorization(channel))
        case "poll":
            query = urlencode({**POLL, "max_messages": MOST_MESSAGES})
            every = timedelta(seconds=whole(channel.settings, "poll_seconds") or 1)
            url = f"{address(channel, 'v1', 'receive', sender(channel))}?{query}"
            return Source(way="poll", url=url, headers=authorization(channel), every=every)


def register(channel: Channel, webhook_url: str) -> Exchange[str]:
    """Say what the bridge has to be started with: it can't be told over its API."""
    yield from ()
    match way(channel):
        case "webhook":
            return (
                f"nothing was set up at the bridge: start it with MODE=json-rpc and RECEIVE_WEBHOOK_URL={webhook_url}"
            )
        case "websocket":
            return "nothing to register: Frontdesk listens at the bridge, which has to run with MODE=json-rpc"
        case "poll":
            return "nothing to register: Frontdesk asks the bridge, which has to run with MODE=native or MODE=normal"
