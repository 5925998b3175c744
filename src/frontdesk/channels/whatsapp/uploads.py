"""Files on their way out: by Meta's id, by a link Meta fetches, or uploaded; what Meta would not show goes as a document."""

from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

from frontdesk.channels.whatsapp import calls
from frontdesk.channels.whatsapp.errors import accepted
from frontdesk.channels.whatsapp.payloads import name
from frontdesk.channels.whatsapp.pictures import is_opus, is_plain_picture, mime_of, named, sticker_limit
from frontdesk.core.channel import Channel
from frontdesk.core.content import OutboundMedia
from frontdesk.core.exchange import Exchange, Request, Upload
from frontdesk.errors import DeliveryRejected

KINDS = {
    "image": "image",
    "video": "video",
    "animation": "video",  # Meta has no form for films that repeat themselves
    "audio": "audio",
    "voice": "voice",
    "document": "document",
    "sticker": "sticker",
}
TAKEN = {
    "image": frozenset({"image/jpeg", "image/png"}),
    "video": frozenset({"video/mp4", "video/3gpp"}),
    "audio": frozenset({"audio/aac", "audio/amr", "audio/mpeg", "audio/mp4", "audio/ogg"}),
    "voice": frozenset({"audio/ogg"}),
    "sticker": frozenset({"image/webp"}),
}
LARGEST = {"image": 5_000_000, "video": 16_000_000, "audio": 16_000_000, "voice": 16_000_000, "document": 100_000_000}
VOICE_MIME = "audio/ogg; codecs=opus"


@dataclass(frozen=True, slots=True)
class File:
    """A file ready to be named in a message: `kind` is the type Meta shows it as, `voice` a kind of its own."""

    kind: str
    reference: dict[str, str]
    filename: str | None = None

    @property
    def type(self) -> str:
        return "audio" if self.kind == "voice" else self.kind

    def shown(self, caption: str | None = None) -> dict[str, Any]:
        """Return the object that stands under the type's own key; audio and stickers have no caption."""
        shown: dict[str, Any] = dict(self.reference)
        if self.kind == "voice":
            shown["voice"] = True
        if self.kind == "document" and self.filename:
            shown["filename"] = self.filename
        if caption and self.kind in ("image", "video", "document"):
            shown["caption"] = caption
        return shown


def ready(media: OutboundMedia, channel: Channel) -> Exchange[File]:
    """Return the file as a message can name it, uploaded where Meta can't fetch it; DeliveryRejected where it can't go."""
    kind = KINDS[media.type]
    if media.ref is not None:
        return File(kind, {"id": media.ref}, media.filename)
    if media.data is None and media.url and (linked := _linked(kind, media, media.url)):
        return linked
    loaded = yield from _loaded(media)
    return (yield from _uploaded(kind, loaded, channel))


def _linked(kind: str, media: OutboundMedia, url: str) -> File | None:
    """Return the file as a link, None where we have to fetch it ourselves: no https, or sound that is no voice note yet."""
    path = urlsplit(url).path
    mime = mime_of(None, media.mime, media.filename or path)
    known = mime != mime_of(None, None, None)
    if not url.startswith("https://") or (kind == "voice" and mime != "audio/ogg"):
        return None
    if known and mime not in TAKEN.get(kind, {mime}):
        kind = "document"
    return File(kind, {"link": url}, named(media.filename or path.rpartition("/")[2], kind, mime))


def _loaded(media: OutboundMedia) -> Exchange[OutboundMedia]:
    """Return the file with its bytes, fetched where they lie at an address."""
    if media.data is not None:
        return media
    if media.url is None or not media.url.startswith(("https://", "http://")):
        raise DeliveryRejected(f"the {media.type} to send was not loaded: it has no data, no address and no media id")
    response = yield Request.fetch(media.url)
    if response.status != 200:
        raise DeliveryRejected(f"the {media.type} to send can't be fetched from its address: {response.status}")
    filename = media.filename or urlsplit(media.url).path.rpartition("/")[2] or None
    return replace(
        media, data=response.body, mime=media.mime or response.headers.get("content-type"), filename=filename
    )


def _uploaded(kind: str, media: OutboundMedia, channel: Channel) -> Exchange[File]:
    data, mime = media.data or b"", mime_of(media.data, media.mime, media.filename)
    if kind == "voice" and not is_opus(data):
        kind, data, mime = yield from _as_voice(data, mime)
    kind = _shown_as(kind, data, mime)
    if len(data) > LARGEST["document"]:
        raise DeliveryRejected("the file is over 100 MB, more than WhatsApp takes: send a link to it")
    filename = named(media.filename if kind != "voice" else None, kind, mime)
    fields = {"messaging_product": "whatsapp", "type": mime}
    response = yield calls.upload(channel, fields, Upload(filename, mime, data))
    media_id = name(accepted(response, channel), "id")
    if media_id is None:
        raise DeliveryRejected("Meta took the file and gave it no id")
    return File(kind, {"id": media_id}, filename)


def _as_voice(data: bytes, mime: str) -> Exchange[tuple[str, bytes, str]]:
    """Make a voice note of other sound; where that can't be done it is sent as the sound it is."""
    try:
        converted = (yield Request.convert(data, VOICE_MIME)).body
    except DeliveryRejected:
        converted = b""
    return ("voice", converted, "audio/ogg") if is_opus(converted) else ("audio", data, mime)


def _shown_as(kind: str, data: bytes, mime: str) -> str:
    """Return the kind itself, or `document` where Meta would refuse the file as such."""
    fits = mime in TAKEN.get(kind, {mime}) and len(data) <= LARGEST.get(kind, len(data))
    if kind == "audio" and mime == "audio/ogg":
        fits = fits and is_opus(data)
    if kind == "image":
        fits = fits and is_plain_picture(data, mime)
    if kind == "sticker":
        fits = fits and len(data) <= (sticker_limit(data) or -1)
    return kind if fits else "document"
