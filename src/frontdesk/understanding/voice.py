"""What is said, in the contact's language: answers the tenant wrote in its own are translated."""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from frontdesk.core.content import Button, Content, Row
from frontdesk.core.formatting import html, runs
from frontdesk.core.tenant import Tenant
from frontdesk.core.turn import Outcome, Turn
from frontdesk.errors import TranslationFailed
from frontdesk.services.genai.usage import Ledger
from frontdesk.understanding.chatting import Chatting
from frontdesk.understanding.language import base
from frontdesk.understanding.translating import Foreign, Translator

Say = Callable[[str], str]


class Voice:
    """Speaks for one tenant, as its settings have it."""

    def __init__(self, tenant: Tenant, translator: Translator, chatting: Chatting) -> None:
        self.tenant = tenant
        self.translator = translator
        self.chatting = chatting

    async def speak(self, turn: Turn, outcome: Outcome) -> tuple[Outcome, Mapping[str, Any]]:
        """Return the outcome in the contact's language, and what the turn record says of how its words were found.

        What no provider translates is said as it is.
        """
        noted = self.chatting.noted(turn)
        said, record = await self._translated(turn, outcome)
        return said, {**noted, **record}

    async def _translated(self, turn: Turn, outcome: Outcome) -> tuple[Outcome, Mapping[str, Any]]:
        target = turn.spoken or turn.language
        source = {id(content): content.language or turn.language for content in outcome.replies}
        foreign = [content for content in outcome.replies if base(source[id(content)]) != base(target)]
        asked: list[Foreign] = [(text, source[id(each)]) for each in foreign for text in _texts(each)]
        if not asked or not self.translator.is_set:
            return outcome, {}
        started, ledger = time.perf_counter(), Ledger()
        try:
            done = await self.translator.translate(asked, target, ledger, remember=True)
        except TranslationFailed as failure:
            return outcome, _record(started, ledger, failure=failure.reason, detail=str(failure)[:300])

        def said(content: Content) -> Content:
            if content not in foreign:
                return content
            return _in(content, target, lambda text: done[text, source[id(content)]].text)

        record = _record(started, ledger, language=target, provider=done[asked[0]].provider)
        return replace(outcome, replies=tuple(said(content) for content in outcome.replies)), record


def _record(started: float, ledger: Ledger, **found: str) -> Mapping[str, Any]:
    milliseconds = round((time.perf_counter() - started) * 1000, 2)
    models = {"models": ledger.record()} if ledger.entries else {}
    return {"spoken": {**found, "milliseconds": milliseconds, **models}}


def _texts(content: Content) -> Iterator[str]:
    """Yield the words of a message that people read; a template is the provider's, in a language of its own."""
    if content.type == "template":
        return
    for text in (content.text, content.list_title, *content.keyboard):
        if text:
            yield text
    yield from (button.title for button in content.buttons)
    for row in content.rows:
        yield row.title
        if row.description:
            yield row.description


def _in(content: Content, language: str, say: Say) -> Content:
    """Return a message with its words said anew: what a choice answers with stays, so that it means the same.

    One-tap answers come back as the words they show: as buttons they keep what they stand for.
    """
    text = content.text and say(content.text)
    if text and content.format == "html":
        text = html(runs(text))  # a provider may write a bare & or <
    keys = (Button(title=say(title), payload=title) for title in content.keyboard if title)
    return replace(
        content,
        text=text,
        list_title=content.list_title and say(content.list_title),
        buttons=(*(_button(button, say) for button in content.buttons), *keys),
        rows=tuple(_row(row, say) for row in content.rows),
        keyboard=(),
        language=language,
        original=content.text,
    )


def _button(button: Button, say: Say) -> Button:
    payload = button.payload if button.url else button.answer
    return replace(button, title=say(button.title), payload=payload)


def _row(row: Row, say: Say) -> Row:
    return replace(row, title=say(row.title), description=row.description and say(row.description))
