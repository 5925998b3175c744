"""What a listener answers, read as a stranger's: bounded and strict, and then part of the outcome."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StrictStr, StringConstraints, ValidationError

from frontdesk.core.content import Button, Content
from frontdesk.core.exchange import read_json
from frontdesk.core.fields import UNSTORABLE
from frontdesk.core.intents import IntentName
from frontdesk.core.noting import ForgetVariables, SetField, Tag
from frontdesk.core.routing import PRESSED
from frontdesk.core.rules.actions import Language, TagName
from frontdesk.core.turn import Effect, KeepVariables, Outcome
from frontdesk.core.wording import storable
from frontdesk.errors import MalformedPayload

MOST_BYTES = 65_536
MOST_NUMBER = 10**15
LONGEST_VALUE = 1000
MOST_SAID = 300
MOST_FAULTS = 3


def _words(text: str) -> str:
    if not (kept := storable(text).strip()):
        raise ValueError("this says nothing")
    return kept


def _plain(value: Any) -> Any:
    match value:
        case None | bool():
            return value
        case int() | float() if abs(value) <= MOST_NUMBER:
            return value
        case str() if value and len(value) <= LONGEST_VALUE:
            return storable(value)
    raise ValueError(
        f"a value is text of 1 to {LONGEST_VALUE} characters, a number, true, false, or null to take it away"
    )


Words = Annotated[StrictStr, Field(max_length=4000), AfterValidator(_words)]
Title = Annotated[StrictStr, Field(max_length=120), AfterValidator(_words)]
Name = Annotated[str, StringConstraints(pattern=r"^[^\s/~\x00-\x1f\x7f][^\x00-\x1f\x7f]{0,119}$", strict=True)]
"""Of a field or a variable; what we keep for ourselves begins with a stroke or a wave."""
Value = Annotated[Any, AfterValidator(_plain)]
Notes = Annotated[Mapping[Name, Value], Field(max_length=20)]
Tags = Annotated[Sequence[TagName], Field(max_length=20)]


class Shape(BaseModel):
    """A part of an answer; nothing in it that nobody knows."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class ButtonShape(Shape):
    """A choice under a reply: it stands for its words, or leads to an intent."""

    title: Title
    intent: IntentName | None = None


class ReplyShape(Shape):
    """One message; without `language`, in that of the contact."""

    text: Words
    buttons: Annotated[Sequence[Title | ButtonShape], Field(max_length=10)] = ()
    language: Language | None = None


class AnswerShape(Shape):
    """All a listener may answer."""

    replies: Annotated[Sequence[ReplyShape], Field(max_length=3)] = ()
    fields: Notes = Field(default_factory=dict)
    variables: Notes = Field(default_factory=dict)
    tags: Tags = ()
    contact_tags: Tags = ()


class AnswerRefused(Exception):
    """An answer can't be used; says where and why, and nothing of what it holds."""


def read(body: bytes) -> AnswerShape:
    """Return what a body answers; an empty one answers nothing. AnswerRefused for anything else than documented."""
    if not body.strip():
        return AnswerShape()
    if len(body) > MOST_BYTES:
        raise AnswerRefused(f"the answer is over {MOST_BYTES} bytes")
    try:
        document = read_json(body)
    except MalformedPayload:
        raise AnswerRefused("the answer is not JSON") from None
    try:
        return AnswerShape.model_validate(document)
    except ValidationError as error:
        faults = error.errors(include_input=False, include_url=False, include_context=False)[:MOST_FAULTS]
        said = "; ".join(f"{'.'.join(map(str, fault['loc'])) or 'answer'}: {fault['msg']}" for fault in faults)
        raise AnswerRefused(UNSTORABLE.sub("\ufffd", said)[:MOST_SAID]) from None
    except RecursionError:
        raise AnswerRefused("the answer is nested too deep") from None


def outcome(answer: AnswerShape, listener: str) -> Outcome:
    """Return what an answer comes to."""
    return Outcome(
        replies=tuple(_content(reply) for reply in answer.replies),
        effects=tuple(_effects(answer)),
        evidence=f"listener {listener!s:.120}",
    )


def added(answer: AnswerShape) -> dict[str, Any]:
    """Return what the turn record keeps of an answer: how many replies, and names; no values, no words."""
    kept: dict[str, Any] = {
        "replies": len(answer.replies),
        "fields": sorted(answer.fields),
        "variables": sorted(answer.variables),
        "tags": sorted(answer.tags),
        "contact_tags": sorted(answer.contact_tags),
    }
    return {name: value for name, value in kept.items() if value}


def _content(reply: ReplyShape) -> Content:
    buttons = tuple(_button(button) for button in reply.buttons)
    return Content(text=reply.text, buttons=buttons, language=reply.language)


def _button(button: str | ButtonShape) -> Button:
    if isinstance(button, str):
        return Button(title=button)
    return Button(title=button.title, payload=f"{PRESSED}{button.intent}" if button.intent else None)


def _effects(answer: AnswerShape) -> list[Effect]:
    kept = {name: value for name, value in answer.variables.items() if value is not None}
    forgotten = tuple(name for name in answer.variables if name not in kept)
    return [
        *(SetField(field=name, value=value) for name, value in answer.fields.items()),
        *((KeepVariables(values=kept),) if kept else ()),
        *((ForgetVariables(names=forgotten),) if forgotten else ()),
        *((Tag(tags=tuple(answer.tags)),) if answer.tags else ()),
        *((Tag(tags=tuple(answer.contact_tags), of="contact"),) if answer.contact_tags else ()),
    ]
