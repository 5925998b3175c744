"""Addresses on the way out: people, groups, and the messages our calls name."""

import re
from base64 import b64encode

from frontdesk.channels.signal.authors import our_number
from frontdesk.channels.signal.payloads import whole
from frontdesk.core.channel import Channel
from frontdesk.errors import ConfigurationError, DeliveryRejected

GROUP = "group."
INTERNAL_ID = re.compile(r"[A-Za-z0-9+/]+={1,2}")
"""A group's internal id: base64 of 16 or 32 bytes, which always ends in `=`; no number, uuid or user name does."""

NUMBER = re.compile(r"\+[0-9]{4,18}")
WRITTEN = re.compile(r"\+[0-9][0-9 ().-]{3,30}", re.ASCII)
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


def sender(channel: Channel) -> str:
    """Return the number we send from; ConfigurationError where the channel has none that could be."""
    number = our_number(channel) or channel.secret("number")
    if not NUMBER.fullmatch(number):
        raise ConfigurationError(
            f"channel {channel.name!r} (signal) has no usable number: write it with + and country code, like +4915112345678"
        )
    return number


def is_group(conversation: str) -> bool:
    return conversation.startswith(GROUP) or INTERNAL_ID.fullmatch(conversation) is not None


def recipient(conversation: str) -> str:
    """Return whom the bridge calls by this name: a group's id is base64 twice, people go by uuid, number or user name."""
    if conversation.startswith(GROUP) or not is_group(conversation):
        return conversation
    return GROUP + b64encode(conversation.encode()).decode()


def message_of(external_id: str | None, channel: Channel) -> tuple[str, int] | None:
    """Split `author:timestamp`; a bare timestamp is a message of ours. None for what names no message."""
    author, _, number = (external_id or "").rpartition(":")
    timestamp = whole({"sent": number}, "sent")
    return None if timestamp is None else (author or sender(channel), timestamp)


def target_of(external_id: str | None, channel: Channel) -> tuple[str, int]:
    """Return author and timestamp of the message a change is about; DeliveryRejected where the id names none."""
    found = message_of(external_id, channel)
    if found is None:
        raise DeliveryRejected(
            f"{external_id!r} names no Signal message: a target is written author:timestamp, or timestamp for our own"
        )
    return found


def known_as(recipient: str) -> str:
    """Return a number as plus and digits, an account's uuid in lower case; groups and user names stay as they are."""
    if WRITTEN.fullmatch(recipient):
        return "+" + "".join(char for char in recipient if char.isdecimal())
    return recipient.lower() if UUID.fullmatch(recipient) else recipient
