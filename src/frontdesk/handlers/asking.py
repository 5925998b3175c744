"""Questions of a form as messages: in the language each was written in, with the answers there are to choose from."""

import itertools
from collections.abc import Mapping, Sequence

from frontdesk.core.answers import foreign
from frontdesk.core.content import Button, Content, Row
from frontdesk.core.slots import Form, Step
from frontdesk.core.turn import Turn
from frontdesk.handlers.wording import beside
from frontdesk.phrases import say

YES, NO = "/yes", "/no"
MOST_BUTTONS = 10
MOST_LISTED = 30
"""Values of a list that are shown; a longer one is asked for in words alone."""


def asked(turn: Turn, form: Form, lines: Sequence[str], step: Step | None = None) -> tuple[Content, ...]:
    """Return lines as messages, those of one language together; the last has the choices of `step`."""
    tags = _languages(turn, form)
    groups = [
        Content(text="\n".join(group), language=language) for language, group in itertools.groupby(lines, key=tags.get)
    ]
    if step is None or not groups:
        return tuple(groups)
    return (*groups[:-1], _with_choices(turn, groups[-1], lines[-1], step))


def _languages(turn: Turn, form: Form) -> Mapping[str, str]:
    """Return the languages of the tenant's own lines that are not in the turn's; ours are."""
    texts = [text for slot in form.slots for text in (*slot.prompt.items(), *slot.invalid.items())]
    own = {text for tag, text in texts if not foreign(tag, turn.language)}
    return {text: tag for tag, text in texts if text not in own}


def _with_choices(turn: Turn, content: Content, line: str, step: Step) -> Content:
    buttons: tuple[Button, ...] = ()
    rows: tuple[Row, ...] = ()
    if step.stage == "confirming" and turn.ear and line != turn.ear.words.says["what"]:
        spoken = beside(turn, content.language)
        titles = {YES: say(spoken, "intent.yes"), NO: say(spoken, "intent.no")}
        buttons = tuple(Button(title=title, payload=payload) for payload, title in titles.items())
    elif len(step.choices) <= MOST_BUTTONS:
        buttons = tuple(Button(title=value, payload=value) for value in step.choices)
    elif len(step.choices) <= MOST_LISTED:
        rows = tuple(Row(title=value, payload=value) for value in step.choices)
    return Content(text=content.text, language=content.language, buttons=buttons, rows=rows)
