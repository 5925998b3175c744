"""Downloading files that events name by their address."""

from frontdesk.core.channel import Channel, Download
from frontdesk.core.exchange import Exchange, Request
from frontdesk.core.message import Media
from frontdesk.errors import ChannelUnreachable, DeliveryRejected


def fetch(media: Media, channel: Channel) -> Exchange[Download]:
    """Get the file; only public addresses are asked, since whoever posts events chooses them."""
    response = yield Request.fetch(media.ref)
    if response.status >= 500 or response.status == 429:
        raise ChannelUnreachable(f"the file's server answers {response.status}")
    if response.status != 200:
        raise DeliveryRejected(f"the file's server answers {response.status}")
    mime = media.mime or response.headers.get("content-type", "").partition(";")[0].strip().lower() or None
    return Download(data=response.body, mime=mime, filename=media.filename)
