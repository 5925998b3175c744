"""What a message says in words: Slack's three entities undone once, and the words of blocks where there are no others."""

import re
from collections.abc import Iterator

from frontdesk.channels.slack.payloads import Fields, part, parts, words

ENTITIES = {"&amp;": "&", "&lt;": "<", "&gt;": ">"}
ENTITY = re.compile("&(?:amp|lt|gt);")
DEEPEST = 12


def unescaped(text: str) -> str:
    """Undo `&amp; &lt; &gt;` in one pass: `&amp;lt;` was typed as `&lt;` and must stay so."""
    return ENTITY.sub(lambda match: ENTITIES[match[0]], text)


def said(message: Fields) -> str | None:
    """Return a message's text, or that of its blocks, which is not escaped."""
    text = words(message, "text")
    if text is not None:
        return unescaped(text)
    lines = (_line(block) for block in parts(message, "blocks"))
    return "\n".join(line for line in lines if line).strip() or None


def _line(block: Fields) -> str:
    match block.get("type"):
        case "rich_text":
            return "".join(_pieces(block, DEEPEST))
        case "section" | "header":
            return words(part(block, "text"), "text") or ""
        case "markdown":
            return words(block, "text") or ""
        case "context":
            return " ".join(filter(None, (words(element, "text") for element in parts(block, "elements"))))
        case _:
            return ""


def _pieces(element: Fields, depth: int) -> Iterator[str]:
    match element.get("type"):
        case "text":
            yield words(element, "text") or ""
        case "link":
            yield words(element, "text") or words(element, "url") or ""
        case "user":
            yield f"<@{words(element, 'user_id')}>"
        case "channel":
            yield f"<#{words(element, 'channel_id')}>"
        case "broadcast":
            yield f"<!{words(element, 'range')}>"
        case "emoji":
            yield f":{words(element, 'name')}:"
        case _ if depth > 0:
            for index, inner in enumerate(parts(element, "elements")):
                if index and element.get("type") in ("rich_text", "rich_text_list"):
                    yield "\n"
                yield from _pieces(inner, depth - 1)
