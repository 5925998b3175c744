"""Messages and their edits, as Telegram delivers them."""

from datetime import datetime

from frontdesk.channels.telegram.contents import fill
from frontdesk.channels.telegram.members import service_events
from frontdesk.channels.telegram.origins import Bot, message_identity, origin, topic
from frontdesk.channels.telegram.payloads import Fields, flag, moment, part, whole, words
from frontdesk.core.message import Event, Happening, Ignored, Message, Origin


def read_message(message: Fields, bot: Bot) -> list[Event]:
    """Return what a new message says, or the happenings a service message tells of."""
    external_id = message_identity(message)
    if external_id is None:
        return [Ignored(reason="malformed", detail="a message without readable chat and message ids")]
    if flag(message, "is_automatic_forward") or part(message, "chat").get("type") == "channel":
        return [Ignored(reason="channel_post")]
    spoken_at = origin(
        part(message, "chat"), part(message, "sender_chat"), part(message, "from"), thread=topic(message)
    )
    if events := service_events(message, external_id, spoken_at, bot):
        return events
    return [_unwanted(message, bot) or fill(_envelope(message, external_id, spoken_at), message, bot)]


def read_edit(message: Fields, bot: Bot) -> list[Event]:
    """Return an edit with the message's new words; a live location's moves come this way too."""
    match read_message(message, bot):
        case [Message() as edited]:
            return [_edit(edited, moment(message, "edit_date") or edited.timestamp)]
        case [Ignored() as ignored]:
            return [ignored]
        case _:
            return [Ignored(reason="system", detail="an edited service message")]


def _edit(edited: Message, edited_at: datetime | None) -> Happening:
    place = edited.place
    return Happening(
        event="edited",
        origin=edited.origin,
        external_id=edited.external_id,
        target=edited.external_id,
        timestamp=edited_at,
        type=edited.type,
        text=edited.text,
        detail={"latitude": place.latitude, "longitude": place.longitude} if place else {},
    )


def _unwanted(message: Fields, bot: Bot) -> Ignored | None:
    """Say which messages are no person's.

    Anonymous admins and people who speak as a channel come with a placeholder bot in `from`; their `sender_chat` tells.
    """
    author = part(message, "from")
    if bot.is_(author) or bot.is_(part(message, "via_bot")):
        return Ignored(reason="own_message")
    if flag(author, "is_bot") and not part(message, "sender_chat"):
        return Ignored(reason="bot_message")
    return None


def _envelope(message: Fields, external_id: str, spoken_at: Origin) -> Message:
    album = words(message, "media_group_id")
    return Message(
        type="text",
        external_id=external_id,
        origin=spoken_at,
        timestamp=moment(message, "date"),
        reply_to=_answered(message),
        forwarded=bool(part(message, "forward_origin")) or "forward_date" in message,
        media_group=album,
    )


def _answered(message: Fields) -> str | None:
    """Return the message answered, which may be in another chat; a topic's creation notice is none."""
    reply = part(message, "reply_to_message")
    if not reply:
        return message_identity(part(message, "external_reply"))
    first_of_topic = topic(message) is not None and whole(reply, "message_id") == whole(message, "message_thread_id")
    if first_of_topic or "forum_topic_created" in reply:
        return None
    return message_identity(reply) or message_identity({**reply, "chat": message["chat"]})
