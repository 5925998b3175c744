"""Every span and metric of Frontdesk, and the setting up of logs."""

import functools
import logging
import os
import random
import sys
import time
from collections.abc import Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from typing import Any

import structlog
from opentelemetry import context, metrics, trace
from opentelemetry.exporter.prometheus import PrometheusMetricReader
from opentelemetry.metrics import Histogram
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.view import ExplicitBucketHistogramAggregation, View
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import NonRecordingSpan, Span, SpanContext, SpanKind, StatusCode, TraceFlags

from frontdesk.settings import Settings

SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
MODEL_SECONDS = (0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92)
MODEL_TOKENS = (1, 4, 16, 64, 256, 1024, 4096, 16384, 65536, 262144, 1048576)
"""Buckets of the semantic conventions for GenAI, as far as a message goes."""
SECRET = ("token", "secret", "password", "authorization", "credentials", "key")

_chosen = random.Random()  # noqa: S311 - ids, no secrets; the shared generator is left to others

tracer = trace.get_tracer("frontdesk")
meter = metrics.get_meter("frontdesk")

received = meter.create_counter("frontdesk_webhooks", description="Webhook requests by tenant, channel and outcome.")
events = meter.create_counter("frontdesk_events", description="Events of webhooks by tenant, channel and kind.")
spilled = meter.create_counter(
    "frontdesk_spilled", description="Requests that went through the spill, by tenant, channel and outcome."
)
turns = meter.create_histogram(
    "frontdesk_turn_seconds", unit="s", description="Time from leased to committed, by tenant, channel, handler."
)
waited = meter.create_histogram(
    "frontdesk_queue_wait_seconds", unit="s", description="Time from queued to leased, by tenant and kind of work."
)
delivered = meter.create_counter("frontdesk_deliveries", description="Deliveries by tenant, channel and outcome.")
latency = meter.create_histogram(
    "frontdesk_delivery_seconds", unit="s", description="Time of the provider call, by tenant and channel."
)
failures = meter.create_counter("frontdesk_failures", description="Work that failed, by tenant, kind and error code.")
model_seconds = meter.create_histogram(
    "gen_ai.client.operation.duration",
    unit="s",
    description="Time of a task given to a language model, all attempts together.",
    explicit_bucket_boundaries_advisory=MODEL_SECONDS,
)
model_tokens = meter.create_histogram(
    "gen_ai.client.token.usage",
    unit="{token}",
    description="Tokens of a task, by type.",
    explicit_bucket_boundaries_advisory=MODEL_TOKENS,
)
model_requests = meter.create_counter(
    "frontdesk_model_requests", description="Requests to language models by tenant, model and task."
)
model_cost = meter.create_counter(
    "frontdesk_model_cost",
    description="What language models cost by tenant, model and task, in the currency of its prices.",
)


def start_tracing(version: str) -> None:
    """Set up OpenTelemetry; spans are exported where OTEL_EXPORTER_OTLP_ENDPOINT names a collector."""
    resource = Resource.create(
        {"service.name": os.environ.get("OTEL_SERVICE_NAME", "frontdesk"), "service.version": version}
    )
    if os.environ.get("OTEL_EXPORTER_OTLP_ENDPOINT") or os.environ.get("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"):
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter

        spans = TracerProvider(resource=resource)
        spans.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
        trace.set_tracer_provider(spans)
    views = [View(instrument_name="*_seconds", aggregation=ExplicitBucketHistogramAggregation(SECONDS))]
    metrics.set_meter_provider(MeterProvider([PrometheusMetricReader()], resource=resource, views=views))


@contextmanager
def webhook(tenant: str, kind: str, traceparent: str | None) -> Iterator[Span]:
    """The span that begins a message's trace, or goes on with the caller's."""
    with _span("webhook receive", SpanKind.SERVER, traceparent, tenant, kind) as span:
        yield span


@contextmanager
def turn(tenant: str, kind: str, traceparent: str | None, work_id: int) -> Iterator[Span]:
    """The span of one turn."""
    with _span("turn", SpanKind.CONSUMER, traceparent, tenant, kind) as span:
        span.set_attribute("frontdesk.work", work_id)
        yield span


@contextmanager
def delivery(tenant: str, kind: str, traceparent: str | None, work_id: int) -> Iterator[Span]:
    """The span of one delivery."""
    with _span("delivery", SpanKind.CONSUMER, traceparent, tenant, kind) as span:
        span.set_attribute("frontdesk.work", work_id)
        yield span


