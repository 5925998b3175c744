"""Tasks for a model: what the prompts say, with everything foreign behind a fence, and how the answer is read."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from pydantic import BaseModel

from frontdesk import prompts
from frontdesk.services.genai import shapes
from frontdesk.services.genai.fence import Fence, lines
from frontdesk.services.genai.port import (
    Answer,
    Chat,
    Chatted,
    Classification,
    Classify,
    Extract,
    Extraction,
    Question,
    Summarise,
    Summary,
    Translate,
    Translation,
)

T = TypeVar("T")

NONE = "(none)"
TONES = {
    "friendly": "warm and informal",
    "formal": "polite and formal, with the form of address strangers are owed",
    "brief": "plain, in as few words as will do",
}
CODE = re.compile(r"[A-Za-z0-9]{1,8}([-_][A-Za-z0-9]{1,8}){0,4}\Z")


@dataclass(frozen=True, slots=True)
class Task(Generic[T]):
    """One request to a model. `read` turns JSON of the `shape` into the result; ValueError says what to do better."""

    name: str
    shape: type[BaseModel]
    instructions: str = field(repr=False)
    request: str = field(repr=False)
    read: Callable[[Any], T] = field(repr=False)


def _task(
    name: str,
    shape: type[BaseModel],
    read: Callable[[Any], T],
    data: Mapping[str, str],
    plain: Mapping[str, str] | None = None,
) -> Task[T]:
    """Make a task: `data` goes behind the fence, `plain` holds values of our own and of the tenant."""
    fence = Fence.around(*data.values(), *(plain or {}).values())
    fenced = {what: fence.enclose(what, text) if text else NONE for what, text in data.items()}
    rules = prompts.rules().replace("{{token}}", fence.token)
    instructions, request = prompts.load(name).fill({"rules": rules, **fenced, **(plain or {})})

    def guarded(said: BaseModel) -> T:
        if fence.crossed_by(said.model_dump_json()):
            raise ValueError("leave the marks of the data out of the answer")
        return read(said)

    return Task(name, shape, instructions, request, guarded)


def answering(asked: Question) -> Task[Answer]:
    passages = _json_lines(
        [{"passage": n, "title": each.title, "text": each.text} for n, each in enumerate(asked.passages, 1)]
    )
    return _task(
        "answer",
        shapes.AnswerShape,
        lambda said: shapes.answer(asked, said),
        {"passages": passages, "history": lines(asked.history), "question": asked.text},
        {
            "language": _code(asked.language),
            "most_words": str(asked.most_words),
            "persona": asked.persona.strip() or NONE,
        },
    )


def classifying(asked: Classify) -> Task[Classification]:
    choices = [
        {"name": each.name, "description": each.description, "examples": each.examples} for each in asked.choices
    ]
    return _task(
        "classify",
        shapes.ClassificationShape,
        lambda said: shapes.classification(asked, said),
        {"choices": _json_lines(choices), "history": lines(asked.history), "text": asked.text},
    )


def extracting(asked: Extract) -> Task[Extraction]:
    wanted = [{"name": each.name, "description": each.description, "options": each.options} for each in asked.wanted]
    return _task(
        "extract",
        shapes.ExtractionShape,
        lambda said: shapes.extraction(asked, said),
        {"wanted": _json_lines(wanted), "history": lines(asked.history), "text": asked.text},
        {"language": _code(asked.language), "today": _code(asked.today) if asked.today else "unknown"},
    )


def summarising(asked: Summarise) -> Task[Summary]:
    return _task(
        "summarise",
        shapes.TextShape,
        lambda said: shapes.summary(asked, said),
        {"before": asked.before, "lines": lines(asked.lines)},
        {"language": _code(asked.language), "most_words": str(asked.most_words)},
    )


def translating(asked: Translate) -> Task[Translation]:
    source = f"the language `{_code(asked.source)}`" if asked.source else "whatever language it is in"
    return _task(
        "translate",
        shapes.TextShape,
        lambda said: shapes.translation(asked, said),
        {"text": asked.text, "keep": _json_lines(asked.keep)},
        {"source": source, "target": _code(asked.target)},
    )


def chatting(asked: Chat) -> Task[Chatted]:
    return _task(
        "chat",
        shapes.ChatShape,
        lambda said: shapes.chatted(asked, said),
        {"name": asked.name, "history": lines(asked.history), "text": asked.text},
        {
            "language": _code(asked.language),
            "tone": TONES[asked.tone],
            "most_characters": str(asked.bounds.most_characters),
            "most_sentences": str(asked.bounds.most_sentences),
        },
    )


def _code(text: str) -> str:
    """Return a language code or date as it is, and anything else as undetermined: it would stand outside the fence."""
    return text if CODE.match(text) else "und"


def _json_lines(items: Sequence[object]) -> str:
    return "\n".join(json.dumps(item, ensure_ascii=False) for item in items)
