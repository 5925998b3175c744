"""The channel kinds: one folder each; packages of others join through the entry point `frontdesk.channels`."""

import functools
from collections.abc import Mapping
from importlib.metadata import entry_points

from frontdesk.core.channel import Adapter
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
