"""What can be said, each with the JSON it becomes."""

from typing import Any

from frontdesk.core.content import Button, Row, Template
from frontdesk.core.message import ContactCard, Place
from tests.channels.whatsapp.builders import a_file

POINT = Place(latitude=43.2, longitude=76.8, name="Clinic 4", address="Abay 10")
BO = ContactCard(name="Bo Li", phones=("+7 701 000 0002", "5-12"))
YES, NO = Button(title="Yes", payload="confirm:yes"), Button(title="No")
REPLIES = [
    {"type": "reply", "reply": {"id": "confirm:yes", "title": "Yes"}},
    {"type": "reply", "reply": {"id": "No", "title": "No"}},
]
ROWS = (Row(title="Stall 14", payload="stall:14", description="fruit"), Row(title="Stall 15", payload="stall:15"))
LISTED = [
    {"id": "stall:14", "title": "Stall 14", "description": "fruit"},
    {"id": "stall:15", "title": "Stall 15"},
]
LINK = "https://example.org/a"


def _interactive(kind: str, text: str, action: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"type": "interactive", "interactive": {"type": kind, "body": {"text": text}, "action": action, **more}}


def _text(body: str, preview: bool = False) -> dict[str, Any]:
    return {"type": "text", "text": {"body": body, "preview_url": preview}}


