"""A GenAI service of somebody's own as the port: JSON over HTTP, documented in docs/understanding-llm.md."""

from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from datetime import timedelta
from decimal import Decimal
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from frontdesk.core.exchange import Exchange, Request, Response
from frontdesk.errors import (
    ChannelUnreachable,
    DeliveryInDoubt,
    FrontdeskError,
    GenAIError,
    GenAIRefused,
    GenAIThrottled,
    GenAITooSlow,
    GenAIUnauthorised,
    GenAIUnreachable,
    GenAIUnusable,
)
from frontdesk.http import Http
from frontdesk.services.genai import shapes
from frontdesk.services.genai.port import (
    Answer,
    Chat,
    Chatted,
    Classification,
    Classify,
    Counted,
    Extract,
    Extraction,
    Question,
    Summarise,
    Summary,
    Translate,
    Translation,
)
from frontdesk.services.genai.usage import Price, Usage

S = TypeVar("S", bound=BaseModel)
T = TypeVar("T")

MOST_WAIT = 24 * 3600


@dataclass(frozen=True, slots=True)
class Service:
    """Where the service is and the key it knows us by."""

    base_url: str
    key: str | None = field(default=None, repr=False)
    request_timeout: timedelta = timedelta(seconds=15)
    price: Price | None = None
    """Counts where the service doesn't say what a request cost."""


class UsageShape(BaseModel):
    """What the service says a request took; all of it may be missing."""

    model_config = ConfigDict(hide_input_in_errors=True)

    model: str = Field("rest", max_length=200)
    input_tokens: int = Field(0, ge=0, lt=2**31)
    output_tokens: int = Field(0, ge=0, lt=2**31)
    cost: Decimal | None = Field(None, ge=0, allow_inf_nan=False)


@dataclass(frozen=True, slots=True)
class Rest:
    """The port over such a service."""

    service: Service
    http: Http

    async def answer(self, asked: Question) -> Counted[Answer]:
        return await self._ask("answer", asked, shapes.AnswerShape, lambda said: shapes.answer(asked, said))

    async def classify(self, asked: Classify) -> Counted[Classification]:
        shape = shapes.ClassificationShape
        return await self._ask("classify", asked, shape, lambda said: shapes.classification(asked, said))

    async def extract(self, asked: Extract) -> Counted[Extraction]:
        return await self._ask("extract", asked, shapes.ExtractionShape, lambda said: shapes.extraction(asked, said))

    async def summarise(self, asked: Summarise) -> Counted[Summary]:
        return await self._ask("summarise", asked, shapes.TextShape, lambda said: shapes.summary(asked, said))

    async def translate(self, asked: Translate) -> Counted[Translation]:
        return await self._ask("translate", asked, shapes.TextShape, lambda said: shapes.translation(asked, said))

    async def chat(self, asked: Chat) -> Counted[Chatted]:
        return await self._ask("chat", asked, shapes.ChatShape, lambda said: shapes.chatted(asked, said))

    async def _ask(self, task: str, asked: Any, shape: type[S], read: Callable[[S], T]) -> Counted[T]:
        exchange = _call(self.service, task, _body(asked))
        try:
            response = await self.http.perform(exchange, seconds=self.service.request_timeout.total_seconds())
        except DeliveryInDoubt as error:
            raise GenAITooSlow(str(error)) from None
        except ChannelUnreachable as error:
            raise GenAIUnreachable(str(error)) from None
        except FrontdeskError as error:
            raise GenAIRefused(f"the GenAI service can't be asked: {error}") from None
        if task == "chat" and response.status == 404:  # made before there was such a task: all else still works
            raise GenAIRefused("the GenAI service has no /chat")
        return read_answer(response, shape, read, self.service.price)


def _body(asked: Any) -> dict[str, Any]:
    """Return a request as JSON has it; bounds are flat in it, without what only we check."""
    body = asdict(asked)
    if bounds := body.pop("bounds", None):
        body |= {name: bounds[name] for name in ("most_characters", "most_sentences")}
    return body


def _call(service: Service, task: str, body: dict[str, Any]) -> Exchange[Response]:
    headers = {"authorization": f"Bearer {service.key}"} if service.key else {}
    return (yield Request.post_json(f"{service.base_url.rstrip('/')}/{task}", body, headers))


def read_answer(response: Response, shape: type[S], read: Callable[[S], T], price: Price | None = None) -> Counted[T]:
    """Read what the service answered; nothing of its words goes into an error."""
    if failure := _failure(response):
        raise failure
    document = response.json()
    usage = Usage()
    try:
        if not isinstance(document, dict):
            raise ValueError("no object")
        counts = UsageShape.model_validate(document.get("usage") or {})
        usage = Usage(counts.model, 1, counts.input_tokens, counts.output_tokens, 0, counts.cost)
        if price and usage.cost is None:
            usage = replace(usage, cost=price.of(usage))
        return Counted(read(shape.model_validate(document.get("result"))), usage)
    except (ValidationError, ValueError) as error:
        unusable = GenAIUnusable(f"what the GenAI service said can't be used ({type(error).__name__})")
        unusable.usage = usage
        raise unusable from None


def _failure(response: Response) -> GenAIError | None:
    status = response.status
    if 200 <= status < 300:
        return None
    if status in (401, 402, 403, 404):
        return GenAIUnauthorised(f"the GenAI service refuses the key or the path ({status})")
    if status == 429:
        return GenAIThrottled("the GenAI service asks us to slow down", _wait(response.headers.get("retry-after", "")))
    if status == 408 or status >= 500:
        return GenAIUnreachable(f"the GenAI service answers {status}")
    return GenAIRefused(f"the GenAI service refuses the request ({status})")


def _wait(header: str) -> timedelta | None:
    """Read Retry-After in seconds; a date is left aside."""
    return timedelta(seconds=min(int(header), MOST_WAIT)) if header.isascii() and header.isdecimal() else None
