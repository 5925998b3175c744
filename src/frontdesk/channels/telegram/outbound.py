"""Sending: every outbound message becomes one call of the Bot API."""

from typing import Any

from frontdesk.channels.telegram.attachments import album_call, file_call, parse_mode
from frontdesk.channels.telegram.calls import Call, unformatted
from frontdesk.channels.telegram.cards import cards_call
from frontdesk.channels.telegram.changes import captioned, change_call, is_done
from frontdesk.channels.telegram.errors import accepted, says
from frontdesk.channels.telegram.markup import reply_markup
from frontdesk.channels.telegram.origins import message_identity
from frontdesk.channels.telegram.targets import address, place_of
from frontdesk.core.channel import Channel
from frontdesk.core.content import Content, Outbound
from frontdesk.core.exchange import Exchange, Response
from frontdesk.errors import DeliveryRejected

CHANGES = frozenset({"reaction", "edit", "delete"})


def send(message: Outbound, channel: Channel) -> Exchange[str]:
    """Deliver one message and return `chat:message`: an album's first, the target of a reaction, edit or deletion.

    Telegram knows no idempotency key. A second call is made only where the first was refused: broken HTML goes again
    as plain words, and words for a message that turns out to be a file's become its caption.
    """
    call = compose(message)
    response = yield call.request(channel)
    while (remedy := _remedy(call, response)) is not None:
        call = remedy
        response = yield call.request(channel)
    target = message.content.target if message.content.type in CHANGES else None
    if target is not None and is_done(response):
        return target
    result = accepted(response, channel)
    return target or _sent(result, message)


def compose(message: Outbound) -> Call:
    """Return the call that says what the message says; DeliveryRejected where Telegram has no way to say it."""
    content = message.content
    match content.type:
        case "text":
            return _text_call(content, _envelope(message))
        case "image" | "audio" | "voice" | "video" | "animation" | "document" | "sticker":
            return file_call(content, _envelope(message))
        case "album":
            return album_call(content, _envelope(message))
        case "location":
            return _place_call(content, _envelope(message))
        case "contacts":
            return cards_call(content, _envelope(message))
        case "reaction" | "edit" | "delete":
            return change_call(content)
        case "template":
            raise DeliveryRejected("Telegram knows no templates: send the words themselves")


def _envelope(message: Outbound) -> dict[str, Any]:
    """Return what every sending method takes."""
    content = message.content
    fields = address(message.conversation, message.thread)
    if content.silent:
        fields["disable_notification"] = True
    if (reply := place_of(content.reply_to)) and reply[0] == fields["chat_id"]:
        fields["reply_parameters"] = {"message_id": reply[1], "allow_sending_without_reply": True}
    markup = reply_markup(content, group=message.conversation.startswith("-"))
    return {**fields, "reply_markup": markup} if markup else fields


def _text_call(content: Content, envelope: dict[str, Any]) -> Call:
    fields = {**envelope, "text": content.text or content.list_title or "", **parse_mode(content)}
    if not content.link_preview:
        fields["link_preview_options"] = {"is_disabled": True}
    return Call("sendMessage", fields)


def _place_call(content: Content, envelope: dict[str, Any]) -> Call:
    place = content.place
    if place is None:
        raise DeliveryRejected("a message of type location needs a place, and this one has none")
    if content.text:
        raise DeliveryRejected("a Telegram location carries no words: send the text as a message of its own")
    fields = {**envelope, "latitude": place.latitude, "longitude": place.longitude}
    if not (place.name or place.address):
        return Call("sendLocation", fields)
    # a venue needs both: where one is unknown the other stands for it
    return Call("sendVenue", {**fields, "title": place.name or place.address, "address": place.address or place.name})


def _remedy(call: Call, response: Response) -> Call | None:
    """Return what to send instead of a refused call; each remedy applies to a call only once."""
    if says(response, "can't parse entities"):
        return unformatted(call)
    if call.method == "editMessageText" and says(response, "no text in the message"):
        return captioned(call)
    return None


def _sent(result: Any, message: Outbound) -> str:
    """Name the message sent; taken but unnamed is still taken, and our key stands in: an error would send it twice."""
    first = result[0] if isinstance(result, list) and result else result
    identity = message_identity(first) if isinstance(first, dict) else None
    return identity or f"{message.conversation}:{message.key}"