SAID: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "text": ({"text": " Hi "}, _text("Hi")),
    "text with an address": ({"text": f"see {LINK}"}, _text(f"see {LINK}", True)),
    "no preview": ({"text": LINK, "link_preview": False}, _text(LINK)),
    "html": ({"text": "<b>Hi</b> &amp; bye", "format": "html"}, _text("*Hi* & bye")),
    "plain text keeps its tags": ({"text": "<b>Hi</b>"}, _text("<b>Hi</b>")),
    "an unpaired surrogate": ({"text": "a\ud83d"}, _text("a?")),
    "a keyboard's asking for a contact is typed": (
        {"text": "Your number?", "asks_for": "contact"},
        _text("Your number?"),
    ),
    "image by id": (
        {"type": "image", "media": (a_file("image"),), "text": "map"},
        {"type": "image", "image": {"id": "9001", "caption": "map"}},
    ),
    "image by address": (
        {"type": "image", "media": (a_file("image", url=f"{LINK}.jpg"),), "text": "<i>a</i>", "format": "html"},
        {"type": "image", "image": {"link": f"{LINK}.jpg", "caption": "_a_"}},
    ),
    "a picture of another type by address": (
        {"type": "image", "media": (a_file("image", url=f"{LINK}.webp"),)},
        {"type": "document", "document": {"link": f"{LINK}.webp", "filename": "a.webp"}},
    ),
    "video": ({"type": "video", "media": (a_file("video"),)}, {"type": "video", "video": {"id": "9001"}}),
    "animation": ({"type": "animation", "media": (a_file("animation"),)}, {"type": "video", "video": {"id": "9001"}}),
    "audio": ({"type": "audio", "media": (a_file("audio"),)}, {"type": "audio", "audio": {"id": "9001"}}),
    "voice": (
        {"type": "voice", "media": (a_file("voice"),)},
        {"type": "audio", "audio": {"id": "9001", "voice": True}},
    ),
    "document": (
        {"type": "document", "media": (a_file("document", ref="9001", filename="lease.pdf"),), "text": "sign"},
        {"type": "document", "document": {"id": "9001", "filename": "lease.pdf", "caption": "sign"}},
    ),
    "sticker": ({"type": "sticker", "media": (a_file("sticker"),)}, {"type": "sticker", "sticker": {"id": "9001"}}),
    "album of one": (
        {"type": "album", "media": (a_file("image"),)},
        {"type": "image", "image": {"id": "9001"}},
    ),
    "location": (
        {"type": "location", "place": POINT},
        {
            "type": "location",
            "location": {"latitude": 43.2, "longitude": 76.8, "name": "Clinic 4", "address": "Abay 10"},
        },
    ),
    "a bare point": (
        {"type": "location", "place": Place(latitude=0, longitude=0)},
        {"type": "location", "location": {"latitude": 0, "longitude": 0}},
    ),
    "contacts": (
        {"type": "contacts", "contacts": (BO, ContactCard(name="", phones=("+77010000003",)))},
        {
            "type": "contacts",
            "contacts": [
                {
                    "name": {"formatted_name": "Bo Li", "first_name": "Bo"},
                    "phones": [
                        {"phone": "+7 701 000 0002", "type": "CELL", "wa_id": "77010000002"},
                        {"phone": "5-12", "type": "CELL"},
                    ],
                },
                {
                    "name": {"formatted_name": "+77010000003", "first_name": "+77010000003"},
                    "phones": [{"phone": "+77010000003", "type": "CELL", "wa_id": "77010000003"}],
                },
            ],
        },
    ),
    "buttons": ({"text": "Sure?", "buttons": (YES, NO)}, _interactive("button", "Sure?", {"buttons": REPLIES})),
    "buttons without words": ({"buttons": (YES, NO)}, _interactive("button", "…", {"buttons": REPLIES})),
    "buttons under a picture": (
        {"type": "image", "media": (a_file("image"),), "text": "This?", "buttons": (YES, NO)},
        _interactive("button", "This?", {"buttons": REPLIES}, header={"type": "image", "image": {"id": "9001"}}),
    ),
    "a short keyboard": (
        {"text": "Sure?", "keyboard": ("Yes", "No")},
        _interactive(
            "button",
            "Sure?",
            {"buttons": [{"type": "reply", "reply": {"id": word, "title": word}} for word in ("Yes", "No")]},
        ),
    ),
    "a long keyboard is typed": ({"text": "How many?", "keyboard": ("1", "2", "3", "4")}, _text("How many?")),
    "rows": (
        {"text": "Which?", "rows": ROWS, "list_title": "Stalls"},
        _interactive("list", "Which?", {"button": "Stalls", "sections": [{"rows": LISTED}]}),
    ),
    "rows without a title": (
        {"text": "Which?", "rows": ROWS},
        _interactive("list", "Which?", {"button": "☰", "sections": [{"rows": LISTED}]}),
    ),
    "a button that opens an address": (
        {"text": "Pay here", "buttons": (Button(title="Pay", url=LINK),)},
        _interactive("cta_url", "Pay here", {"name": "cta_url", "parameters": {"display_text": "Pay", "url": LINK}}),
    ),
    "asking for the place": (
        {"text": "Where are you?", "asks_for": "location", "keyboard": ("Send",)},
        _interactive("location_request_message", "Where are you?", {"name": "send_location"}),
    ),
    "asking for the place by a title": (
        {"text": "Where are you?", "asks_for": "location", "buttons": (Button(title="Send"),)},
        _interactive("location_request_message", "Where are you?", {"name": "send_location"}),
    ),
    "asking for the place beside another answer": (
        {"text": "Where?", "asks_for": "location", "buttons": (Button(title="Here"), NO)},
        _interactive(
            "button",
            "Where?",
            {"buttons": [{"type": "reply", "reply": {"id": word, "title": word}} for word in ("Here", "No")]},
        ),
    ),
    "asking for the place under a picture": (
        {"type": "image", "media": (a_file("image"),), "asks_for": "location"},
        {"type": "image", "image": {"id": "9001"}},
    ),
    "reaction": (
        {"type": "reaction", "target": "wamid.theirs", "emoji": "👍"},
        {"type": "reaction", "reaction": {"message_id": "wamid.theirs", "emoji": "👍"}},
    ),
    "reaction taken back": (
        {"type": "reaction", "target": "wamid.theirs"},
        {"type": "reaction", "reaction": {"message_id": "wamid.theirs", "emoji": ""}},
    ),
    "reply": ({"text": "Hi", "reply_to": "wamid.theirs"}, {**_text("Hi"), "context": {"message_id": "wamid.theirs"}}),
    "template": (
        {"type": "template", "template": Template(name="stall_news", language="en-US")},
        {"type": "template", "template": {"name": "stall_news", "language": {"code": "en_US"}}},
    ),
    "template with all its parts": (
        {
            "type": "template",
            "template": Template(
                name="stall_news",
                language="ru",
                header=a_file("image"),
                body=("two\nlines\tand      gaps", ""),
                buttons=("more", "stop"),
            ),
        },
        {
            "type": "template",
            "template": {
                "name": "stall_news",
                "language": {"code": "ru"},
                "components": [
                    {"type": "header", "parameters": [{"type": "image", "image": {"id": "9001"}}]},
                    {
                        "type": "body",
                        "parameters": [{"type": "text", "text": "two lines and gaps"}, {"type": "text", "text": "…"}],
                    },
                    {
                        "type": "button",
                        "sub_type": "quick_reply",
                        "index": "0",
                        "parameters": [{"type": "payload", "payload": "more"}],
                    },
                    {
                        "type": "button",
                        "sub_type": "quick_reply",
                        "index": "1",
                        "parameters": [{"type": "payload", "payload": "stop"}],
                    },
                ],
            },
        },
    ),
}
