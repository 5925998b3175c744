"""The real client library against a strict server on loopback: what goes out, what comes back, what fails how."""

import socket
import traceback
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
import structlog
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from pydantic_ai import Agent
from pydantic_ai.models.instrumented import InstrumentationSettings

from frontdesk.errors import (
    ConfigurationError,
    GenAIError,
    GenAIRefused,
    GenAIThrottled,
    GenAITooSlow,
    GenAIUnauthorised,
    GenAIUnreachable,
    GenAIUnusable,
)
from frontdesk.guard import Guard
from frontdesk.http import Http
from frontdesk.live import Live
from frontdesk.media import Files
from frontdesk.rehearsal.openai import OpenAIStub, Order
from frontdesk.services.genai.port import (
    Choice,
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
from frontdesk.services.genai.prompted import Prompted
from frontdesk.services.genai.pydantic_ai import Provider, PydanticAI
from frontdesk.services.genai.usage import Price

KEY = "sk-a-very-secret-key"
MODEL = "openai-compatible:small"
PRICES = {MODEL: Price(Decimal(2), Decimal(8))}
PRIVATE = "my PIN is 4711 and I live in Elm Street"
HELLO = Classify(PRIVATE, (Choice("greeting"), Choice("complaint")))
GREETING = {"name": "greeting", "confidence": 0.9}


@pytest.fixture
def openai() -> OpenAIStub:
    return OpenAIStub(KEY)


@pytest.fixture
async def stub(openai: OpenAIStub) -> Any:
    async with openai:
        yield openai


def a_model(stub: OpenAIStub, http: Http, **changed: Any) -> Prompted:
    given: dict[str, Any] = {"model": MODEL, "base_url": stub.url, "key": KEY, **changed}
    return Prompted(PydanticAI(Provider(**given), http, PRICES))


@pytest.mark.parametrize("model", [MODEL, "openai-chat:gpt-5-mini", "openai:gpt-5-mini"])
@pytest.mark.parametrize("output", ["tool", "native", "prompted"])
async def test_a_classification_comes_back_with_its_counts(
    stub: OpenAIStub, http: Http, output: str, model: str
) -> None:
    stub.order(Order(GREETING))
    counted = await a_model(stub, http, output=output, model=model).classify(HELLO)
    assert (counted.value.name, counted.value.confidence) == ("greeting", 0.9)
    assert not stub.calls[0].refused
    assert stub.calls[0].body.get("store") is (False if model.startswith("openai:") else None)
    usage = counted.usage
    assert (usage.model, usage.requests) == (model, 1)
    assert usage.input_tokens > 100
    assert usage.output_tokens > 0
    expected = (usage.input_tokens * Decimal(2) + usage.output_tokens * Decimal(8)) / 1_000_000
    assert usage.cost == (expected if model == MODEL else None)


async def test_every_task_has_its_form(stub: OpenAIStub, http: Http) -> None:
    model = a_model(stub, http)
    stub.order(
        Order({"text": "Until six.", "sources": [1], "grounded": True}),
        Order({"values": [{"name": "day", "value": "2026-05-05", "quote": "Tuesday"}]}),
        Order({"text": "Wants a visit."}),
        Order({"text": "Hallo Ada"}),
    )
    answer = await model.answer(Question("How long are you open?", "en", (Passage("p9", "Open until 18:00"),)))
    assert (answer.value.text, answer.value.sources, answer.value.grounded) == ("Until six.", ("p9",), True)
    extraction = await model.extract(Extract("Come on tuesday", (Wanted("day"),), "en", "2026-05-01"))
    assert extraction.value.values == {"day": Found("2026-05-05", "Tuesday")}
    assert (await model.summarise(Summarise((Line("contact", "Come!"),), "en"))).value.text == "Wants a visit."
    assert (await model.translate(Translate("Hello Ada", "de", keep=("Ada",)))).value.text == "Hallo Ada"
    tools = [call.body["tools"][0]["function"]["name"] for call in stub.calls]
    assert tools == ["answer", "extract", "summarise", "translate"]


@pytest.mark.parametrize("model", [MODEL, "openai:gpt-5-mini"])
async def test_an_answer_that_does_not_fit_goes_back_once_and_both_count(
    stub: OpenAIStub, http: Http, model: str
) -> None:
    stub.order(Order({"name": "nonsense", "confidence": 0.9}), Order(GREETING))
    counted = await a_model(stub, http, model=model).classify(HELLO)
    assert (counted.value.name, counted.usage.requests) == ("greeting", 2)
    assert "none of the choices" in str(stub.calls[1].body)


@pytest.mark.parametrize(
    "said",
    [
        "{not json",
        "[]",
        {"name": "nonsense", "confidence": 1},
        {"name": "greeting", "confidence": 7},
        {"name": "greeting", "confidence": 1, "run": "rm -rf /"},
        {},
    ],
)
@pytest.mark.parametrize("output", ["tool", "native", "prompted"])
async def test_an_answer_that_never_fits_is_an_error_with_its_counts(
    stub: OpenAIStub, http: Http, said: Any, output: str
) -> None:
    stub.reply = said
    with pytest.raises(GenAIUnusable) as failure:
        await a_model(stub, http, output=output).classify(HELLO)
    assert len(stub.calls) == 2
    assert failure.value.usage.requests == 2
    assert failure.value.usage.cost


@pytest.mark.parametrize(
    ("order", "failure"),
    [
        (Order(status=429, headers={"retry-after": "7"}), GenAIThrottled),
        (Order(status=429, code="insufficient_quota"), GenAIUnauthorised),
        (Order(status=500), GenAIUnreachable),
        (Order(status=503), GenAIUnreachable),
        (Order(status=400), GenAIRefused),
        (Order(status=400, code="context_length_exceeded"), GenAIRefused),
        (Order(status=403), GenAIUnauthorised),
        (Order(status=404, code="model_not_found"), GenAIUnauthorised),
        (Order(seconds=2), GenAITooSlow),
        (Order(raw=b"{broken"), GenAIUnreachable),
        (Order(raw=b"{}"), GenAIUnusable),
        (Order(raw=b""), GenAIUnreachable),
        (Order(raw=b"[]"), GenAIUnusable),
        (Order(raw=b"null"), GenAIUnusable),
        (Order(raw=b'"words"'), GenAIUnusable),
        (Order(raw=b'{"choices": null}'), GenAIUnusable),
        (Order(raw=b'{"choices": [null]}'), GenAIUnusable),
        (Order(raw=b'{"choices": [{"message": {"content": 5}}]}'), GenAIUnusable),
        (Order(raw=b'{"choices": [{"message": {"tool_calls": "x"}}], "created": "x", "model": 5}'), GenAIUnusable),
        (Order(raw=b'{"error": {"message": "x", "code": 500}}'), GenAIUnusable),
        (Order(status=429, headers={"retry-after": "1" + "0" * 30}), GenAIThrottled),
        (Order(raw=b'{"choices": []}'), GenAIUnusable),
        (Order(finish="length", reply='{"name": "gree'), GenAIUnusable),
    ],
    ids=str,
)
async def test_a_failure_is_named_and_asked_for_once(
    stub: OpenAIStub, http: Http, order: Order, failure: type[GenAIError]
) -> None:
    stub.order(order, order)
    with pytest.raises(GenAIError) as error:
        await a_model(stub, http, request_timeout=timedelta(seconds=0.4), corrections=0).classify(HELLO)
    assert type(error.value) is failure
    assert len(stub.calls) == 1
    if failure is GenAIThrottled:
        assert error.value.retry_after in (timedelta(seconds=7), timedelta(days=1))


async def test_a_wrong_key_and_a_closed_port_are_told_apart(stub: OpenAIStub, http: Http) -> None:
    with pytest.raises(GenAIUnauthorised):
        await a_model(stub, http, key="another").classify(HELLO)
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        with pytest.raises(GenAIUnreachable, match="can't be reached"):
            await a_model(stub, http, base_url=f"http://127.0.0.1:{closed.getsockname()[1]}/v1").classify(HELLO)


async def test_a_private_address_is_refused_where_the_guard_says_so(
    stub: OpenAIStub, alone: Live, tmp_path: Any
) -> None:
    guarded = Http(5, alone, Files(tmp_path), apis=Guard.of_apis(private=False))
    try:
        with pytest.raises(GenAIRefused, match="FRONTDESK_PRIVATE_APIS"):
            await a_model(stub, guarded).classify(HELLO)
    finally:
        await guarded.close()
    assert not stub.calls


@pytest.fixture
def logged() -> Iterator[list[Any]]:
    with structlog.testing.capture_logs() as entries:
        yield entries


@pytest.mark.parametrize(
    "order",
    [
        Order(GREETING),
        Order(status=500),
        Order(status=400),
        Order(status=401),
        Order(raw=PRIVATE.encode()),
        Order(lambda body: {"name": PRIVATE, "confidence": 1}),
    ],
    ids=["greeting", "status 500", "status 400", "status 401", "no JSON", "refused as a classification"],
)
async def test_no_log_error_or_repr_holds_the_key_or_what_was_said(
    stub: OpenAIStub, http: Http, order: Order, logged: list[Any], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    stub.reply = order.reply
    stub.order(order)
    model = a_model(stub, http)
    said = [repr(model), repr(HELLO)]
    try:
        said.append(repr(await model.classify(HELLO)))
    except GenAIError as error:
        said += [repr(error), repr(error.usage), *traceback.format_exception(error)]
    said += [str(logged), caplog.text]
    assert KEY not in " ".join(said)
    assert "4711" not in " ".join(said)


async def test_only_the_address_in_the_settings_hears_of_it(
    stub: OpenAIStub, http: Http, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {
        "OPENAI_API_KEY": "from-the-environment",
        "OPENAI_BASE_URL": "http://127.0.0.1:1/",
        "OPENAI_ORG_ID": "an-organisation",
        "HTTP_PROXY": "http://127.0.0.1:1/",
    }.items():
        monkeypatch.setenv(name, value)
    stub.order(Order(GREETING))
    await a_model(stub, http, model="openai-chat:gpt-5-mini").classify(HELLO)
    headers = {name.lower(): value for name, value in stub.calls[0].headers.items()}
    assert headers["authorization"] == f"Bearer {KEY}"
    assert not [name for name in headers if name.startswith(("x-stainless", "openai-"))]
    with pytest.raises(GenAIUnauthorised):
        await a_model(stub, http, model="openai-chat:gpt-5-mini", key=None).classify(HELLO)


@pytest.mark.parametrize(
    ("model", "base_url", "said"),
    [
        ("gpt-5", None, "provider:name"),
        ("openai-compatible:small", None, "base URL"),
        ("nobody:model", None, "can't be used"),
        ("bedrock:model", None, "HTTP client"),
        ("deepseek:model", "http://127.0.0.1/", "no base URL"),
        ("azure:model", None, "can't be used"),
    ],
)
def test_a_model_that_can_not_be_asked_is_a_fault_of_the_settings(
    http: Http, model: str, base_url: str | None, said: str
) -> None:
    with pytest.raises(ConfigurationError, match=said):
        PydanticAI(Provider(model, base_url), http, {}).check()


async def test_a_model_of_broken_settings_fails_as_any_other(http: Http) -> None:
    with pytest.raises(GenAIUnauthorised, match="needs a base URL"):
        await Prompted(PydanticAI(Provider(MODEL), http, {})).classify(HELLO)


async def test_no_span_holds_what_was_said(stub: OpenAIStub, http: Http) -> None:
    seen = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(seen))
    Agent.instrument_all(InstrumentationSettings(tracer_provider=provider))
    try:
        await a_model(stub, http).classify(HELLO)
    except GenAIUnusable:
        pass
    finally:
        Agent.instrument_all(False)
    assert stub.calls
    assert not seen.get_finished_spans()
