"""The one file an inbound message carries."""

from frontdesk.channels.telegram.payloads import Fields, flag, part, parts, whole, words
from frontdesk.core.message import Media, MediaType

FILES: dict[str, tuple[MediaType, str | None]] = {
    "animation": ("video", None),  # before document: every animation repeats itself there
    "video": ("video", None),
    "video_note": ("video", "video/mp4"),
    "voice": ("audio", "audio/ogg"),
    "audio": ("audio", None),
    "document": ("document", None),
}


def attachment(message: Fields) -> Media | None:
    """Return the message's file, where one can be read: the largest size of a photo."""
    if sizes := parts(message, "photo"):
        return _file(max(sizes, key=_area), "image", "image/jpeg")
    if sticker := part(message, "sticker"):
        return _sticker(sticker)
    for key, (kind, usual_mime) in FILES.items():
        fields = part(message, key)
        if fields and (media := _file(fields, kind, usual_mime, voice=key == "voice", animation=key == "animation")):
            return media
    return None


def _file(
    fields: Fields, kind: MediaType, usual_mime: str | None, *, voice: bool = False, animation: bool = False
) -> Media | None:
    ref = words(fields, "file_id")
    if ref is None:
        return None
    return Media(
        type=kind,
        ref=ref,
        mime=words(fields, "mime_type") or usual_mime,
        filename=words(fields, "file_name"),
        size=whole(fields, "file_size"),
        voice=voice,
        animation=animation,
    )


def _sticker(fields: Fields) -> Media | None:
    """Read a sticker; its kind is told by flags, never by a mime type."""
    ref = words(fields, "file_id")
    if ref is None:
        return None
    moving, video = flag(fields, "is_animated"), flag(fields, "is_video")
    mime = "application/x-tgsticker" if moving else "video/webm" if video else "image/webp"
    return Media(type="sticker", ref=ref, mime=mime, size=whole(fields, "file_size"), animated=moving or video)


def _area(size: Fields) -> int:
    return (whole(size, "width") or 0) * (whole(size, "height") or 0)
