"""The model a tenant's settings choose: its own key, its own budget, and what an operator hears when it can't work."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from frontdesk import settings
from frontdesk.core.tenant import Tenant
from frontdesk.embedded import Servers
from frontdesk.errors import GenAIBudgetSpent, GenAIError, GenAIPaused, GenAIRefused, GenAIUnauthorised
from frontdesk.rehearsal.openai import OpenAIStub, Order
from frontdesk.services.genai.chosen import Chosen
from frontdesk.services.genai.port import Choice, Classification, Classify, Counted, GenAI
from frontdesk.services.genai.prompted import Prompted
from frontdesk.services.genai.scripted import Scripted
from frontdesk.services.genai.usage import Ledger
from frontdesk.services.secrets import Vault
from frontdesk.wiring import Tenants
from tests.services.desk import Desk, beside, until

KEY = "sk-of-the-first-tenant"
PRIVATE = "my PIN is 4711"
HELLO = Classify(PRIVATE, (Choice("greeting"), Choice("complaint")))
GREETING = {"name": "greeting", "confidence": 0.9}


@pytest.fixture
async def stub() -> AsyncIterator[OpenAIStub]:
    async with OpenAIStub(KEY, reply=GREETING) as opened:
        yield opened


def asking(stub: OpenAIStub, **changed: Any) -> dict[str, Any]:
    given = {"kind": "pydantic_ai", "model": "openai-compatible:small", "base_url": stub.url, "key": "brain"}
    return {**given, "attempts": 1, **changed}


async def a_tenant(desk: Desk, stub: OpenAIStub, key: str | None = KEY, **changed: Any) -> Tenant:
    tenant = await desk.tenant(llm=asking(stub, **changed))
    if key:
        await (await desk.app.get(Vault)).put(tenant, "brain", key)
    return tenant


async def chosen_of(desk: Desk, tenant: Tenant) -> Chosen:
    found = await desk.directory.tenant(tenant.code)
    return await (await desk.app.get(Tenants)).scope(found).get(Chosen)


async def ask(desk: Desk, tenant: Tenant, ledger: Ledger | None = None) -> Counted[Classification]:
    model = (await chosen_of(desk, tenant)).model(ledger or Ledger())
    assert model
    return await model.classify(HELLO)


async def test_a_tenant_without_a_model_has_none(desk: Desk) -> None:
    assert (await chosen_of(desk, await desk.tenant())).model(Ledger()) is None


async def test_the_model_of_the_settings_answers_with_the_tenants_own_key(desk: Desk, stub: OpenAIStub) -> None:
    tenant = await a_tenant(desk, stub, price_input=2, price_output=8, temperature=0.5, most_output_tokens=99)
    ledger = Ledger()
    counted = await ask(desk, tenant, ledger)
    assert counted.value.name == "greeting"
    (call,) = stub.calls
    assert call.headers["Authorization"] == f"Bearer {KEY}"
    assert (call.body["model"], call.body["temperature"]) == ("small", 0.5)
    assert 99 in (call.body.get("max_tokens"), call.body.get("max_completion_tokens"))
    (entry,) = ledger.record()
    usage = counted.usage
    assert (entry["task"], entry["model"]) == ("classify", "openai-compatible:small")
    assert Decimal(entry["cost"]) == (usage.input_tokens * 2 + usage.output_tokens * 8) / Decimal(1_000_000)


async def test_a_missing_secret_is_a_failure_of_the_call_and_one_line_for_the_operator(
    desk: Desk, stub: OpenAIStub
) -> None:
    tenant = await a_tenant(desk, stub, key=None)
    with capture_logs() as logs:
        for _ in range(3):
            with pytest.raises(GenAIUnauthorised, match=f"frontdesk secret set {tenant.code} brain"):
                await ask(desk, tenant)
    told = [line for line in logs if line["event"] == "llm_unusable"]
    assert [line["tenant"] for line in told] == [tenant.code]
    assert "no secret 'brain'" in told[0]["reason"]
    await (await desk.app.get(Vault)).put(tenant, "brain", KEY)
    assert (await ask(desk, tenant)).value.name == "greeting"


@pytest.mark.parametrize(
    ("model", "said"),
    [
        ("anthropic:claude", "can't be used"),
        ("nobody:knows", "can't be used"),
        ("bedrock:x", "can't be used"),
    ],
)
async def test_a_model_that_can_not_be_asked_is_a_failure_of_the_call(
    desk: Desk, stub: OpenAIStub, model: str, said: str
) -> None:
    tenant = await a_tenant(desk, stub, model=model)
    with capture_logs() as logs, pytest.raises(GenAIUnauthorised, match=said) as failure:
        await ask(desk, tenant)
    assert [line["reason"] for line in logs if line["event"] == "llm_unusable"] == [str(failure.value)]
    assert KEY not in str(failure.value)


async def test_each_tenant_is_asked_about_with_its_own_key_and_pays_for_itself(desk: Desk, stub: OpenAIStub) -> None:
    async with OpenAIStub("sk-other", reply=GREETING) as elsewhere:
        one = await a_tenant(desk, stub)
        other = await a_tenant(desk, elsewhere, key="sk-other")
        await asyncio.gather(*(ask(desk, each) for each in (one, other, one)))
        assert {call.headers["Authorization"] for call in stub.calls} == {f"Bearer {KEY}"}
        assert {call.headers["Authorization"] for call in elsewhere.calls} == {"Bearer sk-other"}
    spent = [await (await chosen_of(desk, each)).budget.spent() for each in (one, other)]
    assert spent[0][0] == 2 * spent[1][0] > 0


async def test_a_spent_budget_stays_spent_when_settings_change(desk: Desk, stub: OpenAIStub) -> None:
    tenant = await a_tenant(desk, stub, tokens_a_day=10)
    await ask(desk, tenant)
    await desk.provisioning.change_settings(tenant.code, {"llm": asking(stub, tokens_a_day=11)})
    with pytest.raises(GenAIBudgetSpent):
        await ask(desk, tenant)
    await desk.provisioning.change_settings(tenant.code, {"llm": asking(stub, tokens_a_day=100_000)})
    await ask(desk, tenant)
    assert len(stub.calls) == 2


async def test_the_breaker_is_the_tenants_and_closed_again_by_a_change(desk: Desk, stub: OpenAIStub) -> None:
    one, other = await a_tenant(desk, stub), await a_tenant(desk, stub)
    stub.order(*[Order(status=500)] * 5)
    for _ in range(5):
        with pytest.raises(GenAIError):
            await ask(desk, one)
    with pytest.raises(GenAIPaused):
        await ask(desk, one)
    assert (await chosen_of(desk, one)).breaker.state == "open"
    assert (await ask(desk, other)).value.name == "greeting"
    await (await desk.app.get(Vault)).put(one, "brain", KEY)
    assert (await ask(desk, one)).value.name == "greeting"


async def test_a_key_is_in_no_error_log_repr_or_ledger(desk: Desk, stub: OpenAIStub) -> None:
    tenant, ledger = await a_tenant(desk, stub, key="sk-a-revoked-one"), Ledger()
    stub.order(Order(raw=b'{"error": {"message": "sk-a-revoked-one ' + PRIVATE.encode() + b'"}}', status=400))
    with capture_logs() as logs, pytest.raises(GenAIUnauthorised) as failure:
        await ask(desk, tenant, ledger)
    chosen = await chosen_of(desk, tenant)
    said = repr([str(failure.value), failure.value, logs, ledger, chosen, vars(chosen), chosen.model(ledger)])
    assert "refuses the key" in said
    assert "sk-a-revoked-one" not in said
    assert PRIVATE not in said


class Plays(Chosen):
    """A tenant's model with a script behind it, as a test puts it in place of `Chosen`."""

    async def make(self, key: str | None) -> GenAI:
        return Prompted(Scripted.saying([GREETING]))


