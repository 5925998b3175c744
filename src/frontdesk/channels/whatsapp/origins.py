"""Who wrote, and where an answer goes: the sender of a message by number or business-scoped id (BSUID)."""

from dataclasses import dataclass

from frontdesk.channels.whatsapp.payloads import Fields, name, part, parts, words
from frontdesk.core.message import Origin


@dataclass(frozen=True, slots=True)
class Desk:
    """Our end of a change: the account it is for, and the contacts Meta lists beside what happened."""

    account: str
    contacts: tuple[Fields, ...] = ()

    def contact(self, number: str | None, user_id: str | None) -> Fields:
        """Return the contact of this number or id; their order in the list says nothing."""
        for contact in self.contacts:
            if number is not None and name(contact, "wa_id") == number:
                return contact
            if user_id is not None and name(contact, "user_id") == user_id:
                return contact
        return {}


def desk(value: Fields) -> Desk | None:
    """Read whom a change is for; None where it does not say."""
    account = name(part(value, "metadata"), "phone_number_id")
    return Desk(account, tuple(parts(value, "contacts"))) if account else None


def origin(message: Fields, at: Desk) -> Origin | None:
    """Return where a message comes from, None where no sender can be read.

    A sender who hides the number is known by the BSUID alone; where both are known each is the other's alias.
    """
    return speaker(name(message, "from"), name(message, "from_user_id"), at, name(message, "group_id"))


def speaker(number: str | None, user_id: str | None, at: Desk, group: str | None = None) -> Origin | None:
    contact = at.contact(number, user_id)
    known = [number, user_id or name(contact, "user_id"), name(contact, "wa_id")]
    ids = list(dict.fromkeys(each for each in known if each))
    if not ids:
        return None
    sender = number or user_id or ids[0]
    return Origin(
        conversation=group or sender,
        group=group is not None,
        sender=sender,
        sender_name=words(part(contact, "profile"), "name") or words(part(contact, "profile"), "username"),
        sender_user_id=user_id or name(contact, "user_id"),
        aliases=tuple(each for each in ids if each != sender),
        account=at.account,
    )
