"""Sending: every outbound message becomes one call of `messages`, after an upload where it carries a file of ours."""

from collections.abc import Mapping
from typing import Any

from frontdesk.channels.whatsapp import calls
from frontdesk.channels.whatsapp.addresses import is_group, recipient
from frontdesk.channels.whatsapp.cards import card
from frontdesk.channels.whatsapp.errors import failure, refused
from frontdesk.channels.whatsapp.interactive import has_choices, interactive, is_pressable, listed
from frontdesk.channels.whatsapp.markup import spoken
from frontdesk.channels.whatsapp.payloads import name, parts
from frontdesk.channels.whatsapp.templates import template_body
from frontdesk.channels.whatsapp.uploads import File, ready
from frontdesk.core.channel import Channel
from frontdesk.core.content import Content, Outbound
from frontdesk.core.exchange import Exchange, Response
from frontdesk.core.message import Place
from frontdesk.errors import DeliveryInDoubt, DeliveryRejected

TEXT, CAPTION, TRACKER = 4096, 1024, 512
HEADERS = ("image", "video", "document")
WEB = ("http://", "https://")


def send(message: Outbound, channel: Channel) -> Exchange[str]:
    """Deliver one message and return its wamid.

    The Graph API knows no idempotency key: our own key goes along as `biz_opaque_callback_data` and comes back in
    receipts, which is how a message in doubt is found to have arrived.
    """
    envelope: dict[str, Any] = {
        "messaging_product": "whatsapp",
        **recipient(message.conversation),
        "biz_opaque_callback_data": message.key[:TRACKER],
    }
    content = message.content
    if content.reply_to and content.type != "reaction":
        envelope["context"] = {"message_id": content.reply_to}
    said = yield from _said(content, channel, group=is_group(message.conversation))
    response = yield calls.post(channel, {**envelope, **said}, channel.secret("phone_number_id"), "messages")
    return _sent(response, channel)


def _said(content: Content, channel: Channel, *, group: bool) -> Exchange[dict[str, Any]]:
    """Return the type and its object; DeliveryRejected where WhatsApp has no way to say it."""
    match content.type:
        case "text":
            return _text(content, group=group)
        case "image" | "audio" | "voice" | "video" | "animation" | "document" | "sticker" | "album":
            return (yield from _file(content, channel, group=group))
        case "location":
            return {"type": "location", "location": _place(_wordless(content))}
        case "contacts" if content.contacts:
            return {"type": "contacts", "contacts": [card(each) for each in _wordless(content).contacts]}
        case "reaction" if content.target:
            return {"type": "reaction", "reaction": {"message_id": content.target, "emoji": content.emoji or ""}}
        case "template" if content.template:
            header = content.template.header
            file = (yield from ready(header, channel)) if header else None
            return {"type": "template", "template": template_body(content.template, file)}
        case "edit" | "delete":
            raise DeliveryRejected(f"WhatsApp lets a business not {content.type} what it sent")
        case _:
            raise DeliveryRejected(f"a message of type {content.type} needs what it is about, and this one has nothing")


def _text(content: Content, *, group: bool) -> dict[str, Any]:
    if is_pressable(content) and not group:
        return {"type": "interactive", "interactive": interactive(content)}
    body = spoken(content, TEXT).strip() or content.list_title or ""
    if group and is_pressable(content):
        body = f"{body}\n{listed(content)}".strip()
    if not body:
        raise DeliveryRejected("a text without words: there is nothing to send")
    if len(body) > TEXT:
        raise DeliveryRejected(f"the text is {len(body)} characters: WhatsApp takes {TEXT}")
    preview = content.link_preview and any(mark in body for mark in WEB)
    return {"type": "text", "text": {"body": body, "preview_url": preview}}


def _file(content: Content, channel: Channel, *, group: bool) -> Exchange[dict[str, Any]]:
    if len(content.media) != 1:
        raise DeliveryRejected(f"{len(content.media)} files: a WhatsApp message carries exactly one")
    caption = spoken(content, CAPTION).strip()
    if len(caption) > CAPTION:
        raise DeliveryRejected(f"the caption is {len(caption)} characters: WhatsApp takes {CAPTION}")
    if caption and content.media[0].type in ("audio", "voice", "sticker"):
        raise DeliveryRejected(
            f"a WhatsApp {content.media[0].type} carries no words: send them as a message of their own"
        )
    file = yield from ready(content.media[0], channel)
    if not has_choices(content):
        return {"type": file.type, file.type: file.shown(caption)}
    return _pressable_file(content, file, caption, group=group)


def _pressable_file(content: Content, file: File, caption: str, *, group: bool) -> dict[str, Any]:
    """Return a file with buttons under it: in private it is their header."""
    if group:
        return {"type": file.type, file.type: file.shown(f"{caption}\n{listed(content)}".strip()[:CAPTION])}
    if file.type not in HEADERS:
        raise DeliveryRejected(f"a WhatsApp {file.type} has nothing to press: send buttons with a message of their own")
    return {"type": "interactive", "interactive": interactive(content, file)}


def _place(content: Content) -> Mapping[str, Any]:
    place = content.place
    if place is None or not _is_on_earth(place):
        raise DeliveryRejected("a message of type location needs a place on Earth, and this one has none")
    point: dict[str, Any] = {"latitude": place.latitude, "longitude": place.longitude}
    words = {"name": place.name, "address": place.address}
    return {**point, **{key: value for key, value in words.items() if value}}


def _is_on_earth(place: Place) -> bool:
    return abs(place.latitude) <= 90 and abs(place.longitude) <= 180  # false for NaN, too


def _wordless(content: Content) -> Content:
    if content.text or content.buttons or content.rows:
        raise DeliveryRejected(f"a WhatsApp {content.type} carries no words and nothing to press: send those apart")
    return content


def _sent(response: Response, channel: Channel) -> str:
    """Return the wamid; an answer that says nothing of the message may still mean that it went out."""
    if refused(response):
        raise failure(response, channel)
    answer = response.json()
    messages = parts(answer, "messages") if isinstance(answer, dict) else []
    wamid = name(messages[0], "id") if messages else None
    if wamid is None:
        raise DeliveryInDoubt(f"Meta answers {response.status} without naming the message: it may have been sent")
    return wamid
