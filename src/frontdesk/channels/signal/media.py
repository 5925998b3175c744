"""Files in a message."""

import mimetypes

from frontdesk.channels.signal.payloads import Fields, parts, whole, words
from frontdesk.core.message import Media, MediaType

LONG_TEXT = "text/x-signal-plain"
"""What text above 2,000 bytes travels as; signal-cli has put all of it into the message."""

KINDS: dict[str, MediaType] = {"image": "image", "video": "video", "audio": "audio"}


def attachments(message: Fields) -> tuple[Media, ...]:
    """Return a message's files. One that the bridge did not download has no id: its `ref` is empty."""
    return tuple(_file(fields) for fields in parts(message, "attachments") if fields and not _is_long_text(fields))


def _is_long_text(fields: Fields) -> bool:
    return (words(fields, "contentType") or "").partition(";")[0].strip().lower() == LONG_TEXT


def _file(fields: Fields) -> Media:
    """Read one file; nothing marks a voice note, so that it is audio like any other."""
    filename = words(fields, "filename")
    mime = words(fields, "contentType") or mimetypes.guess_type(filename or "", strict=False)[0]
    return Media(
        type=KINDS.get((mime or "").partition("/")[0].strip().lower(), "document"),
        ref=words(fields, "id") or "",
        mime=mime,
        filename=filename,
        size=whole(fields, "size"),
    )
