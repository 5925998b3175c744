"""The channel kinds: one folder each; packages of others join through the entry point `frontdesk.channels`."""

import functools
from collections.abc import Callable, Mapping
from importlib.metadata import entry_points

from frontdesk.core import plain
from frontdesk.core.channel import Adapter, Channel
from frontdesk.core.exchange import Exchange
from frontdesk.core.message import Media
from frontdesk.errors import ChannelUnknown


@functools.cache
def adapters() -> Mapping[str, Adapter]:
    """Return every installed adapter by its kind."""
    return {point.name: point.load() for point in entry_points(group="frontdesk.channels")}


def adapter(kind: str) -> Adapter:
    """Return the adapter of a kind; ChannelUnknown names those there are."""
    try:
        return adapters()[kind]
    except KeyError:
        raise ChannelUnknown(f"no channel kind {kind[:40]!r}: there are {', '.join(sorted(adapters()))}") from None


def kept(media: Media, channel: Channel) -> Exchange[None]:
    """Tell the provider that a file of its is kept here: an adapter's `kept`, where its kind has one."""
    tell: Callable[[Media, Channel], Exchange[None]] = vars(adapter(channel.kind)).get("kept", plain.kept)
    return tell(media, channel)


def pace_of(channel: Channel) -> float | None:
    """Return how many messages a second a channel may send: its setting `per_second`, else its provider's limit.

    Behind another `api_base` stands another server, whose limits only the tenant knows.
    """
    kind, given = adapter(channel.kind), channel.settings.get("per_second")
    if isinstance(given, int | float) and given > 0:
        return float(given)
    return kind.LIMITS.per_second if channel.api_base == kind.API_BASE else None


def resends_in_doubt(channel: Channel) -> bool:
    """Say whether a message is sent again that may have arrived: its setting `in_doubt` (send, hold), else its kind's."""
    return {"send": True, "hold": False}.get(
        str(channel.settings.get("in_doubt")), adapter(channel.kind).RESENDS_IN_DOUBT
    )
