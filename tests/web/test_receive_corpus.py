"""Every Telegram case of the conformance corpus, posted to the receive endpoint as Telegram would."""

import base64
import importlib.util
import json
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
from dishka import AsyncContainer

from frontdesk.core import wire
from frontdesk.core.vocabulary import flatten
from tests.conftest import make_tenant
from tests.installation import Installation
from tests.web.bot_api import BotApi, compact
from tests.web.conftest import a_line
from tests.web.lines import BOT_TOKEN, SECRET, Line

CORPUS = Path(__file__).parents[3] / "shared" / "corpus"
CASES = sorted((CORPUS / "telegram").glob("*.json")) if CORPUS.is_dir() else []
SIGNATURES = sorted((CORPUS / "signatures").glob("telegram_*.json")) if CORPUS.is_dir() else []
REFUSED = {"deep_nesting_raw": 400, "nan_location_raw": 400, "secret_token_mismatch": 403, "secret_token_missing": 403}


@pytest.fixture(scope="module")
async def bot() -> AsyncIterator[BotApi]:
    async with BotApi() as running:
        yield running


@pytest.fixture
async def line(request: pytest.FixtureRequest, app: AsyncContainer, installation: Installation, bot: BotApi) -> Line:
    """A channel that holds the case's context."""
    context = request.param.get("context") or {}
    credentials = {"token": BOT_TOKEN, "secret_token": context.get("secret_token") or "a-Secret_1"}
    bot.calls.clear()
    return await a_line(installation, await make_tenant(app), bot, credentials=credentials, settings=context)


@pytest.fixture(scope="module")
def difference() -> Callable[..., str]:
    """The corpus's own comparison."""
    spec = importlib.util.spec_from_file_location("corpus_compare", CORPUS / "compare.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.difference


def case(path: Path) -> Any:
    return pytest.param(*[json.loads(path.read_text())] * 2, id=path.stem)


def raw(given: dict[str, Any]) -> bytes:
    """Return the case's bytes."""
    if "payload_base64" in given:
        return base64.b64decode(given["payload_base64"])
    payload = given["payload"]
    return payload.encode("utf-8", "surrogatepass") if isinstance(payload, str) else compact(payload)


if CASES:

    @pytest.mark.parametrize(("line", "given"), [case(path) for path in CASES], indirect=["line"])
    async def test_what_telegram_sends_is_kept_as_expected_and_answered_once(
        line: Line, given: dict[str, Any], difference: Callable[..., str]
    ) -> None:
        headers = dict(given.get("headers") or {})
        if "secret_token" in (given.get("context") or {}):
            headers.setdefault(SECRET, "-")  # the case brings its own secret, or means to bring none
        wanted = REFUSED.get(given["case"], 200)
        for _ in range(3):
            answer = await line.post(raw(given), headers)
            assert answer.status == wanted
            assert wanted != 200 or answer.body == b""
        await line.settled()

        expected = [item for item in given["expect"] if item["kind"] == "message"]
        kept = await line.messages()
        said = [row for row in kept if row["direction"] == "inbound"]
        flat = [flatten(wire.load_event(json.dumps(row["content"]))) for row in said]
        assert not difference(flat, expected, "telegram")
        replies = [row for row in kept if row["direction"] == "outbound"]
        assert len(line.bot.said) == len(replies)
        assert len(replies) == len([item for item in expected if not item.get("group")] or replies)
        assert len(replies) <= len(expected) + len([item for item in given["expect"] if item["kind"] == "event"])
        assert (await line.api("GET", "/dead-letters"))["items"] == []

    @pytest.mark.parametrize(
        ("line", "given"),
        [
            pytest.param({"context": {"secret_token": signed["secret"]}}, signed, id=signed["case"])
            for signed in (json.loads(path.read_text()) for path in SIGNATURES)
            if signed["secret"]  # a channel is never without one: it is made up where none is given
        ],
        indirect=["line"],
    )
    async def test_only_the_right_secret_opens_the_endpoint(line: Line, given: dict[str, Any]) -> None:
        answer = await line.post(given["body"].encode(), {SECRET: "-", **given["headers"]})
        assert answer.status == (200 if given["valid"] else 403)
        await line.settled()
        assert len(await line.conversations()) == given["valid"]
