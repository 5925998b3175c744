"""A GenAI service of somebody's own, over real HTTP."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from aiohttp import web

from frontdesk.core.chatting import Bounds
from frontdesk.errors import (
    GenAIError,
    GenAIRefused,
    GenAIThrottled,
    GenAITooSlow,
    GenAIUnauthorised,
    GenAIUnreachable,
    GenAIUnusable,
)
from frontdesk.http import Http
from frontdesk.services.genai.port import (
    Chat,
    Chatted,
    Choice,
    Classification,
    Classify,
    Extract,
    Found,
    Line,
    Passage,
    Question,
    Summarise,
    Translate,
    Wanted,
)
from frontdesk.services.genai.rest import Rest, Service

KEY = "a-service-key"
USAGE = {"model": "ours-7b", "input_tokens": 12, "output_tokens": 3, "cost": "0.0004"}
RESULTS: dict[str, Any] = {
    "answer": {"text": "Until six.", "sources": [1], "grounded": True},
    "classify": {"name": "greeting", "confidence": 0.5},
    "extract": {"values": [{"name": "day", "value": "2026-05-05", "quote": "Tuesday"}]},
    "summarise": {"text": "Short."},
    "translate": {"text": "Hallo"},
    "chat": {"verdict": "small_talk", "text": "  How  kind! "},
}


class Desk:
    """The service: it answers by the contract unless told otherwise."""

    def __init__(self) -> None:
        self.requests: list[tuple[str, str | None, Any]] = []
        self.answer: web.Response | None = None
        self.seconds = 0.0
        self.url = ""

    async def serve(self, request: web.Request) -> web.StreamResponse:
        task = request.match_info["task"]
        self.requests.append((task, request.headers.get("authorization"), await request.json()))
        await asyncio.sleep(self.seconds)
        return self.answer or web.json_response({"result": RESULTS[task], "usage": USAGE})


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    desk, app = Desk(), web.Application()
    app.router.add_post("/genai/{task}", desk.serve)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    desk.url = "http://{}:{}/genai/".format(*runner.addresses[0][:2])
    yield desk
    await runner.cleanup()


@pytest.fixture
def model(desk: Desk, http: Http) -> Rest:
    return Rest(Service(desk.url, KEY, timedelta(seconds=10)), http)


THANKS = Chat("thanks", "en", "Marina", "brief", Bounds(most_characters=60, most_sentences=1, never={"swear": ("x",)}))
HELLO = Classify("Hello, my PIN is 4711", (Choice("greeting"),), (Line("desk", "Hi"),))


async def test_each_task_has_its_path_and_answer(model: Rest, desk: Desk) -> None:
    answer = await model.answer(Question("When?", "en", (Passage("p1", "Open until 18:00"),)))
    assert (answer.value.text, answer.value.sources) == ("Until six.", ("p1",))
    assert (await model.classify(HELLO)).value == Classification("greeting", 0.5)
    extraction = await model.extract(Extract("on Tuesday", (Wanted("day"),), "en"))
    assert extraction.value.values == {"day": Found("2026-05-05", "Tuesday")}
    assert (await model.summarise(Summarise((Line("contact", "…"),), "en"))).value.text == "Short."
    translated = await model.translate(Translate("Hello", "de"))
    assert translated.value.text == "Hallo"
    assert (translated.usage.model, translated.usage.tokens, translated.usage.cost) == (
        "ours-7b",
        15,
        Decimal("0.0004"),
    )
    assert (await model.chat(THANKS)).value == Chatted("small_talk", "How kind!")
    assert [task for task, *_ in desk.requests] == list(RESULTS)
    assert desk.requests[5][2] == {
        "text": "thanks",
        "language": "en",
        "name": "Marina",
        "tone": "brief",
        "most_characters": 60,
        "most_sentences": 1,
        "history": [],
    }
    assert {key for _, key, _ in desk.requests} == {f"Bearer {KEY}"}
    assert desk.requests[1][2] == {
        "text": HELLO.text,
        "choices": [{"name": "greeting", "description": "", "examples": []}],
        "history": [{"speaker": "desk", "text": "Hi"}],
    }


async def test_a_service_made_before_there_was_small_talk_is_no_broken_one(model: Rest, desk: Desk) -> None:
    desk.answer = web.Response(status=404)
    with pytest.raises(GenAIRefused):
        await model.chat(THANKS)


@pytest.mark.parametrize("text", ["", "Two. Sentences.", "x" * 61, None])
async def test_chatting_out_of_bounds_is_not_used(model: Rest, desk: Desk, text: str | None) -> None:
    desk.answer = web.json_response({"result": {"verdict": "small_talk", "text": text}})
    with pytest.raises(GenAIUnusable):
        await model.chat(THANKS)


@pytest.mark.parametrize(
    ("status", "failure"),
    [
        (401, GenAIUnauthorised),
        (403, GenAIUnauthorised),
        (404, GenAIUnauthorised),
        (400, GenAIRefused),
        (302, GenAIRefused),
        (422, GenAIRefused),
        (429, GenAIThrottled),
        (500, GenAIUnreachable),
        (503, GenAIUnreachable),
    ],
)
async def test_a_status_names_the_failure(model: Rest, desk: Desk, status: int, failure: type[GenAIError]) -> None:
    desk.answer = web.Response(status=status, text="my PIN is 4711", headers={"retry-after": "9"})
    with pytest.raises(GenAIError) as error:
        await model.classify(HELLO)
    assert type(error.value) is failure
    assert error.value.retry_after == (timedelta(seconds=9) if status == 429 else None)
    assert "4711" not in repr(error.value)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{broken",
        b"[]",
        b"null",
        b'{"result": null}',
        b'{"result": {"name": "4711", "confidence": 1}}',
        b'{"result": {"name": "greeting", "confidence": 2}}',
        b'{"result": {"name": "greeting", "confidence": 1, "more": 1}}',
        b'{"result": {"name": "greeting", "confidence": 1}, "usage": {"input_tokens": -5}}',
        b'{"result": {"name": "greeting", "confidence": 1}, "usage": {"cost": "NaN"}}',
        b'{"result": {"name": "greeting", "confidence": 1}, "usage": "much"}',
        json.dumps({"result": {"name": "\ud800", "confidence": 1}}).encode(),
    ],
)
async def test_an_answer_against_the_contract_is_not_used(model: Rest, desk: Desk, body: bytes) -> None:
    desk.answer = web.Response(body=body, content_type="application/json")
    with pytest.raises(GenAIUnusable) as error:
        await model.classify(HELLO)
    assert "4711" not in repr(error.value)


async def test_a_service_that_is_slow_or_away_is_said_to_be(model: Rest, desk: Desk, http: Http) -> None:
    desk.seconds = 2
    with pytest.raises(GenAITooSlow):
        await Rest(Service(desk.url, KEY, timedelta(seconds=0.2)), http).classify(HELLO)
    with pytest.raises(GenAIUnreachable, match="can't connect"):
        await Rest(Service("http://127.0.0.1:1/", KEY), http).classify(HELLO)
    with pytest.raises(GenAIRefused, match="can't be asked"):
        await Rest(Service("http://169.254.169.254/", KEY), http).classify(HELLO)
    assert KEY not in repr(model)
