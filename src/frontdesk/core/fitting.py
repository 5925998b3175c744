"""A reply fitted to what one message of a channel can hold: nothing lost, nothing over the limit, order kept."""

from dataclasses import replace
from html import escape

from frontdesk.core.channel import Limits
from frontdesk.core.content import Button, Content
from frontdesk.core.formatting import html, plain, runs
from frontdesk.core.measuring import ELLIPSIS, length, shortened
from frontdesk.core.offering import Offer, Page, offer
from frontdesk.core.splitting import Format, keeps_form, packed, split
from frontdesk.core.substitutes import substituted

BY_THEMSELVES = frozenset({"reaction", "delete", "template"})
KEYLESS = BY_THEMSELVES | {"album", "edit"}


def fit(content: Content, limits: Limits) -> list[Content]:
    """Return the messages that together say `content` on a channel with these limits, in order.

    There are none where the channel can't say it and has nothing that could stand for it (a reaction, a deletion).
    `core/substitutes.py` says what becomes of things, `core/offering.py` of choices. Words go before the choices, a
    file before the words it can't carry; where there are none, "…" stands above choices. Only the first message
    answers `reply_to`, and the first with words has the `original`; all are silent, without previews and for one member
    where the content is. What was fitted stays as it is when it is fitted again.
    """
    if content.type in BY_THEMSELVES & limits.types:
        return [content]
    content = _with_keys(content, limits)
    parts = [part for thing in substituted(content, limits) for part in _fitted(_keyless(thing), limits)]
    if not parts or parts == [content]:
        return parts
    answers = parts[0].reply_to
    parts = [part for part in parts if _says_something(part)] or parts[:1]
    parts = [replace(part, reply_to=None if index else answers, original=None) for index, part in enumerate(parts)]
    worded = next((index for index, part in enumerate(parts) if part.text), 0)
    parts[worded] = replace(parts[worded], original=content.original)
    return _with_keyboard(parts, content, limits)


def _with_keys(content: Content, limits: Limits) -> Content:
    """Return one-tap answers as buttons where there is no keyboard; those without a word are none."""
    titles = tuple(title for title in content.keyboard if title.strip())
    if limits.keyboards or not titles:
        return content if titles == content.keyboard else replace(content, keyboard=titles)
    return replace(content, buttons=(*content.buttons, *(Button(title=title) for title in titles)), keyboard=())


def _says_something(part: Content) -> bool:
    return part.type != "text" or bool((part.text or "").strip() or part.buttons or part.rows)


def _fitted(content: Content, limits: Limits) -> list[Content]:
    if content.type == "text":
        return _texts(content, limits)
    if content.type == "edit":
        return _edits(content, limits)
    return _thing(content, limits)


def _texts(content: Content, limits: Limits) -> list[Content]:
    """Return words in as many messages as they take, the choices with the last or after it."""
    shown = offer(content, limits)
    if not (shown.lines or shown.pages):
        content = _titled(content)
        if length(content.text or "", limits.unit) <= limits.text:
            return [content]
    words, form = _words(content, shown, limits)
    first, *more = shown.pages or (Page(),)
    texts = _cut(words, form, shown, limits)
    parts = [replace(_without_choices(content), text=texts[0], format=form)]
    parts += [replace(_after(content), text=text, format=form) for text in texts[1:]]
    parts[-1] = replace(_with_page(parts[-1], content, first, limits), choices=shown.choices or content.choices)
    return parts + [_with_page(replace(_after(content), text=ELLIPSIS), content, page, limits) for page in more]


def _titled(content: Content) -> Content:
    """Return the title of a list that isn't shown as the words, where there are no others."""
    title = (content.list_title or "").strip()
    said = escape(title, quote=False) if content.format == "html" else title
    wordless = not (content.text or "").strip()
    return replace(content, text=said if wordless and said else content.text, list_title=None) if title else content


def _words(content: Content, shown: Offer, limits: Limits) -> tuple[str, Format]:
    """Return what stands above the choices; HTML as plain words where cuts would leave more tags than words."""
    words = content.text or ""
    if not words.strip():
        title = (_titled(content).text or "").strip()
        return title or ("" if shown.lines else ELLIPSIS), content.format
    shortest = min(limits.text, limits.body or limits.text) if shown.pages else limits.text
    fits = length(words, limits.unit) + sum(length(line, limits.unit) + 8 for line in shown.lines) <= shortest
    if content.format == "html" and not fits and not keeps_form(words, shortest, limits.unit):
        return plain(words), "plain"
    return words, content.format


