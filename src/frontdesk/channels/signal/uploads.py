"""Files on their way out: they travel inside the JSON as base64, with type and name before them."""

import mimetypes
import re
from base64 import b64encode
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from frontdesk.channels.signal.calls import perform
from frontdesk.channels.signal.files import attachment
from frontdesk.core.channel import Channel
from frontdesk.core.content import Content, OutboundMedia
from frontdesk.core.exchange import Exchange, Request
from frontdesk.errors import ChannelUnreachable, DeliveryRejected

LARGEST = 100_000_000
VOICE = "audio/aac"
"""What every Signal app records and plays; iPhones play no Ogg."""
PLAYED = frozenset({"audio/aac", "audio/mp4", "audio/x-m4a", "audio/mpeg"})
UNSAFE = re.compile(r"""[\x00-\x1f\x7f-\x9f;,"'/\\:\ud800-\udfff]""")
STICKER = re.compile(r"[0-9A-Fa-f]{32}:[0-9]{1,10}")


def attached(content: Content, channel: Channel) -> Exchange[list[str]]:
    """Return a message's files as the bridge takes them, fetched where only an address is known."""
    if not content.media:
        raise DeliveryRejected(f"a message of type {content.type} needs a file, and this one has none")
    found = []
    for media in content.media:
        found.append((yield from _attached(media, channel)))
    return found


def sticker_of(content: Content) -> str | None:
    """Return the sticker of a pack that is meant, `packId:stickerId`; a picture is none, and goes as a picture."""
    media = content.media[0] if content.type == "sticker" and content.media else None
    return media.ref if media and media.ref and STICKER.fullmatch(media.ref) else None


def _as_voice(data: bytes, mime: str, filename: str | None) -> Exchange[tuple[bytes, str, str | None]]:
    """Make sound of a kind that Signal's apps play; where that can't be done it goes as it is."""
    try:
        response = yield Request.convert(data, VOICE)
    except DeliveryRejected:
        return data, mime, filename
    return response.body, VOICE, None


def _attached(media: OutboundMedia, channel: Channel) -> Exchange[str]:
    data, mime, filename = yield from _loaded(media, channel)
    mime = (media.mime or mime or _guessed(media.filename or filename)).partition(";")[0].strip().lower()
    filename = media.filename or filename
    if media.type == "voice" and mime not in PLAYED:
        data, mime, filename = yield from _as_voice(data, mime, filename)
    if not data:
        raise DeliveryRejected(f"the {media.type} to send is empty")
    if len(data) > LARGEST:
        raise DeliveryRejected(f"the {media.type} to send is over 100 MB, more than Signal takes")
    encoded = b64encode(data).decode()
    return f"data:{mime};filename={_named(filename, mime, media.type)};base64,{encoded}"


def _loaded(media: OutboundMedia, channel: Channel) -> Exchange[tuple[bytes, str | None, str | None]]:
    """Return a file with the type and the name found with it."""
    if media.data is not None:
        return media.data, None, None
    if media.ref:
        answer = yield from perform(attachment(media.ref, channel), channel)
        return answer.body, answer.headers.get("content-type"), media.ref
    if not media.url:
        raise DeliveryRejected(f"the {media.type} to send was not loaded: it has neither data nor an address")
    answer = yield Request.fetch(media.url)
    host = urlsplit(media.url).hostname
    if answer.status >= 500:
        raise ChannelUnreachable(f"the file at {host} can't be fetched now: it answers {answer.status}")
    if answer.status != 200:
        raise DeliveryRejected(f"the file at {host} can't be fetched: it answers {answer.status}")
    return answer.body, answer.headers.get("content-type"), PurePosixPath(unquote(urlsplit(media.url).path)).name


def _guessed(filename: str | None) -> str:
    return mimetypes.guess_type(filename or "")[0] or "application/octet-stream"


def _named(filename: str | None, mime: str, kind: str) -> str:
    """Return a name that can't end the header it stands in, nor leave the folder the bridge writes it to."""
    safe = UNSAFE.sub("_", filename or "").strip(". ")[-100:]
    return safe or f"{kind}{mimetypes.guess_extension(mime) or ''}"
