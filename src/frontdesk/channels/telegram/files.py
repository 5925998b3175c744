"""Downloading what people sent."""

from pathlib import PurePosixPath
from urllib.parse import quote

from frontdesk.channels.telegram.calls import Call
from frontdesk.channels.telegram.errors import accepted, failure, says
from frontdesk.channels.telegram.payloads import whole, words
from frontdesk.core.channel import Channel, Download
from frontdesk.core.exchange import Exchange, Request
from frontdesk.core.message import Media
from frontdesk.errors import DeliveryRejected

LARGEST = 20_000_000
TOO_LARGE = "the file is over 20 MB, more than Telegram lets bots download: ask the sender for a smaller one or a link"
GONE = "Telegram no longer has this file: ask the sender to send it again"


def fetch(media: Media, channel: Channel) -> Exchange[Download]:
    """Ask where the file lies and download it; the address holds for an hour, so it is asked for each time."""
    if media.size is not None and media.size > LARGEST:
        raise DeliveryRejected(TOO_LARGE)
    path = yield from _locate(media, channel)
    address = f"{channel.api_base.rstrip('/')}/file/bot{channel.secret('token')}/{quote(path)}"
    response = yield Request.get(address)
    if response.status == 404:
        raise DeliveryRejected(GONE)
    if response.status != 200:
        raise failure(response, channel)
    # the content type of the answer is unreliable: what the message said about the file is better
    return Download(data=response.body, mime=media.mime, filename=media.filename or PurePosixPath(path).name)


def _locate(media: Media, channel: Channel) -> Exchange[str]:
    response = yield Call("getFile", {"file_id": media.ref}).request(channel)
    if says(response, "file is too big"):
        raise DeliveryRejected(TOO_LARGE)
    result = accepted(response, channel)
    file = result if isinstance(result, dict) else {}
    if (whole(file, "file_size") or 0) > LARGEST:
        raise DeliveryRejected(TOO_LARGE)
    path = words(file, "file_path")
    if path is None:
        raise DeliveryRejected(GONE)
    return path
