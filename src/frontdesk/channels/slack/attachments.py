"""The files of a message."""

from frontdesk.channels.slack.payloads import Fields, flag, parts, whole, words
from frontdesk.core.message import Media, MediaType

WITHOUT_CONTENT = ("tombstone", "hidden_by_limit")
KINDS: dict[str, MediaType] = {"image": "image", "audio": "audio", "video": "video"}
LOOK_UP = "slack-file:"
CLIPS: dict[str, MediaType] = {"slack_audio": "audio", "slack_video": "video"}


def files_of(message: Fields) -> tuple[Media, ...]:
    """Return the files that can be downloaded; a deleted one, or one hidden by the plan's limit, has no content."""
    return tuple(media for file in parts(message, "files") if (media := _media(file)) is not None)


def is_shared(message: Fields) -> bool:
    """Say whether a message passes on another one."""
    return any(flag(attachment, "is_share") for attachment in parts(message, "attachments"))


def _media(file: Fields) -> Media | None:
    ref = _reference(file)
    if ref is None or file.get("mode") in WITHOUT_CONTENT:
        return None
    mime = words(file, "mimetype")
    clip = words(file, "subtype")
    return Media(
        type=CLIPS.get(clip or "") or KINDS.get((mime or "").partition("/")[0], "document"),
        ref=ref,
        mime=mime,
        filename=words(file, "name") or words(file, "title"),
        size=whole(file, "size"),
        voice=clip == "slack_audio",
    )


def _reference(file: Fields) -> str | None:
    """Return the file's address, or its id where `files.info` has to be asked for one first (Slack Connect)."""
    address = words(file, "url_private_download") or words(file, "url_private")
    if address is not None and file.get("file_access") != "check_file_info":
        return address
    number = words(file, "id")
    return f"{LOOK_UP}{number}" if number else None
