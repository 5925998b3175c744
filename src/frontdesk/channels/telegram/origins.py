"""Who speaks in which chat, and who we are: the addresses of an update."""

from dataclasses import dataclass

from frontdesk.channels.telegram.payloads import Fields, flag, part, whole, words
from frontdesk.core.channel import Channel
from frontdesk.core.message import Origin


@dataclass(frozen=True, slots=True)
class Bot:
    """What we know of our own account; the username without @ and in lower case."""

    id: int | None
    username: str | None

    def is_(self, user: Fields) -> bool:
        """Say whether `user` is this bot; an account we know nothing of is not."""
        if self.id is not None:
            return whole(user, "id") == self.id
        return self.username is not None and self.is_named(words(user, "username") or "")

    def is_named(self, username: str) -> bool:
        return username.removeprefix("@").lower() == self.username


def our_bot(channel: Channel) -> Bot:
    """Read the bot's identity from the channel's settings; its id is also the number before the token's colon."""
    number, _, _ = channel.credentials.get("token", "").partition(":")
    given = whole(channel.settings, "bot_user_id")
    username = words(channel.settings, "bot_username")
    return Bot(
        id=given if given is not None else whole({"id": number}, "id"),
        username=username.removeprefix("@").lower() if username else None,
    )


def message_identity(message: Fields) -> str | None:
    """Return `chat:message`, since message ids repeat between chats; None where either is unreadable."""
    chat, number = whole(part(message, "chat"), "id"), whole(message, "message_id")
    return None if chat is None or number is None else f"{chat}:{number}"


def origin(chat: Fields, *speakers: Fields, thread: str | None = None) -> Origin:
    """Return where an update comes from.

    The first of `speakers` that has an id spoke; where none has, the private chat itself names its only person.
    """
    group = is_group(chat)
    speaker = next((each for each in speakers if whole(each, "id") is not None), {} if group else chat)
    return Origin(
        conversation=_identity(chat),
        thread=thread,
        group=group,
        sender=_identity(speaker),
        sender_name=_name(speaker),
    )


def topic(message: Fields) -> str | None:
    """Return the forum topic; outside of topics `message_thread_id` only names a chain of replies."""
    number = whole(message, "message_thread_id") if flag(message, "is_topic_message") else None
    return None if number is None else str(number)


def is_group(chat: Fields) -> bool:
    match chat.get("type"):
        case "private":
            return False
        case "group" | "supergroup" | "channel":
            return True
        case _:
            return (whole(chat, "id") or 0) < 0


def _identity(party: Fields) -> str | None:
    number = whole(party, "id")
    return None if number is None else str(number)


def _name(party: Fields) -> str | None:
    names = [name for key in ("first_name", "last_name") if (name := words(party, key))]
    return " ".join(names) or words(party, "title") or words(party, "username")
