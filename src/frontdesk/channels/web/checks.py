"""What has to be right in a web chat's own settings; nobody is asked."""

import re
from collections.abc import Sequence

from frontdesk.core.channel import Channel, Check, Found
from frontdesk.core.exchange import Exchange
from frontdesk.errors import ConfigurationError

ORIGIN = re.compile(r"\*|https?://[^\s/?#]+")
SHORTEST_SECRET = 16


def checks(channel: Channel, webhook_url: str | None) -> Sequence[Check]:
    """Return what can be told from the channel alone: which pages may use it, and whether secrets can be guessed."""
    return (
        Check("pages", _pages(channel)),
        Check("session key", _secret(channel, "session_key", "visitors' sessions can't be forged")),
        Check("identity secret", _secret(channel, "identity_secret", "signed-in users can't be forged")),
    )


def _pages(channel: Channel) -> Exchange[Found]:
    yield from ()
    origins = channel.settings.get("origins", [])
    if not isinstance(origins, list):
        raise ConfigurationError('the setting origins is no list: write it as ["https://www.example.org"]')
    if wrong := [origin for origin in origins if not isinstance(origin, str) or not ORIGIN.fullmatch(origin)]:
        raise ConfigurationError(
            f"the setting origins has {wrong[0]!r}, which no page comes from: write scheme and host, and nothing after"
            " them, like https://www.example.org"
        )
    if not origins:
        return Found(detail="only those of Frontdesk itself; the setting origins lets others in")
    return Found(detail=f"those of {', '.join(origins)}")


def _secret(channel: Channel, name: str, promise: str) -> Exchange[Found]:
    yield from ()
    if len(channel.secret(name)) < SHORTEST_SECRET:
        raise ConfigurationError(
            f"{name} has under {SHORTEST_SECRET} characters and can be guessed: give the channel a longer one"
        )
    return Found(detail=promise)
