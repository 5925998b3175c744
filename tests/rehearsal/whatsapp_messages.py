"""Messages the Cloud API takes, and messages it refuses, with the code it refuses them with."""

from typing import Any

LINK = "https://example.org/a.png"


def pressable(kind: str, action: Any, **more: Any) -> dict[str, Any]:
    return {"type": kind, "body": {"text": "?"}, "action": action, **more}


def buttons(*replies: dict[str, str], **more: Any) -> dict[str, Any]:
    return pressable("button", {"buttons": [{"type": "reply", "reply": reply} for reply in replies]}, **more)


def rows(*sections: int, label: str = "Choose") -> dict[str, Any]:
    lists = [
        [{"id": f"{part}-{row}", "title": f"row {part} {row}"} for row in range(n)] for part, n in enumerate(sections)
    ]
    shown = [{"title": f"part {part}", "rows": lines} for part, lines in enumerate(lists)]
    return pressable("list", {"button": label, "sections": shown})


def link(text: str = "Pay", url: str = LINK) -> dict[str, Any]:
    return pressable("cta_url", {"name": "cta_url", "parameters": {"display_text": text, "url": url}})


def template(
    name: str = "news", language: str = "en", values: tuple[str, ...] = ("a", "b"), **more: Any
) -> dict[str, Any]:
    body = [{"type": "body", "parameters": [{"type": "text", "text": value} for value in values]}] if values else []
    return {"name": name, "language": {"code": language}, "components": body, **more}


YES = {"id": "y", "title": "Yes"}
ACCEPTED: list[tuple[str, Any]] = [
    ("text", {"body": "a" * 4096, "preview_url": True}),
    ("image", {"id": "9001", "caption": "a" * 1024}),
    ("document", {"link": LINK, "filename": "a.pdf"}),
    ("audio", {"link": "https://example.org/a.ogg", "voice": True}),
    ("location", {"latitude": 0, "longitude": 0, "name": "n"}),
    ("contacts", [{"name": {"formatted_name": "Bo", "first_name": "Bo"}, "phones": [{"phone": "+7701"}]}]),
    (
        "interactive",
        buttons(YES, {"id": "n" * 256, "title": "N" * 20}, header={"type": "image", "image": {"link": LINK}}),
    ),
    ("interactive", rows(5, 5)),
    ("interactive", link()),
    ("interactive", pressable("location_request_message", {"name": "send_location"})),
    ("reaction", {"message_id": "wamid.x", "emoji": "👍"}),
    ("reaction", {"message_id": "wamid.x", "emoji": ""}),
    ("template", template()),
]
REFUSED: list[tuple[str, Any, int]] = [
    ("text", {"body": ""}, 131008),
    ("text", {}, 131008),
    ("text", {"body": "a" * 4097}, 100),
    ("text", {"body": "a", "colour": "red"}, 100),
    ("text", {"body": "a", "preview_url": "yes"}, 100),
    ("postcard", {"body": "a"}, 100),
    ("image", {"id": "never-seen"}, 100),
    ("image", {"id": "9001", "link": LINK}, 100),
    ("image", {"link": "http://example.org/a.png"}, 131053),
    ("image", {"id": "9001", "caption": "a" * 1025}, 100),
    ("audio", {"id": "9001", "caption": "a"}, 100),
    ("audio", {"id": "9001"}, 131053),
    ("image", {"id": "9002"}, 131053),
    ("sticker", {"id": "9001", "filename": "a"}, 100),
    ("location", {"latitude": "1", "longitude": 2}, 100),
    ("location", {"latitude": 91, "longitude": 2}, 100),
    ("contacts", [], 131009),
    ("contacts", [{"name": {"formatted_name": "Bo"}}], 131008),
    ("interactive", buttons(*[{"id": str(n), "title": str(n)} for n in range(4)]), 131009),
    ("interactive", buttons(YES, {"id": "y", "title": "No"}), 131009),
    ("interactive", buttons(YES, {"id": "n", "title": "Yes"}), 131009),
    ("interactive", buttons({"id": "y", "title": "a" * 21}), 100),
    ("interactive", buttons({"id": "a" * 257, "title": "a"}), 100),
    ("interactive", buttons({"id": "y", "title": "a\nb"}), 131009),
    ("interactive", buttons({"id": "y", "title": "*a*"}), 131009),
    ("interactive", {**buttons(YES), "body": {"text": "a" * 1025}}, 100),
    ("interactive", {**buttons(YES), "body": {"text": ""}}, 131008),
    ("interactive", buttons(YES, header={"type": "audio", "audio": {"id": "9001"}}), 100),
    ("interactive", rows(6, 5), 131009),
    ("interactive", rows(11), 131009),
    ("interactive", rows(2, label="a" * 21), 100),
    ("interactive", link(text="a" * 21), 100),
    ("interactive", link(url="tel:+7701"), 131009),
    ("interactive", pressable("carousel", {}), 100),
    ("reaction", {"message_id": "wamid.x", "emoji": "ok"}, 131009),
    ("reaction", {"emoji": "👍"}, 131008),
    ("template", template("unknown"), 132001),
    ("template", template(language="ru"), 132001),
    ("template", template("old", values=("a",)), 132015),
    ("template", template(values=("a",)), 132000),
    ("template", template(values=("a", "b\nc")), 132018),
    ("template", template("bill", values=()), 132012),
    ("template", {**template(), "components": [*template()["components"], {"type": "button", "index": "1"}]}, 132012),
]
