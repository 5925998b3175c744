"""Secrets over the API: put in, listed without what they hold, taken out; and what the language model took today."""

import json
from typing import Any

import pytest
from opentelemetry import metrics
from opentelemetry.sdk.metrics import MeterProvider
from structlog.testing import capture_logs

from frontdesk import telemetry
from frontdesk.core.tenant import Tenant
from frontdesk.rehearsal.openai import OpenAIStub, Order
from tests.installation import Installation
from tests.web.lines import Line, ask

ADMIN = "an-operators-key"
KEY = "sk-nobody-may-see-this"
HOLA = {"text": "Buenos días."}


def of(tenant: Tenant, rest: str = "") -> str:
    return f"/tenants/{tenant.code}{rest}"


async def set_up(installation: Installation, tenant: Tenant, url: str, **changed: Any) -> None:
    llm = {"kind": "pydantic_ai", "model": "openai-compatible:small", "base_url": url, "key": "brain", "attempts": 1}
    settings = {"llm": {**llm, **changed}, "time_zone": "Asia/Kolkata"}
    await installation.api("PUT", of(tenant, "/settings"), json={"settings": settings})


async def test_a_secret_is_set_listed_and_removed_and_never_shown(installation: Installation, tenant: Tenant) -> None:
    await set_up(installation, tenant, "http://127.0.0.1:9/v1")
    with capture_logs() as logs:
        made = await installation.api("PUT", of(tenant, "/secrets/brain"), json={"value": KEY})
        assert (made["name"], made["changed_by"], made["used_by"]) == ("brain", "admin", ["llm.key"])
        again = await installation.api("PUT", of(tenant, "/secrets/brain"), json={"value": f"{KEY}-2"})
        listed = await installation.api("GET", of(tenant, "/secrets"))
    assert listed["items"] == [again]
    assert again["changed_at"] > made["changed_at"]
    shown = await installation.api("GET", of(tenant))
    assert KEY not in json.dumps([made, again, listed, shown]) + str(logs)
    await installation.api("DELETE", of(tenant, "/secrets/brain"), status=204)
    (missing,) = (await installation.api("GET", of(tenant, "/secrets")))["items"]
    assert (missing["name"], missing["changed_by"], missing["changed_at"]) == ("brain", None, None)
    gone = await ask(installation, "DELETE", f"/api/v1{of(tenant, '/secrets/brain')}", ADMIN)
    gone.problem(404, "not_found")


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("Brain", {"value": KEY}),
        ("brain", {"value": f"{KEY}\nsecond line"}),
        ("brain", {"value": [KEY]}),
        ("brain", {"value": {"is": KEY}}),
        ("brain", {"value": KEY * 1000}),
        ("brain", {"values": KEY}),
        ("brain", KEY),
        ("brain", {"value": ""}),
    ],
)
async def test_what_can_not_be_kept_is_refused_and_not_repeated(
    installation: Installation, tenant: Tenant, name: str, body: Any
) -> None:
    answer = await ask(installation, "PUT", f"/api/v1{of(tenant, f'/secrets/{name}')}", ADMIN, json=body)
    answer.problem(422, "invalid_input")
    assert KEY.encode() not in answer.body


async def test_a_key_that_may_read_secrets_may_not_set_them(line: Line) -> None:
    given = {"name": "k", "scopes": ["secrets:read"]}
    key = (await line.api("POST", "/keys", status=201, json=given))["key"]
    path = f"/api/v1/tenants/{line.tenant.code}/secrets"
    assert (await ask(line.desk, "GET", path, key)).json == {"items": [], "next": None}
    (await ask(line.desk, "PUT", f"{path}/brain", key, json={"value": "x"})).problem(403, "forbidden")
    (await ask(line.desk, "DELETE", f"{path}/brain", key)).problem(403, "forbidden")


