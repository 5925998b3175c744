"""What stands for a thing a channel has no form of its own for."""

from collections.abc import Sequence
from dataclasses import replace
from html import escape

from frontdesk.core.channel import MEDIA_TYPES, Limits
from frontdesk.core.content import Content, ContentType, OutboundMedia
from frontdesk.core.formatting import html, runs
from frontdesk.core.measuring import length
from frontdesk.core.message import ContactCard, Place

NEAREST: dict[ContentType, tuple[ContentType, ...]] = {
    "animation": ("video", "document"),
    "voice": ("audio", "document"),
    "sticker": ("image", "document"),
    "image": ("document",),
    "audio": ("document",),
    "video": ("document",),
}
SHOWN_TOGETHER = frozenset({"image", "video"})
SINGLE = frozenset({"voice", "animation", "sticker"})


def substituted(content: Content, limits: Limits) -> list[Content]:
    """Return `content` as things the channel has a form for, in order.

    A place becomes its name, address and a map's address; contacts become lines with their numbers; an album becomes
    albums that are small enough, else files one after the other (as do several files of one type); a file becomes the
    nearest type that can hold it (an animation a video, a voice note audio, a sticker a picture, anything a
    document), else its address. An edit is said anew in answer to what it changes. A template is its text. A deletion
    and a reaction have nothing that could stand for them.
    """
    if content.type == "album" or (content.type in MEDIA_TYPES and len(content.media) > 1):
        return _albums(content, limits)
    if content.type in limits.types or content.type == "text":
        return [content]
    match content.type:
        case "location":
            return [_as_text(content, _place_lines(content.place))]
        case "contacts":
            return [_as_text(content, [_card_line(card) for card in content.contacts])]
        case "edit":
            return _if_words(replace(_as_text(content, []), reply_to=content.target, target=None))
        case "template":
            return _if_words(_as_text(content, []))
        case "delete" | "reaction":
            return []
        case _:
            return [_file(content, limits)]


def _albums(content: Content, limits: Limits) -> list[Content]:
    """Cut an album where it is too large, or where files of a kind that is not shown together meet.

    Providers show pictures and videos together, audio files, and documents; anything else stands alone. Words go with
    the first, or below all where there are choices too.
    """
    groups = _groups(content.media, limits)
    bare = replace(content, text=None, buttons=(), rows=(), list_title=None)
    things = [_group(bare, group, limits) for group in groups]
    if not things:
        return [_as_text(content, [])]
    keys = limits.keyboards and bool(content.keyboard or content.asks_for)
    below = bool(content.buttons or content.rows or (keys and content.text))
    if not below and (not content.text or _can_carry(things[0], content.text, limits)):
        return [replace(things[0], text=content.text or things[0].text), *things[1:]]
    return [*things, _as_text(replace(content, reply_to=None), [])]


def _groups(files: Sequence[OutboundMedia], limits: Limits) -> list[list[OutboundMedia]]:
    most = limits.album if "album" in limits.types else 1
    groups: list[list[OutboundMedia]] = []
    for file in files:
        last = groups[-1] if groups else []
        if last and len(last) < most and _belong_together(last[-1], file, limits):
            last.append(file)
        else:
            groups.append([file])
    return groups


def _belong_together(file: OutboundMedia, other: OutboundMedia, limits: Limits) -> bool:
    if not {file.type, other.type} <= limits.types or SINGLE & {file.type, other.type}:
        return False
    return file.type == other.type or {file.type, other.type} <= SHOWN_TOGETHER


def _group(bare: Content, files: list[OutboundMedia], limits: Limits) -> Content:
    if len(files) > 1:
        return replace(bare, type="album", media=tuple(files))
    single = replace(bare, type=files[0].type, media=tuple(files))
    return single if single.type in limits.types else _file(single, limits)


def _can_carry(thing: Content, text: str, limits: Limits) -> bool:
    if thing.type == "text":
        return not thing.text and length(text, limits.unit) <= limits.text
    return thing.type in limits.captioned and length(text, limits.unit) <= limits.caption


def _file(content: Content, limits: Limits) -> Content:
    """Return a file as the nearest type the channel has, or as words with its address."""
    if not content.media:
        return _as_text(content, [])
    first = content.media[0]
    for kind in NEAREST.get(content.type, ()):
        if kind in limits.types and _can_be(first, kind):
            file = replace(first, type=kind)  # type: ignore[arg-type]  # the kinds of NEAREST are all files
            return replace(content, type=kind, media=(file, *content.media[1:]))
    return _as_text(content, [first.url or first.filename or first.mime or first.type])


def _can_be(file: OutboundMedia, kind: ContentType) -> bool:
    """Say whether a file can go as this type: a GIF is no video, a moving sticker no picture."""
    return kind == "document" or file.mime is None or file.mime.startswith(f"{kind}/")


def _as_text(content: Content, lines: Sequence[str]) -> Content:
    words = "\n".join(line for line in lines if line)
    text = content.text
    if words and content.format == "html":
        words, text = escape(words, quote=False), html(runs(text or ""))  # a tag left open would go on in the lines
    return replace(
        content,
        type="text",
        text=_joined(text, words),
        media=(),
        place=None,
        contacts=(),
        template=None,
        emoji=None,
    )


def _joined(text: str | None, more: str | None) -> str | None:
    return "\n\n".join(part for part in (text, more) if part) or None


def _if_words(content: Content) -> list[Content]:
    return [content] if content.text or content.buttons or content.rows else []


def _place_lines(place: Place | None) -> list[str]:
    if place is None:
        return []
    latitude, longitude = _degrees(place.latitude), _degrees(place.longitude)
    link = f"https://www.openstreetmap.org/?mlat={latitude}&mlon={longitude}#map=17/{latitude}/{longitude}"
    return [place.name or "", place.address or "", link]


def _degrees(value: float) -> str:
    """Write degrees to a tenth of a metre."""
    return f"{value:.6f}".rstrip("0").rstrip(".")


def _card_line(card: ContactCard) -> str:
    return ": ".join(part for part in (card.name, ", ".join(card.phones)) if part)
