"""Each provider a tenant can choose translates a conversation, both ways, over real HTTP."""

import json
from collections.abc import AsyncIterator

import pytest
from aiohttp import web

from frontdesk.rehearsal.openai.stub import OpenAIStub, Order
from frontdesk.rehearsal.telegram import TelegramStub
from frontdesk.services.secrets import Vault
from tests.services.desk import Desk
from tests.understanding.talking import MEANT, PHRASES, RULES, WANTED, a_talk

QUESTION = RULES[0]["reply"]
SHORT = [{"keywords": ["doctor"], "reply": QUESTION}]


class DeepLStub:
    """An account at DeepL: it knows these phrases, and takes the header its reference asks for."""

    def __init__(self) -> None:
        self.asked: list[dict[str, object]] = []
        self.url = ""

    async def translate(self, request: web.Request) -> web.Response:
        if request.headers.get("authorization") != "DeepL-Auth-Key a-key:fx":
            return web.json_response({"message": "Authorization failure"}, status=403)
        body = await request.json()
        self.asked.append(body)
        found = [{"detected_source_language": body["source_lang"], "text": PHRASES[text]} for text in body["text"]]
        return web.json_response({"translations": found})


@pytest.fixture
async def deepl() -> AsyncIterator[DeepLStub]:
    stub, app = DeepLStub(), web.Application()
    app.router.add_post("/v2/translate", stub.translate)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    stub.url = "http://{}:{}".format(*runner.addresses[0][:2])
    yield stub
    await runner.cleanup()


async def test_deepl_in_and_out(desk: Desk, telegram: TelegramStub, deepl: DeepLStub) -> None:
    given = {"provider": "deepl", "url": deepl.url, "key": "deepl", "formal": True}
    talk = await a_talk(desk, telegram, languages=["en", "hi"], translation=given)
    await (await desk.app.get(Vault)).put(talk.tenant, "deepl", "a-key:fx")
    async with desk.working():
        assert await talk.writes(WANTED) == [PHRASES[QUESTION]]
    assert [(body["source_lang"], body["target_lang"]) for body in deepl.asked] == [("HI", "EN-US"), ("EN", "HI")]


async def test_a_language_model_in_and_out_is_counted(desk: Desk, telegram: TelegramStub) -> None:
    async with OpenAIStub() as openai:
        openai.order(Order(json.dumps({"text": MEANT})), Order(json.dumps({"text": PHRASES[QUESTION]})))
        model = {"kind": "pydantic_ai", "model": "openai-chat:gpt-x", "base_url": openai.url, "key": "llm"}
        given = {"languages": ["en", "hi"], "translation": {"provider": "llm"}, "llm": model, "keyword_rules": SHORT}
        talk = await a_talk(desk, telegram, **given)
        await (await desk.app.get(Vault)).put(talk.tenant, "llm", openai.key)
        async with desk.working():
            assert await talk.writes(WANTED) == [PHRASES[QUESTION]]
    record = await talk.record()
    assert [entry["task"] for entry in record["models"]] == ["translate"]
    assert [entry["task"] for entry in record["spoken"]["models"]] == ["translate"]
    assert record["models"][0]["input_tokens"] > 0


async def test_no_language_model_is_said_so(desk: Desk, telegram: TelegramStub) -> None:
    talk = await a_talk(desk, telegram, languages=["en", "hi"], translation={"provider": "llm"})
    async with desk.working():
        assert len(await talk.writes(WANTED)) == 1
    assert (await talk.record())["translation"]["failure"] == "unsupported"
