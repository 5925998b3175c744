"""Language models of any provider pydantic-ai knows, over our own HTTP client."""

import asyncio
import functools
import importlib
import inspect
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal, TypeVar, cast

from frontdesk.errors import ConfigurationError
from frontdesk.http import Http
from frontdesk.services.genai.asking import Task
from frontdesk.services.genai.port import Counted
from frontdesk.services.genai.usage import Prices, Usage

if TYPE_CHECKING:
    from pydantic_ai import Agent
    from pydantic_ai.models import Model
    from pydantic_ai.usage import RunUsage

T = TypeVar("T")

COMPATIBLE = "openai-compatible"
OPENAI = "https://api.openai.com/v1"
ADDRESSES = ("base_url", "azure_endpoint", "api_base")
STORING = ("openai:", "openai-responses:")
"""Models whose provider keeps conversations unless told not to."""
NO_KEY = "no-key"
"""Sent where there is none: a library without a key looks for one in the environment."""


@dataclass(frozen=True, slots=True)
class Provider:
    """Which model to ask and how.

    `model` is written `provider:name`; `openai-compatible:name` with a `base_url` is any server that speaks OpenAI's chat
    completions. `output` is how JSON is had: through a tool, the provider's own JSON schema, or by asking in words.
    """

    model: str
    base_url: str | None = None
    key: str | None = field(default=None, repr=False)
    output: Literal["tool", "native", "prompted"] = "tool"
    most_output_tokens: int = 1500
    temperature: float | None = None
    request_timeout: timedelta = timedelta(seconds=15)
    corrections: int = 1


class PydanticAI:
    """A provider's model. An answer that doesn't fit goes back with the reason, `corrections` times."""

    def __init__(self, provider: Provider, http: Http, prices: Prices) -> None:
        self.provider = provider
        self.http = http
        self.prices = prices

    @functools.cached_property
    def model(self) -> "Model":
        return _model(self.provider, self.http)

    def check(self) -> None:
        """Raise ConfigurationError where the settings name no model that can be asked."""
        assert self.model

    async def complete(self, task: Task[T]) -> Counted[T]:
        await asyncio.to_thread(_imported)  # takes seconds the first time
        from pydantic_ai.usage import RunUsage, UsageLimits

        from frontdesk.services.genai import verdicts

        results: list[T] = []
        usage = RunUsage()
        limits = UsageLimits(request_limit=self.provider.corrections + 1)
        try:
            await _agent(task, self.provider, self.model, results.append).run(
                task.request, usage=usage, usage_limits=limits
            )
        except Exception as error:  # the library stumbles in many ways over an answer that is not OpenAI's
            failure = verdicts.failure_of(error, self.provider.model)
            failure.usage = self._counted(usage)
            raise failure from None
        return Counted(results[-1], self._counted(usage))

    def _counted(self, used: "RunUsage") -> Usage:
        name = self.provider.model
        usage = Usage(name, used.requests, used.input_tokens, used.output_tokens, used.cache_read_tokens)
        price = self.prices.get(name)
        cost: Decimal | None = price.of(usage) if price else None
        return Usage(name, used.requests, used.input_tokens, used.output_tokens, used.cache_read_tokens, cost)


@functools.cache
def _imported() -> None:
    """Import what takes long, so that it can be done off the event loop."""
    for name in ("pydantic_ai.models.openai", "pydantic_ai.providers.openai_compatible", "httpx2"):
        importlib.import_module(name)


def _agent(task: Task[T], provider: Provider, model: "Model", keep: Callable[[T], None]) -> "Agent[None, Any]":
    from pydantic_ai import Agent, ModelRetry, NativeOutput, PromptedOutput, ToolOutput
    from pydantic_ai.settings import ModelSettings

    ways: dict[str, Any] = {"tool": ToolOutput, "native": NativeOutput, "prompted": PromptedOutput}
    settings = ModelSettings(max_tokens=provider.most_output_tokens, timeout=provider.request_timeout.total_seconds())
    if provider.temperature is not None:
        settings["temperature"] = provider.temperature
    if provider.model.startswith(STORING):
        cast(dict[str, Any], settings)["openai_store"] = False
    agent: Agent[None, Any] = Agent(
        model,
        output_type=ways[provider.output](task.shape, name=task.name),
        instructions=task.instructions,
        model_settings=settings,
        retries=provider.corrections,
        name=task.name,
    )
    agent.instrument = False  # its spans would hold the prompts

    @agent.output_validator
    def read(said: Any) -> Any:
        try:
            keep(task.read(said))
        except ValueError as error:
            raise ModelRetry(str(error)) from None
        return said

    return agent


def _model(provider: Provider, http: Http) -> "Model":
    import httpx2
    from pydantic_ai.exceptions import UserError
    from pydantic_ai.models import infer_model
    from pydantic_ai.models.openai import OpenAIChatModel
    from pydantic_ai.providers.openai_compatible import OpenAICompatibleProvider

    from frontdesk.services.genai.transport import Transport

    client = httpx2.AsyncClient(transport=Transport(http, provider.request_timeout), trust_env=False)
    kind, _, name = provider.model.partition(":")
    if not kind or not name:
        raise ConfigurationError(f"the model {provider.model!r} has to be written provider:name")
    try:
        if kind == COMPATIBLE:
            if not provider.base_url:
                raise ConfigurationError(f"the model {provider.model} needs a base URL")
            own = OpenAICompatibleProvider(
                kind, base_url=provider.base_url, api_key=provider.key or NO_KEY, http_client=client
            )
            return _unretried(OpenAIChatModel(name, provider=own))
        return _unretried(infer_model(provider.model, lambda kind: _provider(kind, provider, client)))
    except (UserError, ImportError, ValueError) as error:
        reason = str(error).splitlines()[0][:200] if not provider.key else type(error).__name__
        raise ConfigurationError(f"the model {provider.model} can't be used: {reason}") from None


def _provider(kind: str, provider: Provider, client: Any) -> Any:
    """Return the library's provider of this kind, over our client; one that would bring a client of its own is refused."""
    from pydantic_ai.providers import infer_provider_class

    maker: Any = infer_provider_class(kind)
    takes = inspect.signature(maker.__init__).parameters
    if "http_client" not in takes or "api_key" not in takes:
        raise ConfigurationError(f"models of {kind} can't be used: their library takes no HTTP client of ours")
    given: dict[str, Any] = {"api_key": provider.key or NO_KEY, "http_client": client}
    address = next((each for each in ADDRESSES if each in takes), None)
    base_url = provider.base_url or (OPENAI if kind.startswith("openai") else None)
    if base_url and not address:
        raise ConfigurationError(f"models of {kind} take no base URL")
    if base_url and address:
        given[address] = base_url
    return maker(**given)


def _unretried(model: "Model") -> "Model":
    """Leave it to us when to ask again."""
    client: Any = getattr(model, "client", None)
    if hasattr(client, "max_retries"):
        client.max_retries = 0
    return model
