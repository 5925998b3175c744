"""Whether what happened is what was expected, and in words what differs."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from frontdesk.rehearsal.conversations.bubbles import Bubble
from frontdesk.rehearsal.conversations.script import Saying, Step
from frontdesk.rehearsal.conversations.stored import Standing

MISSING = object()
MATCHERS = {"contains", "matches", "any_of", "at_least", "at_most", "present"}


def of_words(sayings: Sequence[Saying], bubbles: Sequence[Bubble]) -> list[str]:
    """Return what is wrong with what the bot said, message by message."""
    if len(bubbles) < len(sayings):
        said = "; ".join(map(str, bubbles)) or "nothing"
        missing = "; ".join(described(saying) for saying in sayings[len(bubbles) :])
        return (
            [f"the bot said {said}, and not {missing}"]
            if not bubbles
            else [*_each(sayings, bubbles), f"no more came, and not {missing}"]
        )
    return _each(sayings, bubbles)


def _each(sayings: Sequence[Saying], bubbles: Sequence[Bubble]) -> list[str]:
    return [words for saying, bubble in zip(sayings, bubbles, strict=False) for words in of_one(saying, bubble)]


def of_one(saying: Saying, bubble: Bubble) -> list[str]:
    """Return what is wrong with one message."""
    wrong = [] if _says(saying, bubble.text) else [f"the bot said {bubble.text!r}, and not {described(saying)}"]
    if saying.type is not None and saying.type != bubble.type:
        wrong.append(f"the bot sent a message of type {bubble.type}, and not {saying.type}")
    return wrong + of_buttons(saying.buttons, bubble)


def of_buttons(wanted: Sequence[str] | None, bubble: Bubble | None) -> list[str]:
    """Return what is wrong with the choices under a message."""
    if wanted is None:
        return []
    if bubble is None:
        return ["the bot said nothing that could have choices"]
    return (
        [] if tuple(wanted) == bubble.titles else [f"its choices are {_list(bubble.titles)}, and not {_list(wanted)}"]
    )


def _says(saying: Saying, text: str) -> bool:
    return (
        (saying.text is None or saying.text.strip() == text)
        and all(part.casefold() in text.casefold() for part in saying.contains)
        and (saying.matches is None or re.search(saying.matches, text) is not None)
        and (not saying.any_of or text in [each.strip() for each in saying.any_of])
    )


def described(saying: Saying) -> str:
    """Say what was expected of a message."""
    parts = [
        repr(saying.text) if saying.text is not None else "",
        f"something with {_list(saying.contains)}" if saying.contains else "",
        f"something like /{saying.matches}/" if saying.matches else "",
        f"one of {_list(saying.any_of)}" if saying.any_of else "",
        f"a message of type {saying.type}" if saying.type else "",
    ]
    return " and ".join(filter(None, parts)) or "any message"


def of_state(step: Step, now: Standing, is_new: bool) -> list[str]:
    """Return what is wrong with how the conversation stands and with its latest turn."""
    record = now.record
    turn = {
        "handler": (step.handler, now.handler),
        "intent": (step.intent, found(record, "recognition.intent")),
    }
    wrong = [
        f"{name} is {_shown(is_)}, and not {wanted}"
        for name, (wanted, is_) in turn.items()
        if wanted not in (None, is_)
    ]
    sure = found(record, "recognition.confidence")
    if step.confidence is not None and not _at_least(sure, step.confidence):
        wrong.append(f"confidence is {_shown(sure)}, and not {step.confidence} or more")
    if step.effects is not None and tuple(step.effects) != tuple(record.get("effects", ())):
        wrong.append(f"effects are {_list(record.get('effects', ()))}, and not {_list(step.effects)}")
    for path, wanted in step.record.items():
        wrong += of_value(f"record {path}", wanted, found(record, path))
    if wrong and not is_new:
        wrong.append("nothing was handled since the step before: what the record says is older")
    return wrong + _standing(step, now)


def _standing(step: Step, now: Standing) -> list[str]:
    wrong = [
        f"{name} is {_shown(is_)}, and not {wanted}"
        for name, wanted, is_ in (("owner", step.owner, now.owner), ("language", step.language, now.language))
        if wanted not in (None, is_)
    ]
    if step.mode is not None and tuple(step.mode) != now.modes:
        wrong.append(f"mode is {_list(now.modes)}, and not {_list(step.mode)}")
    for path, wanted in step.variables.items():
        wrong += of_value(f"variable {path}", wanted, found(now.variables, path))
    return wrong


def of_value(name: str, wanted: Any, is_: Any) -> list[str]:
    """Compare a value with what was expected: itself, or a mapping such as {contains: …}."""
    if isinstance(wanted, Mapping) and wanted and wanted.keys() <= MATCHERS:
        wrong = [how for how, than in wanted.items() if not _fits(how, than, is_)]
        return [f"{name} is {_shown(is_)}, and not {how} {wanted[how]!r}" for how in wrong]
    return [] if is_ is not MISSING and is_ == wanted else [f"{name} is {_shown(is_)}, and not {wanted!r}"]


def _fits(how: str, than: Any, is_: Any) -> bool:
    there = is_ is not MISSING and is_ is not None
    match how:
        case "present":
            return there is bool(than)
        case "contains":
            return there and (than in is_ if isinstance(is_, list) else str(than).casefold() in str(is_).casefold())
        case "matches":
            return there and re.search(str(than), str(is_)) is not None
        case "any_of":
            return isinstance(than, list) and is_ in than
        case "at_least":
            return _at_least(is_, than)
        case _:
            return _at_least(than, is_)


def _at_least(one: Any, other: Any) -> bool:
    numbers = (int, float)
    return isinstance(one, numbers) and isinstance(other, numbers) and one >= other


def found(tree: Any, path: str) -> Any:
    """Return what stands under a path such as `route.reason` or `replies.0`; MISSING where nothing does."""
    for step in path.split("."):
        if isinstance(tree, Mapping) and step in tree:
            tree = tree[step]
        elif isinstance(tree, list) and step.isdecimal() and int(step) < len(tree):
            tree = tree[int(step)]
        else:
            return MISSING
    return tree


def _shown(value: Any) -> str:
    return (
        "missing"
        if value is MISSING
        else "none"
        if value is None
        else str(value)
        if isinstance(value, str)
        else repr(value)
    )


def _list(values: Sequence[str]) -> str:
    return ", ".join(map(repr, values)) or "none"
