"""Who speaks, and where: the addresses of an envelope."""

from frontdesk.channels.signal.payloads import Fields, name, part, words
from frontdesk.core.channel import Channel
from frontdesk.core.message import Origin

SOURCE = ("sourceUuid", "sourceNumber", "source")
TARGET = ("targetAuthorUuid", "targetAuthorNumber", "targetAuthor")
QUOTED = ("authorUuid", "authorNumber", "author")
LEADER, DIGITS = "+", "0123456789"


def our_number(channel: Channel) -> str | None:
    """Return the channel's number as signal-cli writes it: a plus and digits, whatever stood between them."""
    given = channel.credentials.get("number", "")
    return "".join(char for char in given if char in LEADER + DIGITS) or None


def account(channel: Channel) -> str | None:
    """Return the number whose events are this channel's: a bridge posts those of all its numbers to one address."""
    return our_number(channel)


def author(fields: Fields, keys: tuple[str, ...] = SOURCE) -> str | None:
    """Return who is named: by the account's uuid, by the number where there is none, or as old builds have it."""
    return next((found for key in keys if (found := name(fields, key))), None)


def group_id(fields: Fields) -> str | None:
    """Return the group's internal id."""
    return name(part(fields, "groupInfo"), "groupId")


def is_in_group(fields: Fields) -> bool:
    """Say whether a message was written in a group, even in one that names no id: null, [] and "" are no group."""
    return fields.get("groupInfo") not in (None, [], "")


def origin(envelope: Fields, account: str | None, content: Fields | None = None) -> Origin:
    """Return where an event comes from; the conversation is the group of `content`, else whoever wrote.

    The number stays known beside the uuid: older events name the same person by it.
    """
    sender, group = author(envelope), group_id(content or {})
    names = [found for key in SOURCE if (found := name(envelope, key)) and found != sender]
    return Origin(
        conversation=group or sender,
        group=group is not None,
        sender=sender,
        sender_name=words(envelope, "sourceName"),
        aliases=tuple(dict.fromkeys(names)),
        account=account,
    )


def identity(author_key: str | None, timestamp: int | None) -> str | None:
    """Return `author:timestamp`, all that names a message; None where either is unreadable."""
    return f"{author_key}:{timestamp}" if author_key and timestamp else None


def is_us(mention: Fields, account: str | None, channel: Channel) -> bool:
    """Say whether a mention names our account, by number or, where numbers are hidden, by the uuid in our settings."""
    ours = {account, our_number(channel), words(channel.settings, "account_uuid")} - {None}
    return bool(ours & {name(mention, "number"), name(mention, "uuid")})