@contextmanager
def provider_call(method: str, host: str) -> Iterator[Span]:
    """The span of one request to a provider."""
    attributes = {"http.request.method": method, "server.address": host}
    if not recording():
        yield trace.get_current_span()
        return
    with tracer.start_as_current_span(f"{method} provider", kind=SpanKind.CLIENT, attributes=attributes) as span:
        yield span


def model_task(
    tenant: str,
    model: str,
    task: str,
    seconds: float,
    *,
    input_tokens: int,
    output_tokens: int,
    requests: int,
    cost: float,
    failure: str | None,
) -> None:
    """Count one task given to a language model; names of attributes are OpenTelemetry's for GenAI, where it has them."""
    provider, _, name = model.partition(":")
    labels = {
        "tenant": tenant,
        "task": task,
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": provider,
        "gen_ai.request.model": name or provider,
    }
    model_seconds.record(seconds, {**labels, "error.type": failure} if failure else labels)
    if not requests:
        return
    for kind, count in (("input", input_tokens), ("output", output_tokens)):
        model_tokens.record(count, {**labels, "gen_ai.token.type": kind})
    model_requests.add(requests, labels)
    model_cost.add(cost, labels)


@contextmanager
def timed(histogram: Histogram, labels: Mapping[str, str]) -> Iterator[None]:
    """Record how long the block takes, whether it ends well or not."""
    started = time.perf_counter()
    try:
        yield
    finally:
        histogram.record(time.perf_counter() - started, labels)


@contextmanager
def _span(name: str, kind: SpanKind, traceparent: str | None, tenant: str, channel: str) -> Iterator[Span]:
    parent = parse_traceparent(traceparent)
    if not recording():
        with trace.use_span(_unrecorded(parent)) as span:
            yield span
        return
    attributes = {"frontdesk.tenant": tenant, "frontdesk.channel": channel}
    with tracer.start_as_current_span(name, context=parent, kind=kind, attributes=attributes) as span:
        yield span


@functools.cache
def recording() -> bool:
    """Say whether anybody takes spans: without an exporter only their ids are made, at a tenth of the cost."""
    return isinstance(trace.get_tracer_provider(), TracerProvider)


def _unrecorded(parent: context.Context | None) -> Span:
    """Return a span that is only its ids: its parent's trace, or a new one."""
    above = trace.get_current_span(parent).get_span_context()
    trace_id = above.trace_id if above.is_valid else _chosen.getrandbits(128) or 1
    return NonRecordingSpan(
        SpanContext(trace_id, _chosen.getrandbits(64) or 1, is_remote=False, trace_flags=above.trace_flags)
    )


def parse_traceparent(value: str | None) -> context.Context | None:
    """Return the context a W3C traceparent names, or None where it is absent or broken."""
    parts = (value or "").split("-")
    try:
        if len(parts) < 4 or (len(parts[0]), len(parts[1]), len(parts[2])) != (2, 32, 16):
            return None
        parent = SpanContext(
            int(parts[1], 16), int(parts[2], 16), is_remote=True, trace_flags=TraceFlags(int(parts[3], 16))
        )
    except ValueError:
        return None
    return trace.set_span_in_context(NonRecordingSpan(parent)) if parent.is_valid else None


def traceparent(span: Span) -> str | None:
    """Return what carries this span's trace over the queue."""
    here = span.get_span_context()
    return f"00-{here.trace_id:032x}-{here.span_id:016x}-{here.trace_flags:02x}" if here.is_valid else None


def trace_id(span: Span) -> str | None:
    here = span.get_span_context()
    return f"{here.trace_id:032x}" if here.is_valid else None


def mark_failed(span: Span, error: BaseException) -> None:
    span.set_status(StatusCode.ERROR, f"{type(error).__name__}: {error}"[:200])


def start_logs(settings: Settings) -> None:
    """Set up structured logs on standard error, with bound ids and without secrets."""
    as_json = settings.log_format == "json" or (settings.log_format == "auto" and not sys.stderr.isatty())
    plain = structlog.dev.ConsoleRenderer(
        exception_formatter=structlog.dev.plain_traceback
    )  # a rich one shows all locals
    renderer = structlog.processors.JSONRenderer() if as_json else plain
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _redact,
            structlog.processors.format_exc_info,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[settings.log_level.upper()]),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, format="%(levelname)s %(name)s %(message)s")


def _redact(_: Any, __: str, entry: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    for name in entry:
        if any(word in name.lower() for word in SECRET) and name != "group_key":
            entry[name] = "[redacted]"
    return entry
