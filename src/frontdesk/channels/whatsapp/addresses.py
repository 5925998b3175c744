"""Whom a message goes to: a person by number or by BSUID, or a group."""

import re

from frontdesk.errors import DeliveryRejected

NUMBER = re.compile(r"\+?[0-9][0-9 ().-]{3,30}")
USER_ID = re.compile(r"[A-Z]{2}\.(?:ENT\.)?[A-Za-z0-9]{1,128}")
GROUP = re.compile(r"[A-Za-z0-9_=+/-]{10,300}")
NO_DIGIT = re.compile("[^0-9]")


def recipient(conversation: str) -> dict[str, str]:
    """Return what addresses a message: `to` with digits or a group's id, or `recipient` with a BSUID.

    What is neither digits nor shaped like a BSUID (`US.1349…`) is a group's id: Meta's are long and have letters in them.
    """
    if NUMBER.fullmatch(conversation):
        return {"recipient_type": "individual", "to": NO_DIGIT.sub("", conversation)}
    if USER_ID.fullmatch(conversation):
        return {"recipient_type": "individual", "recipient": conversation}
    if is_group(conversation):
        return {"recipient_type": "group", "to": conversation}
    raise DeliveryRejected(
        f"{conversation[:40]!r} is no WhatsApp recipient: write the number with its country code, a user id, or a group id"
    )


def is_group(conversation: str) -> bool:
    person = NUMBER.fullmatch(conversation) or USER_ID.fullmatch(conversation)
    return not person and GROUP.fullmatch(conversation) is not None


def known_as(recipient: str) -> str:
    """Return a number as its digits, which is how Meta names people; user ids and groups stay as they are."""
    return NO_DIGIT.sub("", recipient) if NUMBER.fullmatch(recipient) else recipient