async def test_a_check_asks_the_model_and_names_what_is_missing(installation: Installation, tenant: Tenant) -> None:
    async with OpenAIStub(KEY, reply=HOLA) as stub:
        await set_up(installation, tenant, stub.url)
        found = await installation.api("POST", of(tenant, "/settings/check"))
        items = {item["what"]: item for item in found["items"]}
        assert (found["ok"], items["secret brain"]["ok"], items["language model"]["code"]) == (
            False,
            False,
            "genai_unauthorised",
        )
        assert f"frontdesk secret set {tenant.code} brain" in items["secret brain"]["detail"]
        await installation.api("PUT", of(tenant, "/secrets/brain"), json={"value": KEY})
        found = await installation.api("POST", of(tenant, "/settings/check"))
        assert found["ok"], found
        details = {item["what"]: item["detail"] for item in found["items"]}
        assert details["language model"].startswith("openai-compatible:small answers")
        assert details["translation"].startswith("none is set")
        stub.order(Order(status=401))
        found = await installation.api("POST", of(tenant, "/settings/check"))
    assert "refuses the key" in json.dumps(found)
    assert KEY not in json.dumps(found)


async def test_a_check_says_which_provider_of_words_and_speech_does_not_answer(
    installation: Installation, tenant: Tenant
) -> None:
    nowhere = "http://127.0.0.1:9/v1"
    settings = {
        "translation": {"provider": "libretranslate", "url": nowhere},
        "speech": {"engine": "http", "url": nowhere},
    }
    await installation.api("PUT", of(tenant, "/settings"), json={"settings": settings})
    found = await installation.api("POST", of(tenant, "/settings/check"))
    items = {item["what"]: item for item in found["items"]}
    assert (items["language model"]["ok"], items["translation"]["ok"], items["speech"]["ok"]) == (True, False, False)
    assert items["translation"]["code"] == "translation_failed"
    assert "can't connect" in items["translation"]["detail"]
    assert "speech.url" in items["speech"]["detail"]


async def test_what_the_model_took_today_is_shown_with_its_limits(installation: Installation, tenant: Tenant) -> None:
    async with OpenAIStub(KEY, reply=HOLA) as stub:
        prices = {"price_input": 2, "price_output": 8, "tokens_a_day": 5000, "cost_a_day": "1.5"}
        await set_up(installation, tenant, stub.url, **prices)
        await installation.api("PUT", of(tenant, "/secrets/brain"), json={"value": KEY})
        before = await installation.api("GET", of(tenant, "/llm/usage"))
        assert (before["model"], before["tokens"], before["breaker"]) == ("openai-compatible:small", 0, "closed")
        await installation.api("POST", of(tenant, "/settings/check"))
        after = await installation.api("GET", of(tenant, "/llm/usage"))
    assert after["tokens"] > 50
    assert 0 < float(after["cost"]) < 0.1
    assert (after["tokens_a_day"], after["cost_a_day"]) == (5000, "1.5")
    assert after["begins_anew_at"].endswith("T00:00:00+05:30")


async def test_figures_count_tokens_time_cost_and_failures_by_tenant_and_task(
    installation: Installation, tenant: Tenant
) -> None:
    if not isinstance(metrics.get_meter_provider(), MeterProvider):  # it can be set up once in a process
        telemetry.start_tracing("test")
    async with OpenAIStub(KEY, reply=HOLA) as stub:
        stub.order(Order(status=500))
        await set_up(installation, tenant, stub.url, price_input=2, price_output=8)
        await installation.api("PUT", of(tenant, "/secrets/brain"), json={"value": KEY})
        for _ in range(2):
            await installation.api("POST", of(tenant, "/settings/check"))
        took = await installation.api("GET", of(tenant, "/llm/usage"))
    shown = (await ask(installation, "GET", "/metrics")).body.decode()

    def value(name: str, label: str = "") -> float:
        rows = [row for row in shown.splitlines() if row.startswith(name + "{") and f'tenant="{tenant.code}"' in row]
        assert all('task="translate"' in row and 'gen_ai_request_model="small"' in row for row in rows)
        return sum(float(row.rsplit(" ", 1)[1]) for row in rows if label in row)

    assert value("gen_ai_client_token_usage_sum") == took["tokens"]
    assert 0 < value("gen_ai_client_token_usage_sum", 'gen_ai_token_type="output"') < took["tokens"]
    assert value("gen_ai_client_operation_duration_seconds_count") == 2
    assert value("gen_ai_client_operation_duration_seconds_count", 'error_type="genai_unreachable"') == 1
    assert value("frontdesk_model_cost_total") == pytest.approx(float(took["cost"]), abs=1e-6)


async def test_a_tenant_without_a_model_took_nothing(installation: Installation, tenant: Tenant) -> None:
    shown = await installation.api("GET", of(tenant, "/llm/usage"))
    assert (shown["model"], shown["tokens"], shown["tokens_a_day"]) == (None, 0, None)
