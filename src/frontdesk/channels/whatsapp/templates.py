"""Messages Meta approved beforehand: the only ones that may go out once the window is closed."""

import re
from typing import Any

from frontdesk.channels.whatsapp.uploads import File
from frontdesk.core.content import Template
from frontdesk.errors import DeliveryRejected

NAME = re.compile("[a-z0-9_]{1,512}")
LANGUAGE = re.compile("[a-z]{2,3}(_[A-Z]{2,3})?")
NOTHING = "…"
HEADERS = ("image", "video", "document")


def template_body(template: Template, header: File | None) -> dict[str, Any]:
    """Return the `template` object; DeliveryRejected where its name, language or header can't be one."""
    if not NAME.fullmatch(template.name):
        raise DeliveryRejected(
            f"{template.name[:40]!r} names no template: names are lower case, digits and underscores"
        )
    language = template.language.replace("-", "_")
    if not LANGUAGE.fullmatch(language):
        raise DeliveryRejected(f"{language[:20]!r} is no language of a template: write it like en or en_US")
    components = [*_header(header), *_parameters(template.body), *_buttons(template.buttons)]
    body: dict[str, Any] = {"name": template.name, "language": {"code": language}}
    return {**body, "components": components} if components else body


def _header(file: File | None) -> list[dict[str, Any]]:
    if file is None:
        return []
    if file.type not in HEADERS:
        raise DeliveryRejected("a template's header is a picture, a video or a document")
    return [{"type": "header", "parameters": [{"type": file.type, file.type: file.shown()}]}]


def _parameters(values: tuple[str, ...]) -> list[dict[str, Any]]:
    """Return what fills the template's places; a parameter is one line, and never empty."""
    filled = [{"type": "text", "text": " ".join(value.split()) or NOTHING} for value in values]
    return [{"type": "body", "parameters": filled}] if filled else []


def _buttons(payloads: tuple[str, ...]) -> list[dict[str, Any]]:
    return [
        {
            "type": "button",
            "sub_type": "quick_reply",
            "index": str(index),
            "parameters": [{"type": "payload", "payload": payload}],
        }
        for index, payload in enumerate(payloads)
    ]
