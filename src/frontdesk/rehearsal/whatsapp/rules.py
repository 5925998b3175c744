"""What Meta refuses of messages to be sent: whom they go to, and what is in them."""

import re
from typing import Any
from urllib.parse import urlsplit

from frontdesk.rehearsal.whatsapp.account import Account
from frontdesk.rehearsal.whatsapp.interactive import check_interactive
from frontdesk.rehearsal.whatsapp.refusal import Refusal, known, many, maybe, one, require, text
from frontdesk.rehearsal.whatsapp.templates import check_template

Fields = dict[str, Any]

COMMON = ("messaging_product", "recipient_type", "to", "recipient", "type", "context", "biz_opaque_callback_data")
NUMBER = re.compile(r"\+?[1-9][0-9]{6,14}\Z")
USER_ID = re.compile(r"[A-Z]{2}\.(ENT\.)?[A-Za-z0-9]{1,128}\Z")
GROUP = re.compile(r"(?=.*[A-Za-z])[A-Za-z0-9_=+/-]{10,}\Z")
IN_GROUPS = frozenset({"text", "image", "video", "audio", "document", "sticker", "reaction", "template"})
FREE_WHEN_CLOSED = frozenset({"template"})
MEDIA = frozenset({"image", "video", "audio", "document", "sticker"})
CAPTION = {
    "image": ("caption",),
    "video": ("caption",),
    "document": ("caption", "filename"),
    "audio": ("voice",),
    "sticker": (),
}
SHOWN: dict[str, tuple[frozenset[str], int]] = {
    "image": (frozenset({"image/jpeg", "image/png"}), 5_000_000),
    "video": (frozenset({"video/mp4", "video/3gpp"}), 16_000_000),
    "audio": (frozenset({"audio/aac", "audio/amr", "audio/mpeg", "audio/mp4", "audio/ogg"}), 16_000_000),
    "sticker": (frozenset({"image/webp"}), 500_000),
}
MOST_TEXT, MOST_CAPTION = 4096, 1024


def check_message(body: Fields, account: Account) -> str:
    """Refuse a message Meta would refuse; return whom it goes to."""
    require(body.get("messaging_product") == "whatsapp", "messaging_product has to be whatsapp", 100)
    kind = body.get("type", "text")
    require(isinstance(kind, str) and kind in RULES, f"Param type must be one of {sorted(RULES)}", 100)
    known(body, *COMMON, kind)
    recipient = recipient_of(body, kind)
    require(len(str(body.get("biz_opaque_callback_data", ""))) <= 512, "biz_opaque_callback_data is too long", 100)
    if "context" in body:
        text(one(body, "context"), "message_id", 500)
    require(recipient not in account.closed or kind in FREE_WHEN_CLOSED, "more than 24 hours have passed", 131047)
    RULES[kind](body, kind, account)
    return recipient


def recipient_of(body: Fields, kind: str) -> str:
    """Return a number in digits, a BSUID from `recipient`, or a group's id."""
    to, user_id, group = body.get("to"), body.get("recipient"), body.get("recipient_type") == "group"
    require(body.get("recipient_type", "individual") in ("individual", "group"), "recipient_type is unknown", 100)
    if to is None and isinstance(user_id, str) and USER_ID.match(user_id):
        return user_id
    if not isinstance(to, str):
        raise Refusal(100, "The parameter to is required.")
    require(GROUP.match(to) if group else NUMBER.match(to), f"to is no recipient: {to[:20]}")
    require(not group or kind in IN_GROUPS, f"{kind} messages can't be sent to groups", 131051)
    return to.removeprefix("+")


def _text(body: Fields, kind: str, account: Account) -> None:
    said = one(body, "text")
    known(said, "body", "preview_url")
    text(said, "body", MOST_TEXT)
    require(isinstance(said.get("preview_url", False), bool), "preview_url has to be a boolean", 100)


def _media(body: Fields, kind: str, account: Account) -> None:
    media = one(body, kind)
    known(media, "id", "link", *CAPTION[kind])
    maybe(media, "caption", MOST_CAPTION)
    maybe(media, "filename", 240)
    check_file(media, account, kind)
    if media.get("voice") and "id" in media:
        require(b"OpusHead" in account.file(media["id"]).data[:256], "a voice note has to be ogg with opus", 131053)


def check_file(media: Fields, account: Account, kind: str) -> None:
    """Refuse a file that is named neither by an id we gave nor by an https address, or can't be shown as this kind."""
    require(("id" in media) != ("link" in media), "exactly one of id and link is needed", 100)
    if "link" in media:
        require(urlsplit(str(media["link"])).scheme == "https", "Media links have to be https", 131053)
        return
    file = account.file(str(media["id"]))
    mimes, most = SHOWN.get(kind, (frozenset({file.mime}), len(file.data)))
    shown = not file.mime or (file.mime in mimes and len(file.data) <= most)
    require(shown, f"{len(file.data)} bytes of {file.mime} are no {kind}", 131053)


def _location(body: Fields, kind: str, account: Account) -> None:
    place = one(body, "location")
    known(place, "latitude", "longitude", "name", "address")
    for key, most in (("latitude", 90), ("longitude", 180)):
        value = place.get(key)
        number = isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= most
        require(number, f"{key} has to be a number of at most {most}", 100)


def _contacts(body: Fields, kind: str, account: Account) -> None:
    for contact in many(body, "contacts", 257):
        known(contact, "name", "phones", "emails", "org", "urls", "addresses", "birthday")
        name = one(contact, "name")
        text(name, "formatted_name", 500)
        require(len(name) > 1, "name needs formatted_name and one more part", 131008)
        for phone in many(contact, "phones", 20) if "phones" in contact else []:
            known(phone, "phone", "type", "wa_id")
            text(phone, "phone", 50)


def _reaction(body: Fields, kind: str, account: Account) -> None:
    reaction = one(body, "reaction")
    known(reaction, "message_id", "emoji")
    text(reaction, "message_id", 500)
    emoji = reaction.get("emoji")
    shown = isinstance(emoji, str) and (emoji == "" or (len(emoji) <= 16 and not emoji.isascii()))
    require(shown, "emoji is no emoji")


def _interactive(body: Fields, kind: str, account: Account) -> None:
    shown = one(body, "interactive")
    check_interactive(shown)
    header = shown.get("header", {})
    if header.get("type") in MEDIA:
        check_file(one(header, header["type"]), account, header["type"])


def _template(body: Fields, kind: str, account: Account) -> None:
    check_template(one(body, "template"), account)


RULES = {
    "text": _text,
    **dict.fromkeys(MEDIA, _media),
    "location": _location,
    "contacts": _contacts,
    "reaction": _reaction,
    "interactive": _interactive,
    "template": _template,
}
