"""Health, readiness, figures, and one trace from the webhook to the provider."""

import itertools
import re
from collections.abc import Iterator

import pytest
from opentelemetry import metrics, trace
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from frontdesk import telemetry
from tests.builders import a_telegram_text
from tests.installation import Installation
from tests.web.lines import SECRET, Line, ask, until


@pytest.fixture(scope="module")
def recorder() -> Iterator[InMemorySpanExporter]:
    """Spans and figures as a running process makes them; OpenTelemetry can be set up once in a process."""
    if not isinstance(metrics.get_meter_provider(), MeterProvider):
        telemetry.start_tracing("test")
    if not isinstance(trace.get_tracer_provider(), TracerProvider):
        trace.set_tracer_provider(TracerProvider())  # what a collector's address would have set up
    telemetry.recording.cache_clear()
    provider, exporter = trace.get_tracer_provider(), InMemorySpanExporter()
    assert isinstance(provider, TracerProvider)
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    yield exporter
    exporter.shutdown()


async def figures(desk: Installation) -> str:
    answer = await ask(desk, "GET", "/metrics")
    assert answer.status == 200
    assert answer.headers["content-type"].startswith("text/plain")
    return answer.body.decode()


async def test_health_names_every_component(installation: Installation) -> None:
    health = await ask(installation, "GET", "/health")
    assert (health.status, health.json["status"]) == (200, "ok")
    components = health.json["components"]
    assert components["postgresql:primary"]["required"] is True
    assert components["redis"]["required"] is False
    assert {component["status"] for component in components.values()} == {"ok"}
    assert (await ask(installation, "GET", "/health/live")).json == {"status": "ok"}
    assert (await ask(installation, "GET", "/health/ready")).json["status"] == "ok"


async def test_one_trace_leads_from_the_webhook_to_the_provider(line: Line, recorder: InMemorySpanExporter) -> None:
    recorder.clear()
    assert await line.say("hello") == 200
    await line.answers(1)

    def found() -> dict[str, ReadableSpan]:
        return {span.name: span for span in recorder.get_finished_spans() if _is_about(span, line)}

    async def complete() -> bool:
        return len(found()) >= 4

    await until(complete, 5)
    spans = found()
    assert spans.keys() >= {"webhook receive", "turn", "delivery", "POST provider"}
    assert len({span.context.trace_id for span in spans.values() if span.context}) == 1
    order = ["webhook receive", "turn", "delivery", "POST provider"]
    for before, after in itertools.pairwise(order):
        parent = spans[after].parent
        assert parent
        assert spans[before].context
        assert parent.span_id == spans[before].context.span_id
    rows = await line.messages()
    assert {row["trace_id"] for row in rows} == {f"{spans['turn'].context.trace_id:032x}"}


def _is_about(span: ReadableSpan, line: Line) -> bool:
    attributes = span.attributes or {}
    host = line.bot.url if span.name == "POST provider" else None
    return attributes.get("frontdesk.tenant") == line.tenant.code or (host and attributes.get("server.address") == host)


async def test_a_callers_trace_goes_on(line: Line, recorder: InMemorySpanExporter) -> None:
    recorder.clear()
    trace_id = "4bf92f3577b34da6a3ce929d0e0e4736"
    await line.post(a_telegram_text(), {"traceparent": f"00-{trace_id}-00f067aa0ba902b7-01"})
    await line.answers(1)
    names = {span.name for span in recorder.get_finished_spans() if f"{span.context.trace_id:032x}" == trace_id}
    assert {"webhook receive", "turn", "POST provider"} <= names


async def test_spans_hold_no_secret(line: Line, recorder: InMemorySpanExporter) -> None:
    recorder.clear()
    await line.say("hello")
    await line.answers(1)
    said = " ".join(span.to_json() for span in recorder.get_finished_spans())
    for secret in (line.channel.secret("token"), line.token, line.channel.secret("secret_token")):
        assert secret not in said


async def test_figures_count_by_tenant_and_channel(line: Line, recorder: InMemorySpanExporter) -> None:
    for number in range(3):
        assert await line.say("hello", message_id=number + 1) == 200
    await line.post(a_telegram_text(), {SECRET: "wrong"})
    await line.answers(3)
    shown = await figures(line.desk)

    def value(name: str, **labels: str) -> float:
        rows = [
            row for row in shown.splitlines() if row.startswith(name + "{") and f'tenant="{line.tenant.code}"' in row
        ]
        return sum(float(row.rsplit(" ", 1)[1]) for row in rows if all(f'{k}="{v}"' in row for k, v in labels.items()))

    assert value("frontdesk_webhooks_total", outcome="received", channel="telegram") == 3
    assert value("frontdesk_webhooks_total", outcome="secret_refused", channel="telegram") == 1
    assert value("frontdesk_events_total", kind="message") == 3
    assert value("frontdesk_deliveries_total", outcome="sent") == 3
    assert value("frontdesk_turn_seconds_count") == 3
    assert value("frontdesk_queue_wait_seconds_count") >= 6


async def test_the_providers_time_is_measured(line: Line, recorder: InMemorySpanExporter) -> None:
    await line.say("hello")
    await line.answers(1)
    shown = await figures(line.desk)
    assert re.search(rf'frontdesk_delivery_seconds_count{{.*"{line.tenant.code}".*}} 1.0', shown)


async def test_what_strangers_ask_makes_no_new_figures(line: Line, recorder: InMemorySpanExporter) -> None:
    await line.post(a_telegram_text(), address=line.address.replace(line.tenant.code, "warm_up"))
    before = _series(await figures(line.desk))
    for number in range(8):
        for address in (
            line.address.replace(line.tenant.code, f"made_up_{number}"),
            line.address.replace("/telegram/", f"/kind_{number}/"),
            line.address.replace("/tokens/", f"/tokens/{number}"),
            line.address + f"/{number}",
        ):
            assert (await line.post(a_telegram_text(), address=address)).status == 404
    await line.api("POST", "/suspend")
    for number in range(8):
        address = line.address.replace("/telegram/", f"/kind_{number}/")
        assert (await line.post(a_telegram_text(), address=address)).status == 403
    shown = await figures(line.desk)
    assert not re.search("made_up|kind_", shown)
    new = _series(shown) - before
    assert len(new) <= 4, new


def _series(shown: str) -> set[str]:
    """Return the names and labels of the webhook figures."""
    lines = shown.splitlines()
    return {line.rsplit(" ", 1)[0] for line in lines if line.startswith("frontdesk_webhooks_total{")}
