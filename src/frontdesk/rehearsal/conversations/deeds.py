"""What people do beyond words, as each provider posts it: places, contacts, files, and words in a group."""

import hmac
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from frontdesk.channels.custom.signature import ID, signed_headers
from frontdesk.channels.slack.signature import SIGNATURE, TIMESTAMP
from frontdesk.channels.whatsapp.signature import HEADER, signature
from frontdesk.core.channel import Channel
from frontdesk.core.exchange import Request
from frontdesk.errors import InvalidInput
from frontdesk.rehearsal.conversations.script import Card, Spot
from frontdesk.rehearsal.slack.vocabulary import BOT_USER

Fields = dict[str, Any]
Writer = Callable[[Fields, Any], None]

MIMES = {
    "image": "image/png",
    "voice": "audio/ogg",
    "audio": "audio/mpeg",
    "video": "video/mp4",
    "document": "application/pdf",
}


@dataclass(frozen=True, slots=True)
class Sent:
    """A file on its way: what the provider knows it by."""

    type: str
    ref: str
    filename: str
    size: int
    caption: str | None
    address: str = ""

    @property
    def kind(self) -> str:
        """Return the type where a voice message is marked as one besides."""
        return "audio" if self.type == "voice" else self.type

    @property
    def mime(self) -> str:
        return MIMES.get(self.type, "application/octet-stream")


def changed(channel: Channel, said: Request, deed: str, value: Spot | Card | Sent | str) -> Request:
    """Return the request of words as one of another deed, signed anew; InvalidInput where people there can't do it."""
    write = DEEDS.get((channel.kind, deed))
    if write is None:
        raise InvalidInput(f"people on {channel.kind} can't {NAMES[deed]} in a test: leave this channel out")
    body = json.loads(said.body)
    write(body, value)
    return _signed(channel, said, json.dumps(body).encode())


def _signed(channel: Channel, said: Request, body: bytes) -> Request:
    headers = dict(said.headers)
    match channel.kind:
        case "whatsapp":
            headers[HEADER] = signature(channel.secret("app_secret"), body).decode()
        case "custom":
            headers |= signed_headers(channel, headers[ID], body, datetime.now(UTC))
        case "slack":
            signed = f"v0:{headers[TIMESTAMP]}:".encode() + body
            digest = hmac.new(channel.secret("signing_secret").encode(), signed, sha256).hexdigest()
            headers[SIGNATURE] = f"v0={digest}"
    return Request(said.method, said.url, headers, body)


def _spot(value: Spot) -> Fields:
    return value.model_dump(exclude_none=True)


def _telegram(write: Callable[[Fields, Any], None]) -> Writer:
    def of_message(body: Fields, value: Any) -> None:
        message = body["message"]
        del message["text"]
        write(message, value)

    return of_message


def _telegram_spot(message: Fields, value: Spot) -> None:
    point = {"latitude": value.latitude, "longitude": value.longitude}
    message["location"] = point
    if value.name:
        message["venue"] = {"location": point, "title": value.name, "address": value.address or ""}


def _telegram_card(message: Fields, value: Card) -> None:
    message["contact"] = {"phone_number": value.phone, "first_name": value.name}


def _telegram_file(message: Fields, value: Sent) -> None:
    file = {"file_id": value.ref, "file_unique_id": f"u{value.ref}", "file_size": value.size, "mime_type": value.mime}
    more: Mapping[str, Fields] = {
        "voice": {"duration": 3},
        "audio": {"duration": 3},
        "video": {"duration": 3, "width": 320, "height": 240},
        "document": {"file_name": value.filename},
        "image": {"width": 320, "height": 240},
    }
    shape = {**file, **more.get(value.type, {})}
    message["photo" if value.type == "image" else value.type] = [shape] if value.type == "image" else shape
    if value.caption:
        message["caption"] = value.caption


def _telegram_group(body: Fields, name: str) -> None:
    message = body["message"]
    message["chat"] = {"id": group_number(name), "type": "supergroup", "title": name}
    if (at := message["text"].find(BOT)) >= 0:
        message["text"] = message["text"].replace(BOT, f"@{BOT_NAME}", 1)
        offset = len(message["text"][:at].encode("utf-16-le")) // 2
        message["entities"] = [{"type": "mention", "offset": offset, "length": len(BOT_NAME) + 1}]


def group_number(name: str) -> int:
    """Return the chat id of a group's name."""
    return -1_000_000_000_000 - int.from_bytes(sha256(name.encode()).digest()[:4], "big")


def _whatsapp(kind: str, shape: Callable[[Any], Any]) -> Writer:
    def of_message(body: Fields, value: Any) -> None:
        message = body["entry"][0]["changes"][0]["value"]["messages"][0]
        del message["text"]
        named = kind or value.kind
        message |= {"type": named, named: shape(value)}

    return of_message


