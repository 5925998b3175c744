"""Downloading what people sent: ask where the file lies, then fetch it within five minutes."""

import binascii
from base64 import b64decode
from hashlib import sha256

from frontdesk.channels.whatsapp import calls
from frontdesk.channels.whatsapp.errors import WRONG_FIELD, accepted, code_of, failure
from frontdesk.channels.whatsapp.payloads import Fields, whole, words
from frontdesk.core.channel import Channel, Download
from frontdesk.core.exchange import Exchange, Request, Response
from frontdesk.core.message import Media
from frontdesk.errors import ChannelUnreachable, DeliveryRejected

GONE = "Meta no longer has this file: ids of files people sent last 7 days. Ask the sender to send it again"
LOST = "the message came without its file: ask the sender to send it again"
PAGE = "Meta answers with a page instead of the file: the access token may not read this number's files"
DIGEST_BYTES = 32


def fetch(media: Media, channel: Channel) -> Exchange[Download]:
    """Download a file and check it against the size and digest Meta names; a stale address is asked for once more."""
    if not media.ref:
        raise DeliveryRejected(LOST)
    info = yield from _locate(media, channel)
    response = yield _request(info, channel)
    if response.status == 404:
        info = yield from _locate(media, channel)
        response = yield _request(info, channel)
    _check(response, info, channel)
    mime = words(info, "mime_type") or media.mime
    return Download(data=response.body, mime=mime, filename=media.filename)


def _locate(media: Media, channel: Channel) -> Exchange[Fields]:
    response = yield calls.get(channel, media.ref, phone_number_id=channel.secret("phone_number_id"))
    if response.status == 404 or code_of(response) == WRONG_FIELD:
        raise DeliveryRejected(GONE)
    return accepted(response, channel)


def _request(info: Fields, channel: Channel) -> Request:
    """Return the download; the token is shown to Meta, and to the server the channel is pointed at, and nobody else."""
    url = words(info, "url")
    if url is None:
        raise DeliveryRejected(GONE)
    if calls.is_ours(channel, url):
        return Request.get(url, calls.headers(channel))
    return Request.fetch(url, calls.headers(channel) if calls.is_meta(url) else {"user-agent": calls.USER_AGENT})


def _check(response: Response, info: Fields, channel: Channel) -> None:
    if response.status == 404:
        raise DeliveryRejected(GONE)
    if response.status != 200:
        raise failure(response, channel)
    if _is_page(response) and "html" not in (words(info, "mime_type") or ""):
        raise DeliveryRejected(PAGE)
    size = whole(info, "file_size")
    if size is not None and size != len(response.body):
        raise ChannelUnreachable(f"the file came with {len(response.body)} of {size} bytes")
    digest = _digest(words(info, "sha256"))
    if digest is not None and digest != sha256(response.body).digest():
        raise ChannelUnreachable("the file came damaged: it does not have the digest Meta names")


def _is_page(response: Response) -> bool:
    kind = response.headers.get("content-type", "").lower()
    return kind.startswith("text/html") or response.body[:200].lstrip().lower().startswith(
        (b"<!doctype html", b"<html")
    )


def _digest(text: str | None) -> bytes | None:
    """Read a SHA-256 as hex or as base64, by version; None for what is neither."""
    if text is None:
        return None
    try:
        digest = bytes.fromhex(text) if len(text) == 2 * DIGEST_BYTES else b64decode(text, validate=True)
    except (ValueError, binascii.Error):
        return None
    return digest if len(digest) == DIGEST_BYTES else None
