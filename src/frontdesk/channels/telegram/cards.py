"""Contacts on their way out: one as Telegram shows it, several as a vCard file, since a message holds one."""

from typing import Any

from frontdesk.channels.telegram.calls import Call
from frontdesk.core.content import Content
from frontdesk.core.exchange import Upload
from frontdesk.core.message import ContactCard
from frontdesk.errors import DeliveryRejected

ESCAPES = str.maketrans({"\\": "\\\\", ",": "\\,", ";": "\\;", "\n": "\\n", "\r": ""})


def cards_call(content: Content, envelope: dict[str, Any]) -> Call:
    """Return the call that shares the contacts; DeliveryRejected where there is none, or words beside them."""
    if content.text:
        raise DeliveryRejected("a Telegram contact carries no words: send the text as a message of its own")
    match content.contacts:
        case []:
            raise DeliveryRejected("a message of type contacts needs a contact, and this one has none")
        case [ContactCard(phones=[phone, *more]) as card]:
            fields = {**envelope, "phone_number": phone, "first_name": card.name or phone}
            return Call("sendContact", {**fields, "vcard": vcard(card)} if more else fields)
        case cards:
            file = Upload("contacts.vcf", "text/vcard", "".join(map(vcard, cards)).encode("utf-8", "replace"))
            return Call("sendDocument", envelope, {"document": file})


def vcard(card: ContactCard) -> str:
    """Write a contact as vCard 3.0 (RFC 2426), the version phones read."""
    name = card.name.translate(ESCAPES)
    lines = ["BEGIN:VCARD", "VERSION:3.0", f"FN:{name}", f"N:{name};;;;"]
    lines += [f"TEL:{phone.translate(ESCAPES)}" for phone in card.phones]
    return "\r\n".join([*lines, "END:VCARD", ""])
