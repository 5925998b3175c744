"""Health by component, and the figures Prometheus reads."""

import asyncio
from typing import Any

from dishka import AsyncContainer
from fastapi import APIRouter
from fastapi.responses import JSONResponse, Response
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, generate_latest
from prometheus_client.core import GaugeMetricFamily

from frontdesk import queue
from frontdesk.errors import FrontdeskError
from frontdesk.live import Live
from frontdesk.store import condition
from frontdesk.store.db import Databases
from frontdesk.web.auth import Container

router = APIRouter(tags=["operation"])

PROBE_SECONDS = 3.0


@router.get("/health/live", summary="Say that the process runs")
async def live() -> dict[str, str]:
    return {"status": "ok"}


@router.get("/health/ready", summary="Say whether webhooks can be taken")
async def ready(container: Container) -> JSONResponse:
    components = await check(container)
    down = [name for name, state in components.items() if state["status"] == "down" and state["required"]]
    return JSONResponse({"status": "down" if down else "ok", "down": down}, 503 if down else 200)


@router.get("/health", summary="Show every component")
async def health(container: Container) -> JSONResponse:
    components = await check(container)
    required_down = any(state["status"] == "down" and state["required"] for state in components.values())
    any_down = any(state["status"] == "down" for state in components.values())
    status = "down" if required_down else "degraded" if any_down else "ok"
    return JSONResponse({"status": status, "components": components}, 503 if required_down else 200)


async def check(container: AsyncContainer) -> dict[str, dict[str, Any]]:
    """Ask each component; PostgreSQL is required, Redis only makes things faster."""
    databases = await container.get(Databases)
    found = {f"postgresql:{name}": await _database(databases, name) for name in databases.names}
    up = await (await container.get(Live)).ping()
    found["redis"] = {"status": "ok" if up else "down", "required": False}
    return found


async def _database(databases: Databases, name: str) -> dict[str, Any]:
    try:
        async with asyncio.timeout(PROBE_SECONDS), databases.platform(name) as tx:
            await condition.ping(tx)
    except (FrontdeskError, TimeoutError) as error:
        return {"status": "down", "required": True, "error": str(error) or "no answer in time"}
    return {"status": "ok", "required": True}


@router.get("/metrics", summary="Figures for Prometheus", response_class=Response)
async def metrics(container: Container) -> Response:
    databases = await container.get(Databases)
    figures = await _queues(databases)
    return Response(generate_latest(REGISTRY) + generate_latest(figures), media_type=CONTENT_TYPE_LATEST)


class Figures:
    """Gauges read for one scrape."""

    def __init__(self, *families: GaugeMetricFamily) -> None:
        self.families = families

    def collect(self) -> tuple[GaugeMetricFamily, ...]:
        return self.families


async def _queues(databases: Databases) -> Any:
    labels = ["tenant", "lane"]
    waiting = GaugeMetricFamily("frontdesk_queue_depth", "Work that waits, leased work included.", labels=labels)
    oldest = GaugeMetricFamily("frontdesk_queue_age_seconds", "Age of the oldest work.", labels=labels)
    for name in databases.names:
        try:
            async with databases.platform(name) as tx:
                depths = await queue.depths(tx)
        except FrontdeskError:
            continue
        for depth in depths:
            waiting.add_metric([depth.tenant, depth.lane.name.lower()], depth.waiting)
            oldest.add_metric([depth.tenant, depth.lane.name.lower()], depth.oldest.total_seconds())
    return Figures(waiting, oldest)
