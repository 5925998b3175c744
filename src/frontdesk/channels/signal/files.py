"""Downloading what people sent, and letting the bridge forget it."""

from urllib.parse import quote

from frontdesk.channels.signal.calls import address, authorization
from frontdesk.channels.signal.refusals import failure
from frontdesk.core.channel import Channel, Download
from frontdesk.core.exchange import Exchange, Request
from frontdesk.core.message import Media
from frontdesk.errors import DeliveryRejected

GONE = "the bridge no longer has this file: ask the sender to send it again"
NOT_LOADED = "the bridge did not download this file: ask the sender to send it again, and see that it keeps attachments"


def fetch(media: Media, channel: Channel) -> Exchange[Download]:
    """Download one attachment. The bridge keeps it for ever: `kept` deletes it there once it is stored here."""
    if not media.ref:
        raise DeliveryRejected(NOT_LOADED)
    response = yield attachment(media.ref, channel)
    if response.status == 404:
        raise DeliveryRejected(GONE)
    if response.status != 200:
        raise failure(response, channel)
    mime = media.mime or response.headers.get("content-type")
    return Download(data=response.body, mime=mime, filename=media.filename)


def kept(media: Media, channel: Channel) -> Exchange[None]:
    """Delete an attachment at the bridge; one that is gone already is fine. The setting `delete_attachments` false keeps it."""
    if not media.ref or channel.settings.get("delete_attachments") is False:
        return
    response = yield attachment(media.ref, channel, "DELETE")
    if response.status != 404 and response.status >= 300:
        raise failure(response, channel)


def attachment(ref: str, channel: Channel, method: str = "GET") -> Request:
    """Return the call for a file; an id that leads out of the bridge's folder is refused."""
    if "/" in ref or "\\" in ref or ".." in ref or ref in (".", "") or "\x00" in ref:
        raise DeliveryRejected("an attachment's id that leads elsewhere is not asked for")
    return Request(method, f"{address(channel, 'v1', 'attachments')}/{quote(ref, safe='')}", authorization(channel))
