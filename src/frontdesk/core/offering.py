"""How a message's choices can be shown on a channel: as buttons, as rows of a list, or numbered in its text."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import count

from frontdesk.core.channel import Limits
from frontdesk.core.choosing import are_numbers
from frontdesk.core.content import Button, Choice, Content, Row
from frontdesk.core.measuring import ELLIPSIS, length, shortened


@dataclass(frozen=True, slots=True)
class Page:
    """The choices of one message."""

    rows: tuple[Row, ...] = ()
    buttons: tuple[Button, ...] = ()


@dataclass(frozen=True, slots=True)
class Offer:
    """What is left to say: `lines` of plain text below the words, then `pages` of choices, the first with the words.

    `choices` are those the lines number.
    """

    lines: tuple[str, ...] = ()
    pages: tuple[Page, ...] = ()
    choices: tuple[Choice, ...] = ()


def offer(content: Content, limits: Limits) -> Offer:
    """Return how the rows and buttons of `content` are shown.

    Buttons stay buttons where their number and titles fit, else become rows of a list where those fit, else go over
    several messages. Rows over the limit are pages. A title too long for its row stands in full in the description.
    Where a title or description can't be shown whole, or two choices could not be told apart, all are numbered in the
    text. Addresses a button can't open are lines `Title: address`.
    """
    rows = tuple(_tidy_row(row) for row in content.rows)
    buttons = tuple(_tidy_button(button) for button in content.buttons)
    if not (rows or buttons):
        return Offer()
    described = limits.rows > 0 and limits.row_description > 0
    bare = rows if described else tuple(replace(row, description=None) for row in rows)
    presses = tuple(button for button in buttons if button.url is None)
    for shown in dict.fromkeys((_with_links(bare, buttons, limits), presses)):
        if (pages := _pages(bare, shown, limits)) is not None:
            told = [] if described else [_said(row) for row in rows if row.description]
            links = [_link(button) for button in buttons if button.url is not None and button not in shown]
            return Offer((*told, *links), tuple(pages))
    return _numbered(rows, presses, [_link(button) for button in buttons if button.url is not None])


def _numbered(rows: Sequence[Row], buttons: Sequence[Button], links: Sequence[str]) -> Offer:
    choices = [Choice(title=row.title, payload=row.payload) for row in rows]
    choices += [Choice(title=button.title, payload=button.answer) for button in buttons]
    said = [_said(row) for row in rows] + [button.title for button in buttons]
    named = are_numbers([choice.title for choice in choices])
    lines = said if named else [f"{number}. {words}" for number, words in zip(count(1), said, strict=False)]
    return Offer((*lines, *links), (), tuple(choices))


def _with_links(rows: Sequence[Row], buttons: tuple[Button, ...], limits: Limits) -> tuple[Button, ...]:
    """Return the buttons that may stand together; those that open an address are left out where they may not."""
    alone = not rows and len(buttons) == 1
    if limits.links == "with" or (limits.links == "alone" and alone):
        return buttons
    return tuple(button for button in buttons if button.url is None)


def _pages(rows: Sequence[Row], buttons: Sequence[Button], limits: Limits) -> list[Page] | None:
    """Return the messages these choices take, None where some can't be shown whole."""
    if not rows:
        return _pages_of_buttons(buttons, limits)
    if not buttons:
        return _pages_of_rows(rows, limits)
    if not limits.mixed:
        together = _rows(rows, buttons, limits)
        if together is not None and len(together) <= limits.rows:
            return [Page(rows=together)]
    lists, presses = _pages_of_rows(rows, limits), _pages_of_buttons(buttons, limits)
    if lists is None or presses is None:
        return None
    return _joined(lists, presses, limits)


def _joined(lists: list[Page], presses: list[Page], limits: Limits) -> list[Page]:
    """Return both as one page where the channel may show them together and their number is one it can show."""
    one_each = limits.mixed and len(lists) == len(presses) == 1 and not (lists[0].buttons or presses[0].rows)
    if one_each and len(lists[0].rows) + len(presses[0].buttons) <= max(limits.rows, limits.buttons):
        return [Page(lists[0].rows, presses[0].buttons)]
    return [*lists, *presses]


def _pages_of_buttons(buttons: Sequence[Button], limits: Limits) -> list[Page] | None:
    fit = _buttons_fit(buttons, limits)
    if fit and len(buttons) <= limits.buttons:
        return [Page(buttons=tuple(buttons))] if buttons else []
    if (rows := _rows((), buttons, limits)) is not None:
        return _paged(rows, limits)
    if not fit:
        return None
    return [Page(buttons=tuple(buttons[at : at + limits.buttons])) for at in range(0, len(buttons), limits.buttons)]


def _pages_of_rows(rows: Sequence[Row], limits: Limits) -> list[Page] | None:
    if (fitted := _rows(rows, (), limits)) is not None:
        return _paged(fitted, limits)
    buttons = tuple(Button(title=row.title, payload=row.payload) for row in rows)
    bare = not any(row.description for row in rows)
    return [Page(buttons=buttons)] if bare and len(rows) <= limits.buttons and _buttons_fit(buttons, limits) else None


def _paged(rows: tuple[Row, ...], limits: Limits) -> list[Page]:
    return [Page(rows=rows[at : at + limits.rows]) for at in range(0, len(rows), limits.rows)]


def _buttons_fit(buttons: Sequence[Button], limits: Limits) -> bool:
    if not buttons:
        return True
    short = all(length(button.title, limits.unit) <= limits.button_title for button in buttons)
    titles = [button.title for button in buttons]
    answers = [button.answer for button in buttons if button.url is None]
    return limits.buttons > 0 and short and _distinct(titles) and _distinct(answers)


def _rows(rows: Sequence[Row], buttons: Sequence[Button], limits: Limits) -> tuple[Row, ...] | None:
    """Return rows and buttons as rows that fit, None where one doesn't, opens an address, or is like another."""
    if limits.rows < 1 or any(button.url is not None for button in buttons):
        return None
    more = [Row(title=button.title, payload=button.answer) for button in buttons]
    fitted = [row for row in (_row(row, limits) for row in (*rows, *more)) if row is not None]
    told_apart = _distinct([row.title for row in fitted]) and _distinct([row.payload for row in fitted])
    return tuple(fitted) if len(fitted) == len(rows) + len(more) and told_apart else None


def _row(row: Row, limits: Limits) -> Row | None:
    """Return the row as it fits: a title too long is cut and stands in full in the description."""
    if length(row.title, limits.unit) > limits.row_title:
        title = shortened(row.title, limits.row_title, limits.unit)
        row = replace(row, title=title, description=_said(row))
        if title in ("", ELLIPSIS):
            return None
    return row if length(row.description or "", limits.unit) <= limits.row_description else None


def _distinct(values: Sequence[str]) -> bool:
    return len(set(values)) == len(values)


def _said(row: Row) -> str:
    return f"{row.title} – {row.description}" if row.description else row.title


def _link(button: Button) -> str:
    return f"{button.title}: {button.url}" if button.title != button.url else button.title


def _tidy_row(row: Row) -> Row:
    description = " ".join((row.description or "").split()) or None
    return replace(row, title=_tidy(row.title, row.payload), description=description)


def _tidy_button(button: Button) -> Button:
    title = _tidy(button.title, button.url or button.answer)
    if title == button.title:
        return button
    return replace(button, title=title, payload=button.payload if button.url is not None else button.answer)


def _tidy(title: str, instead: str) -> str:
    """Return a title as one line that says something: providers refuse empty ones."""
    return " ".join(title.split()) or " ".join(instead.split()) or ELLIPSIS
