"""The window for free text: until when it is open, and the template that is sent once it has closed."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from frontdesk.core.channel import Channel, Limits
from frontdesk.core.content import Content, Template

SETTING = "window_template"
NEVER = datetime.min.replace(tzinfo=UTC)
MOST_CHARACTERS = 1024
WITHOUT_WORDS = frozenset({"reaction", "delete"})


def free_until(limits: Limits, last_inbound: datetime | None, extended: datetime | None) -> datetime | None:
    """Return when the window closes: it opens with the person's last message, an advert extends it. None: no window."""
    if limits.window is None:
        return None
    return max(last_inbound + limits.window if last_inbound else NEVER, extended or NEVER)


def stand_in(content: Content, channel: Channel) -> Content | None:
    """Return the template the tenant chose to be sent in place of `content`, None where there is none for it.

    The channel's setting `window_template` is `{"name", "language", "body"}`; in each value of `body`, `{text}` stands for
    the message's words on one line.
    """
    chosen = channel.settings.get(SETTING)
    if not isinstance(chosen, Mapping) or content.type in WITHOUT_WORDS:
        return None
    name, language, body = chosen.get("name"), chosen.get("language", "en"), chosen.get("body", ())
    if not isinstance(name, str) or not isinstance(language, str) or not isinstance(body, list | tuple):
        return None
    words = _on_one_line(content.text or "")
    filled = tuple(_filled(value, words) for value in body)
    return Content(type="template", text=content.text, template=Template(name=name, language=language, body=filled))


def extension(limits: Limits, came_from_advert: bool, now: datetime) -> datetime | None:
    """Return until when a message that came from an advert opens the window."""
    return now + limits.advert_window if came_from_advert and limits.advert_window else None


def _filled(value: Any, words: str) -> str:
    return str(value).replace("{text}", words)[:MOST_CHARACTERS] or "…"


def _on_one_line(text: str) -> str:
    """Return words as a template takes them: no line ends, no tabs, no runs of spaces."""
    return " ".join(text.split())
