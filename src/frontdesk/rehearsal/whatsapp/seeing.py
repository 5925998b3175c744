"""What people see of the messages Meta took."""

import time
from typing import Any

from frontdesk.rehearsal.people import Seen
from frontdesk.rehearsal.whatsapp.account import Account
from frontdesk.rehearsal.whatsapp.templates import parameters

Fields = dict[str, Any]
FILES = ("image", "video", "audio", "document", "sticker")


def seen(body: Fields, phone: str, conversation: str, wamid: str, account: Account) -> Seen:
    """Return an accepted message as the person's phone shows it."""
    kind = body.get("type", "text")
    shown: Any = body[kind]
    common: dict[str, Any] = {
        "at": time.monotonic(),
        "account": phone,
        "conversation": conversation,
        "external_id": wamid,
        "type": kind,
    }
    if kind == "interactive":
        return Seen(**{**common, **_interactive(shown, account)})
    if kind == "template":
        return Seen(**{**common, **_template(shown, account)})
    if kind in FILES:
        voice = "voice" if shown.get("voice") else kind
        return Seen(**{**common, "type": voice, "text": shown.get("caption"), "file": _bytes(shown, account)})
    if kind == "location":
        return Seen(**common, text=shown.get("name"), place=(float(shown["latitude"]), float(shown["longitude"])))
    if kind == "contacts":
        return Seen(**common, text="\n".join(card["name"]["formatted_name"] for card in shown))
    if kind == "reaction":
        return Seen(**common, emoji=shown["emoji"] or None, target=shown["message_id"])
    return Seen(**common, text=shown["body"])


def _interactive(shown: Fields, account: Account) -> Fields:
    """A message with something to press is a text, or what its header is."""
    header, action = shown.get("header", {}), shown["action"]
    kind = header.get("type", "text")
    replies = [button["reply"] for button in action.get("buttons", [])]
    rows = [row for section in action.get("sections", []) for row in section["rows"]]
    return {
        "type": kind,
        "text": shown["body"]["text"],
        "choices": tuple((each["title"], each["id"]) for each in [*rows, *replies]),
        "file": _bytes(header[kind], account) if kind in FILES else None,
    }


def _template(shown: Fields, account: Account) -> Fields:
    template = account.templates[shown["name"], shown["language"]["code"]]
    components = shown.get("components", [])
    payloads = {
        int(each["index"]): each["parameters"][0]["payload"] for each in components if each.get("type") == "button"
    }
    return {
        "text": template.filled([value["text"] for value in parameters(components, "body")]),
        "choices": tuple((title, payloads.get(index, title)) for index, title in enumerate(template.buttons)),
    }


def _bytes(media: Fields, account: Account) -> bytes | None:
    return account.files[media["id"]].data if "id" in media else None