def _whatsapp_card(value: Card) -> list[Fields]:
    name = {"formatted_name": value.name, "first_name": value.name}
    return [{"name": name, "phones": [{"phone": value.phone, "type": "CELL"}]}]


def _whatsapp_file(value: Sent) -> Fields:
    file: Fields = {"id": value.ref, "mime_type": value.mime}
    file |= {"caption": value.caption} if value.caption else {}
    file |= {"filename": value.filename} if value.type == "document" else {}
    return {**file, "voice": True} if value.type == "voice" else file


def _slack_file(body: Fields, value: Sent) -> None:
    file = {
        "id": "F0000001",
        "name": value.filename,
        "mimetype": value.mime,
        "mode": "hosted",
        "url_private": value.address,
        "url_private_download": value.address,
    }
    body["event"] |= {"subtype": "file_share", "files": [file], "upload": True, "text": value.caption or ""}


def _slack_group(body: Fields, name: str) -> None:
    event = body["event"]
    event |= {"channel": slack_group(name), "channel_type": "channel"}
    if BOT in event["text"]:
        event |= {"type": "app_mention", "text": event["text"].replace(BOT, f"<@{BOT_USER}>", 1)}
        del event["channel_type"]


def slack_group(name: str) -> str:
    """Return the id of a channel's name."""
    return f"C{sha256(name.encode()).hexdigest()[:9].upper()}"


def _signal_card(body: Fields, value: Card) -> None:
    data = body["params"]["envelope"]["dataMessage"]
    data |= {"message": None, "contacts": [{"name": {"given": value.name}, "phone": [{"value": value.phone}]}]}


def _signal_file(body: Fields, value: Sent) -> None:
    file = {"contentType": value.mime, "filename": value.filename, "id": value.ref, "size": value.size}
    data = body["params"]["envelope"]["dataMessage"]
    data |= {"message": value.caption, "attachments": [{**file, "voiceNote": value.type == "voice"}]}


def _custom(shape: Callable[[Any], Fields]) -> Writer:
    def of_body(body: Fields, value: Any) -> None:
        del body["text"]
        body |= shape(value)

    return of_body


def _custom_file(value: Sent) -> Fields:
    file = {"url": value.address, "mime": value.mime, "filename": value.filename, "type": value.kind}
    return {"type": value.kind, "media": [{**file, "voice": value.type == "voice"}], "text": value.caption}


def _custom_group(body: Fields, name: str) -> None:
    body |= {"conversation": name, "group": True, "mentions_bot": BOT in body["text"]}
    body["text"] = body["text"].replace(BOT, "").strip() or BOT


def _web_file(body: Fields, value: Sent) -> None:
    del body["text"]
    body |= {"type": value.kind, "media_ref": value.ref, **({"text": value.caption} if value.caption else {})}
    body |= {"voice": True} if value.type == "voice" else {}


def _web_spot(body: Fields, value: Spot) -> None:
    del body["text"]
    body |= {"type": "location", "latitude": value.latitude, "longitude": value.longitude}


BOT = "@bot"
"""What a person in a group writes to name the bot, whatever it is called there."""
BOT_NAME = "frontdesk_bot"

NAMES = {"location": "send a place", "contact": "share a contact", "file": "send a file", "in": "write in a group"}
DEEDS: Mapping[tuple[str, str], Writer] = {
    ("telegram", "location"): _telegram(_telegram_spot),
    ("telegram", "contact"): _telegram(_telegram_card),
    ("telegram", "file"): _telegram(_telegram_file),
    ("telegram", "in"): _telegram_group,
    ("whatsapp", "location"): _whatsapp("location", _spot),
    ("whatsapp", "contact"): _whatsapp("contacts", _whatsapp_card),
    ("whatsapp", "file"): _whatsapp("", _whatsapp_file),
    ("slack", "file"): _slack_file,
    ("slack", "in"): _slack_group,
    ("signal", "contact"): _signal_card,
    ("signal", "file"): _signal_file,
    ("custom", "location"): _custom(lambda value: {"type": "location", "place": _spot(value)}),
    ("custom", "contact"): _custom(
        lambda value: {"type": "contacts", "contacts": [{"name": value.name, "phones": [value.phone]}]}
    ),
    ("custom", "file"): _custom(_custom_file),
    ("custom", "in"): _custom_group,
    ("web", "location"): _web_spot,
    ("web", "file"): _web_file,
}
PLACES: Mapping[str, Callable[[str], str]] = {
    "telegram": lambda name: str(group_number(name)),
    "slack": slack_group,
    "custom": str,
}
"""The conversation a group's name stands for."""
