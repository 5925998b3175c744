"""Contacts people share: a name in parts, and numbers."""

from frontdesk.channels.signal.payloads import Fields, part, parts, words
from frontdesk.core.message import ContactCard

NAME = ("prefix", "given", "middle", "family", "suffix")


def cards(message: Fields) -> tuple[ContactCard, ...]:
    """Return the contacts in a message."""
    return tuple(_card(contact) for contact in parts(message, "contacts") if contact)


def _card(contact: Fields) -> ContactCard:
    phones = tuple(number for phone in parts(contact, "phone") if (number := words(phone, "value")))
    spoken = " ".join(each for key in NAME if (each := words(part(contact, "name"), key)))
    known = spoken or words(part(contact, "name"), "nickname") or words(contact, "organization")
    return ContactCard(name=known or (phones[0] if phones else ""), phones=phones)
