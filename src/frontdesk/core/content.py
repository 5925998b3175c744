"""What Frontdesk can send: one value for a reply, before and after it is fitted to a channel."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from frontdesk.core.message import ContactCard, Place

ContentType = Literal[
    "text",
    "image",
    "audio",
    "voice",
    "video",
    "animation",
    "document",
    "sticker",
    "album",
    "location",
    "contacts",
    "reaction",
    "edit",
    "delete",
    "template",
]
ASKS_FOR = Literal["contact", "location"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    """A choice under a message: it answers with `payload` (the title if there is none), or opens `url`."""

    title: str
    payload: str | None = None
    url: str | None = None

    @property
    def answer(self) -> str:
        return self.payload if self.payload is not None else self.title


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of a list to choose from."""

    title: str
    payload: str
    description: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """An answer offered as a numbered line of text: whoever sends the number, or the title, chose `payload`."""

    title: str
    payload: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboundMedia:
    """A file to send: exactly one of a public https `url`, the provider's own `ref`, or a `stored` file of ours.

    `data` is filled in for stored files just before sending and is never kept in the queue.
    """

    type: Literal["image", "audio", "voice", "video", "animation", "document", "sticker"]
    url: str | None = None
    ref: str | None = None
    stored: str | None = None
    mime: str | None = None
    filename: str | None = None
    data: bytes | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """A message the provider approved beforehand: its name and language, what fills its places, its buttons' payloads."""

    name: str
    language: str
    header: OutboundMedia | None = None
    body: tuple[str, ...] = ()
    buttons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """One outbound message.

    `text` is plain text, or the caption of media, or an edit's new text; `format` says whether it holds HTML of the
    small set b i u s a code pre blockquote. `target` is the external id a reaction, edit or delete is about;
    `reply_to` the external id this message answers. `keyboard` asks with one-tap answers that come back as text
    (`asks_for` marks the ones that share the contact or the location); an empty tuple leaves the keyboard as it is.
    `choices` are those the text numbers, filled in by `core/fitting.py`. `only_for` names the one member of a group who
    sees the message, where the channel can do that. `language` is that of its words where it is not the turn's: they are
    translated where the tenant can; `original` is the text as it was before.
    """

    type: ContentType = "text"
    text: str | None = None
    format: Literal["plain", "html"] = "plain"
    buttons: tuple[Button, ...] = ()
    rows: tuple[Row, ...] = ()
    list_title: str | None = None
    media: tuple[OutboundMedia, ...] = ()
    place: Place | None = None
    contacts: tuple[ContactCard, ...] = ()
    template: Template | None = None
    choices: tuple[Choice, ...] = ()
    keyboard: tuple[str, ...] = ()
    asks_for: ASKS_FOR | None = None
    remove_keyboard: bool = False
    target: str | None = None
    emoji: str | None = None
    reply_to: str | None = None
    silent: bool = False
    link_preview: bool = True
    only_for: str | None = None
    language: str | None = None
    original: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outbound:
    """One message on its way: fitted content, the provider's address, and our stable key for it (unique per channel).

    `answer_url` is the address the provider gave for answers to the event this message answers, with the time it ends.
    """

    key: str
    conversation: str
    content: Content
    thread: str | None = None
    recipient: str | None = None
    answer_url: str | None = field(default=None, repr=False)
    answer_by: datetime | None = None
