"""Files on their way out: by Telegram's own id, by address, or uploaded; alone or as an album."""

import mimetypes
from typing import Any

from frontdesk.channels.telegram.calls import Call
from frontdesk.core.content import Content, OutboundMedia
from frontdesk.core.exchange import Upload
from frontdesk.errors import DeliveryRejected

METHODS = {
    "image": ("sendPhoto", "photo"),
    "audio": ("sendAudio", "audio"),
    "voice": ("sendVoice", "voice"),
    "video": ("sendVideo", "video"),
    "animation": ("sendAnimation", "animation"),
    "document": ("sendDocument", "document"),
    "sticker": ("sendSticker", "sticker"),
}
MIXABLE = ({"photo", "video"}, {"audio"}, {"document"})


def file_call(content: Content, envelope: dict[str, Any]) -> Call:
    """Return the call for one file with its caption."""
    media = _first(content)
    method, name = METHODS[media.type]
    if media.type == "sticker" and content.text:
        raise DeliveryRejected("a Telegram sticker carries no words: send the text as a message of its own")
    if media.data is not None:
        return Call(method, {**envelope, **caption(content)}, {name: _upload(media, media.data)})
    return Call(method, {**envelope, name: _reference(media), **caption(content)})


def album_call(content: Content, envelope: dict[str, Any]) -> Call:
    """Return the call for two to ten files shown together; the caption belongs to the first."""
    if len(content.media) < 2:
        return file_call(content, envelope)
    kinds = {METHODS[media.type][1] for media in content.media}
    if not any(kinds <= mixable for mixable in MIXABLE):
        raise DeliveryRejected(
            "a Telegram album is of pictures and videos, or only audio, or only documents: send these apart"
        )
    if "reply_markup" in envelope:
        raise DeliveryRejected("a Telegram album carries no buttons: send them with a message of their own")
    items: list[dict[str, Any]] = []
    uploads: dict[str, Upload] = {}
    for number, media in enumerate(content.media):
        name = f"file{number}"
        if media.data is not None:
            uploads[name] = _upload(media, media.data)
        source = f"attach://{name}" if media.data is not None else _reference(media)
        items.append({"type": METHODS[media.type][1], "media": source, **({} if number else caption(content))})
    return Call("sendMediaGroup", {**envelope, "media": items}, uploads)


def caption(content: Content) -> dict[str, Any]:
    if not content.text:
        return {}
    return {"caption": content.text, **parse_mode(content)}


def parse_mode(content: Content) -> dict[str, Any]:
    return {"parse_mode": "HTML"} if content.format == "html" else {}


def _first(content: Content) -> OutboundMedia:
    if not content.media:
        raise DeliveryRejected(f"a message of type {content.type} needs a file, and this one has none")
    return content.media[0]


def _reference(media: OutboundMedia) -> str:
    """Return the file_id, or the address Telegram shall fetch from."""
    reference = media.ref or media.url
    if reference is None:
        raise DeliveryRejected(f"the {media.type} to send was not loaded: it has no data, no address and no file_id")
    return reference


def _upload(media: OutboundMedia, data: bytes) -> Upload:
    mime = media.mime or mimetypes.guess_type(media.filename or "")[0] or "application/octet-stream"
    return Upload(media.filename or f"{media.type}{mimetypes.guess_extension(mime) or ''}", mime, data)
