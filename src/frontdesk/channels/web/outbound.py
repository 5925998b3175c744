"""Sending on the web chat: the message is stored already, so it only has to become visible."""

from uuid import UUID

from frontdesk.core.channel import Channel, Download
from frontdesk.core.content import Outbound
from frontdesk.core.exchange import PUBLISH, STORED, Exchange, Request
from frontdesk.core.message import Media, Message
from frontdesk.core.topics import conversation_topic
from frontdesk.errors import DeliveryRejected


def send(message: Outbound, channel: Channel) -> Exchange[str]:
    """Return our own key as external id; the visitor's page reads the message from its stream."""
    yield from ()
    return message.key


def show_typing(conversation: str, thread: str | None, answering: str | None, channel: Channel) -> Exchange[None]:
    """Tell the visitor's open pages."""
    request = Request.post_json(conversation_topic(channel.id, conversation), {"event": "typing", "on": True})
    yield Request(PUBLISH, request.url, request.headers, request.body)


def acknowledge(message: Message, channel: Channel) -> Exchange[None]:
    """Do nothing: the page marks a press by itself."""
    yield from ()


def fetch(media: Media, channel: Channel) -> Exchange[Download]:
    """Return a file a visitor sent."""
    try:
        file_id = UUID(media.ref)
    except ValueError:
        raise DeliveryRejected(f"{media.ref!r} is no file of this channel") from None
    response = yield Request(STORED, f"{channel.tenant}/{file_id}")
    return Download(data=response.body, mime=media.mime, filename=media.filename)


def register(channel: Channel, webhook_url: str) -> Exchange[str]:
    """Say that there is nothing to set up."""
    yield from ()
    return "the web chat needs no registration: embed its element on a page"
