"""Contacts on their way out, as Meta writes them."""

from typing import Any

from frontdesk.channels.whatsapp.addresses import NO_DIGIT
from frontdesk.core.message import ContactCard
from frontdesk.errors import DeliveryRejected


def card(contact: ContactCard) -> dict[str, Any]:
    """Return one contact; a formatted name is never alone, so the first word of it is the first name."""
    name = " ".join(contact.name.split()) or "".join(contact.phones[:1])
    if not name:
        raise DeliveryRejected("a contact to share has neither a name nor a number")
    written: dict[str, Any] = {"name": {"formatted_name": name, "first_name": name.split()[0]}}
    phones = [_phone(phone) for phone in contact.phones if phone.strip()]
    return {**written, "phones": phones} if phones else written


def _phone(phone: str) -> dict[str, str]:
    """Return a number; with its wa_id the card has a button to write to it."""
    digits = NO_DIGIT.sub("", phone)
    international = phone.strip().startswith("+") and 7 <= len(digits) <= 15
    return {"phone": phone.strip(), "type": "CELL", **({"wa_id": digits} if international else {})}
