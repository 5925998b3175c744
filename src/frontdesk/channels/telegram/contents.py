"""What a person put into a message: words, a command, a file, a place, contacts, a form."""

import re
from dataclasses import replace

from frontdesk.channels.telegram.media import attachment
from frontdesk.channels.telegram.origins import Bot
from frontdesk.channels.telegram.payloads import Fields, part, parts, real, whole, words
from frontdesk.core.message import ContactCard, Ignored, Message, Place, Press

COMMAND = re.compile(r"/([A-Za-z0-9_]+)(?:@([A-Za-z0-9_]+))?(.*)", re.DOTALL)
BARE_NUMBER = re.compile("[0-9]{7,15}")
BARE = frozenset({"message_id", "date", "chat", "from", "sender_chat", "message_thread_id", "photo", "edit_date"})
# somebody did something that Frontdesk can't show
DEEDS = frozenset(
    {
        "chat_shared",
        "checklist",
        "dice",
        "game",
        "gift",
        "giveaway",
        "invoice",
        "paid_media",
        "passport_data",
        "poll",
        "story",
        "successful_payment",
        "unique_gift",
        "user_shared",
        "users_shared",
    }
)


def fill(envelope: Message, message: Fields, bot: Bot) -> Message | Ignored:
    """Return `envelope` with what the message holds, or why nothing of it is for us."""
    text = words(message, "text") or words(message, "caption")
    envelope = replace(envelope, text=text, mentions_bot=text is not None and _mentions(message, text, bot))
    if (filled := _beyond_words(envelope, message)) is not None:
        return filled
    if text is None:
        return Ignored(reason="empty" if message.keys() <= BARE else "system")
    return _command(envelope, message, text, bot)


def _beyond_words(envelope: Message, message: Fields) -> Message | None:
    """Return what is more than text; a caption whose file can't be read is text."""
    if media := attachment(message):
        return replace(envelope, type=media.type, media=(media,), emoji=words(part(message, "sticker"), "emoji"))
    if place := _place(message):
        return replace(envelope, type="location", place=place)
    if card := _card(message):
        return replace(envelope, type="contacts", contacts=(card,))
    form = part(message, "web_app_data")
    if (data := words(form, "data")) is not None:
        return replace(envelope, type="form", text=words(form, "button_text"), press=Press(payload=data))
    return None if DEEDS.isdisjoint(message) else replace(envelope, type="unsupported")


def _command(envelope: Message, message: Fields, text: str, bot: Bot) -> Message | Ignored:
    """Read a command where Telegram marked one at the very start; another bot's is not for us."""
    marked = any(
        entity.get("type") == "bot_command" and whole(entity, "offset") == 0 for entity in parts(message, "entities")
    )
    match = COMMAND.fullmatch(text) if marked else None
    if match is None:
        return envelope
    name, addressee, rest = match.groups()
    if addressee and bot.username and not bot.is_named(addressee):
        return Ignored(reason="not_for_us", detail="a command for another bot")
    return replace(envelope, type="command", command=name, args=rest.strip() or None)


def _mentions(message: Fields, text: str, bot: Bot) -> bool:
    entities = parts(message, "entities") or parts(message, "caption_entities")
    # offsets count UTF-16 units: Python's indices would cut emoji in half
    units = text.encode("utf-16-le") if entities else b""
    return any(_names_us(entity, units, bot) for entity in entities)


def _names_us(entity: Fields, units: bytes, bot: Bot) -> bool:
    match entity.get("type"):
        case "mention":
            return bot.username is not None and bot.is_named(_marked_text(entity, units))
        case "text_mention":
            return bot.is_(part(entity, "user"))
        case _:
            return False


def _marked_text(entity: Fields, units: bytes) -> str:
    """Cut out what an entity marks, nothing where it reaches beyond the text."""
    offset, length = whole(entity, "offset"), whole(entity, "length")
    if offset is None or length is None or offset < 0 or length < 0 or 2 * (offset + length) > len(units):
        return ""
    return units[2 * offset : 2 * (offset + length)].decode("utf-16-le", "replace")


def _place(message: Fields) -> Place | None:
    venue = part(message, "venue")
    point = part(venue, "location") or part(message, "location")
    latitude, longitude = real(point, "latitude"), real(point, "longitude")
    if latitude is None or longitude is None:
        return None
    return Place(latitude=latitude, longitude=longitude, name=words(venue, "title"), address=words(venue, "address"))


def _card(message: Fields) -> ContactCard | None:
    """Read a shared contact; only one whose user is the sender proves the sender's own number."""
    contact = part(message, "contact")
    number = words(contact, "phone_number")
    if number is None:
        return None
    names = [name for key in ("first_name", "last_name") if (name := words(contact, key))]
    user, sender = whole(contact, "user_id"), whole(part(message, "from"), "id")
    phone = f"+{number}" if BARE_NUMBER.fullmatch(number) else number
    return ContactCard(name=" ".join(names), phones=(phone,), own=user is not None and user == sender)
