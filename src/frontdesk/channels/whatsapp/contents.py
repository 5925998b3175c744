"""What a person put into a message. Whatever is odd about it, the message itself is kept."""

from collections.abc import Callable
from dataclasses import replace

from frontdesk.channels.whatsapp.payloads import Fields, flag, name, part, parts, real, storable, words
from frontdesk.channels.whatsapp.presses import read_button, read_interactive
from frontdesk.core.message import ContactCard, Media, MediaType, Message, Place, Press

FILES: dict[str, MediaType] = {
    "image": "image",
    "video": "video",
    "audio": "audio",
    "document": "document",
    "sticker": "sticker",
}


def fill(envelope: Message, message: Fields) -> Message:
    """Return `envelope`, so far `unsupported`, with what the message holds."""
    kind = message.get("type")
    reader = READERS.get(kind) if isinstance(kind, str) else None
    filled = reader(envelope, message) if reader else envelope
    if filled.type != "unsupported":
        return filled
    errors = parts(message, "errors")
    return replace(filled, error_code=name(errors[0], "code") if errors else None)


def _text(envelope: Message, message: Fields) -> Message:
    body = words(part(message, "text"), "body")
    return envelope if body is None else replace(envelope, type="text", text=body)


def _file(envelope: Message, message: Fields) -> Message:
    """Read a file with its caption; one without an id can't be fetched, and its caption is still something said."""
    kind = FILES[message["type"]]
    file = part(message, kind)
    if not file:
        return envelope
    media = Media(
        type=kind,
        ref=name(file, "id") or "",
        mime=words(file, "mime_type"),
        filename=words(file, "filename"),
        voice=kind == "audio" and flag(file, "voice"),
        animated=flag(file, "animated"),
    )
    return replace(envelope, type=kind, text=words(file, "caption"), media=(media,))


def _location(envelope: Message, message: Fields) -> Message:
    """Read a place; where the coordinates are no numbers its name and address are all there is."""
    place = part(message, "location")
    if not place:
        return envelope
    latitude, longitude = real(place, "latitude"), real(place, "longitude")
    called, address = words(place, "name"), words(place, "address")
    if latitude is None or longitude is None:
        return replace(envelope, type="location", place_name=called, place_address=address)
    point = Place(latitude=latitude, longitude=longitude, name=called, address=address)
    return replace(envelope, type="location", place=point)


def _contacts(envelope: Message, message: Fields) -> Message:
    own = message.get("origin") == "contact_request"  # answered with the sender's own number
    cards = tuple(_card(contact, own=own) for contact in parts(message, "contacts"))
    return replace(envelope, type="contacts", contacts=cards) if cards else envelope


def _card(contact: Fields, *, own: bool) -> ContactCard:
    phones = [words(phone, "phone") or name(phone, "wa_id") for phone in parts(contact, "phones")]
    called = part(contact, "name")
    spelt = " ".join(filter(None, (words(called, "first_name"), words(called, "last_name"))))
    numbers = tuple(phone for phone in phones if phone)
    return ContactCard(name=words(called, "formatted_name") or spelt or "".join(numbers[:1]), phones=numbers, own=own)


def _order(envelope: Message, message: Fields) -> Message:
    """Read what was put into the cart as a form that was handed in."""
    order = part(message, "order")
    if not order:
        return envelope
    cart = {"catalog_id": name(order, "catalog_id"), "product_items": storable(parts(order, "product_items"))}
    return replace(envelope, type="order", text=words(order, "text"), press=Press(payload=cart))


READERS: dict[str, Callable[[Message, Fields], Message]] = {
    "text": _text,
    **dict.fromkeys(FILES, _file),
    "location": _location,
    "contacts": _contacts,
    "order": _order,
    "button": read_button,
    "interactive": read_interactive,
}