async def test_a_test_puts_a_script_behind_the_same_meters(desk: Desk, stub: OpenAIStub) -> None:
    tenant = await a_tenant(desk, stub, tokens_a_day=10)
    real = await chosen_of(desk, tenant)
    found = await desk.directory.tenant(tenant.code)
    played = Plays(found, real.secrets, real.http, real.budget.live, real.budget.days)
    model = played.model(Ledger())
    assert model
    assert (await model.classify(HELLO)).value.name == "greeting"
    assert not stub.calls
    with pytest.raises(GenAIBudgetSpent):
        await ask(desk, tenant)


@contextlib.asynccontextmanager
async def two_processes(servers: Servers, desk: Desk, tmp_path: Path, **given: Any) -> AsyncIterator[list[Desk]]:
    """Two more processes over the desk's database, which hear of changes."""
    loaded = settings.load(data_dir=tmp_path, secret_keys=["a-key"], tenant_ttl_seconds=600, **given)
    shared = beside(servers, desk.databases.owner_urls["primary"])
    async with Desk.opened(loaded, shared) as one, Desk.opened(loaded, shared) as two:
        following = [asyncio.create_task(each.directory.follow()) for each in (one, two)]
        await asyncio.sleep(0.1)
        yield [one, two]
        for task in following:
            task.cancel()
        await asyncio.gather(*following, return_exceptions=True)


async def test_a_change_of_settings_or_secret_holds_in_every_process_at_once(
    servers: Servers, desk: Desk, stub: OpenAIStub, tmp_path: Path
) -> None:
    async with two_processes(servers, desk, tmp_path) as (one, two):
        tenant = await a_tenant(one, stub)
        for each in (one, two):
            assert (await ask(each, tenant)).value.name == "greeting"
        before = [await chosen_of(each, tenant) for each in (one, two)]
        await one.provisioning.change_settings(tenant.code, {"llm": asking(stub, model="openai-compatible:large")})

        async def is_known() -> bool:
            return (await chosen_of(two, tenant)) is not before[1]

        await until(is_known, 2)
        for each in (one, two):
            await ask(each, tenant)
        assert [call.body["model"] for call in stub.calls] == ["small", "small", "large", "large"]
        before = [await chosen_of(each, tenant) for each in (one, two)]
        await (await two.app.get(Vault)).put(tenant, "brain", "sk-revoked")
        before[1] = before[0]

        async def is_known_to_the_first() -> bool:
            return (await chosen_of(one, tenant)) is not before[0]

        await until(is_known_to_the_first, 2)
        for each in (one, two):
            with pytest.raises(GenAIUnauthorised):
                await ask(each, tenant)


async def test_an_address_the_installation_does_not_ask_is_refused(
    servers: Servers, desk: Desk, stub: OpenAIStub, tmp_path: Path
) -> None:
    async with two_processes(servers, desk, tmp_path, private_apis=False) as (guarded, _):
        tenant = await a_tenant(guarded, stub)
        with pytest.raises(GenAIRefused, match="FRONTDESK_PRIVATE_APIS"):
            await ask(guarded, tenant)
        service = {"kind": "rest", "base_url": stub.url}
        await guarded.provisioning.change_settings(tenant.code, {"llm": service})
        with pytest.raises(GenAIRefused, match="FRONTDESK_PRIVATE_APIS"):
            await ask(guarded, tenant)
    assert not stub.calls