def _cut(words: str, form: Format, shown: Offer, limits: Limits) -> list[str]:
    if shown.lines and form == "html":
        words = html(runs(words))  # a tag left open would go on in the lines
    texts = [words] if length(words, limits.unit) <= limits.text else split(words, limits.text, limits.unit, form)
    if shown.lines:
        texts = packed(texts, shown.lines, limits.text, limits.unit, form)
    if shown.pages and limits.body is not None and length(texts[-1], limits.unit) > limits.body:
        texts[-1:] = split(texts[-1], limits.text, limits.unit, form, limits.body)
    return texts


def _edits(content: Content, limits: Limits) -> list[Content]:
    """Return an edit; what it can't hold follows as text. New choices alone leave the words as they are."""
    shown = offer(content, limits)
    under = limits.under_media or not content.media
    if content.media:
        limits = replace(limits, text=min(limits.text, limits.caption))
    if not content.text:
        if shown == Offer():
            return [content]
        if not shown.lines and len(shown.pages) == 1 and under:
            return [_with_page(content, content, shown.pages[0], limits)]
        return _texts(replace(content, type="text", media=(), reply_to=content.target, target=None), limits)
    if under or shown == Offer():
        return _texts(content, limits)
    return [*_texts(_without_choices(content), limits), *_texts(_below(content, None), limits)]


def _thing(content: Content, limits: Limits) -> list[Content]:
    """Return a file, place or contacts with words and choices, or before them where it can't carry them."""
    shown = offer(content, limits)
    size = length(content.text or "", limits.unit)
    most = min(limits.caption, limits.body or limits.caption) if shown.pages else limits.caption
    carries = not size or (content.type in limits.captioned and size <= most)
    if carries and not shown.lines and (not shown.pages or (limits.under_media and len(shown.pages) == 1)):
        return [_with_page(content, content, (*shown.pages, Page())[0], limits)]
    return [replace(_without_choices(content), text=None), *_texts(_below(content, content.text), limits)]


def _with_page(part: Content, content: Content, page: Page, limits: Limits) -> Content:
    title = shortened(content.list_title, limits.list_title, limits.unit) if content.list_title and page.rows else None
    return replace(part, rows=page.rows, buttons=page.buttons, list_title=title or None)


def _without_choices(content: Content) -> Content:
    return replace(content, rows=(), buttons=(), list_title=None, choices=())


def _after(content: Content) -> Content:
    """Return an empty text that belongs to the same answer."""
    return Content(silent=content.silent, link_preview=content.link_preview, only_for=content.only_for)


def _below(content: Content, text: str | None) -> Content:
    return replace(
        _after(content),
        text=text,
        format=content.format,
        rows=content.rows,
        buttons=content.buttons,
        list_title=content.list_title,
    )


def _keyless(content: Content) -> Content:
    if not (content.keyboard or content.asks_for or content.remove_keyboard):
        return content
    return replace(content, keyboard=(), asks_for=None, remove_keyboard=False)


def _with_keyboard(parts: list[Content], content: Content, limits: Limits) -> list[Content]:
    """Put one-tap answers with the last message, or one of their own: a message has either these or choices.

    Where a keyboard is only to go, it goes with the first message that can take it away.
    """
    if not limits.keyboards:
        return [*parts[:-1], replace(parts[-1], asks_for=content.asks_for)]
    if content.keyboard or content.asks_for:
        if not _takes_keyboard(parts[-1]):
            parts = [*parts, replace(_after(content), text=ELLIPSIS)]
        last = parts[-1] if _says_something(parts[-1]) else replace(parts[-1], text=ELLIPSIS)
        return [*parts[:-1], replace(last, keyboard=content.keyboard, asks_for=content.asks_for)]
    able = next((index for index, part in enumerate(parts) if content.remove_keyboard and _takes_keyboard(part)), None)
    return [replace(part, remove_keyboard=index == able) for index, part in enumerate(parts)]


def _takes_keyboard(part: Content) -> bool:
    return part.type not in KEYLESS and not part.rows and not part.buttons
