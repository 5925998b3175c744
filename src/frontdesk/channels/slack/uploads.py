"""Files on their way out: Slack gives an address for each, takes its bytes there, and then shares them in one message."""

import mimetypes
import re
from typing import Any
from urllib.parse import unquote

from frontdesk.channels.slack.calls import Call, is_at, perform
from frontdesk.channels.slack.errors import failure
from frontdesk.channels.slack.files import HOSTS, fetch
from frontdesk.channels.slack.installations import PERSON, is_group
from frontdesk.channels.slack.markup import mrkdwn
from frontdesk.channels.slack.payloads import part, words
from frontdesk.channels.slack.targets import stand_in, thread_for
from frontdesk.core.channel import Channel, Download
from frontdesk.core.content import Content, Outbound, OutboundMedia
from frontdesk.core.exchange import Exchange, Request, Response
from frontdesk.core.message import Media
from frontdesk.errors import DeliveryRejected

LARGEST = 1_000_000_000
ADDRESS_PATH = re.compile("[?#]")
DEFAULT_MIME = "application/octet-stream"


def upload(message: Outbound, channel: Channel) -> Exchange[str]:
    """Share files in one message and return our key for it: Slack tells its ts only by an event."""
    content = message.content
    _check(content, message)
    files = []
    for media in content.media:
        files.append((yield from _deposit(media, channel)))
    place = yield from _open(message.conversation, channel)
    arguments: dict[str, Any] = {"files": files, "channel_id": place}
    if thread := thread_for(message):
        arguments["thread_ts"] = thread
    if comment := mrkdwn(content):
        arguments["initial_comment"] = comment
    yield from perform(Call("files.completeUploadExternal", arguments, form=True), channel)
    return stand_in(message)


def _open(conversation: str, channel: Channel) -> Exchange[str]:
    """Return where files can be shared: not with a person's id, unlike words, but in the conversation with them."""
    if not conversation.startswith(PERSON):
        return conversation
    opened = yield from perform(Call("conversations.open", {"users": conversation}), channel)
    return words(part(opened, "channel"), "id") or conversation


def _check(content: Content, message: Outbound) -> None:
    if not content.media:
        raise DeliveryRejected(f"a message of type {content.type} needs a file, and this one has none")
    if content.buttons or content.rows:
        raise DeliveryRejected("a Slack file carries no buttons: send them with a message of their own")
    if content.only_for and is_group(message.conversation):
        raise DeliveryRejected("Slack shows a file to the whole channel: it can't be for one person only")


def _deposit(media: OutboundMedia, channel: Channel) -> Exchange[dict[str, str]]:
    """Hand over one file's bytes; nobody sees it before it is shared."""
    file = yield from _load(media, channel)
    name = media.filename or file.filename or _named(media, file)
    if not 0 < len(file.data) <= LARGEST:
        raise DeliveryRejected(f"the file {name!r} has {len(file.data)} bytes: Slack takes files of 1 byte to 1 GB")
    asked = {"filename": name, "length": str(len(file.data))}
    place = yield from perform(Call("files.getUploadURLExternal", asked, form=True), channel)
    address, number = words(place, "upload_url"), words(place, "file_id")
    if address is None or number is None or not is_at(address, HOSTS, channel):
        raise DeliveryRejected("Slack gave no address of its own to upload to")
    mime = media.mime or file.mime or DEFAULT_MIME
    response = yield Request("POST", address, {"content-type": mime}, file.data)
    if response.status != 200:
        raise failure(_unnamed(response), channel)
    return {"id": number, "title": name}


def _load(media: OutboundMedia, channel: Channel) -> Exchange[Download]:
    """Return the file's bytes: given, or from its address, or from Slack where it is a file people sent."""
    if media.data is not None:
        return Download(data=media.data, mime=media.mime, filename=media.filename)
    if media.url is not None:
        response = yield Request.fetch(media.url)
        if response.status != 200:
            raise DeliveryRejected(f"the file to send can't be loaded: its address answers {response.status}")
        name = unquote(ADDRESS_PATH.split(media.url)[0].rpartition("/")[2]) or None
        return Download(data=response.body, mime=response.headers.get("content-type"), filename=name)
    if media.ref is not None:
        return (yield from fetch(Media(type="document", ref=media.ref, mime=media.mime), channel))
    raise DeliveryRejected(f"the {media.type} to send was not loaded: it has no data, no address and no reference")


def _named(media: OutboundMedia, file: Download) -> str:
    mime = (media.mime or file.mime or "").partition(";")[0]
    return f"{media.type}{mimetypes.guess_extension(mime) or ''}"


def _unnamed(response: Response) -> Response:
    """Return a refusal that is no answer of the Web API's as what its status says."""
    return response if response.status >= 300 else Response(502)
