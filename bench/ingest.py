"""(a) Durable webhooks a second, beside the same route storing nothing and beside pgbench inserting rows."""

import asyncio
import re
import tempfile
from pathlib import Path

from bench.figures import Figure, at_least, at_most, percentile
from bench.place import Place
from frontdesk.servers import postgres

PART = "a"
CONNECTIONS = (32, 128)
INSERT = """
\\set number random(1, 100000)
INSERT INTO frontdesk.work (tenant, lane, group_key, kind, payload)
VALUES ('pgbench', 0, 'conversation ' || :number, 'event', repeat('payload ', 110));
"""
CALM = 100


async def measure(place: Place) -> list[Figure]:
    """Measure one round: both servers and pgbench, one after the other on the same machine and database."""
    durable = await _speeds(place, "api")
    nothing = await _speeds(place, "nothing", module="bench.nothing")
    inserted = await _pgbench(place)
    calm = await _calm(place)
    figures = []
    for connections in CONNECTIONS:
        speed, p50, p99 = durable[connections]
        name = f"durable webhooks, {connections} connections"
        beside = nothing[connections][0]
        figures += [
            _figure(name, speed, "/s", beside="the same storing nothing", other=beside, goal=at_least(0.5, "ratio")),
            _figure(f"{name}, p50", p50, "ms", beside="storing nothing", other=nothing[connections][1]),
            _figure(f"{name}, p99", p99, "ms", beside="storing nothing", other=nothing[connections][2]),
        ]
    speed = durable[32][0]
    goal = at_least(0.25, "ratio")
    figures.append(_figure("durable webhooks", speed, "/s", beside="pgbench inserting", other=inserted, goal=goal))
    figures.append(_figure(f"webhook p99 at {CALM}/s", calm, "ms", goal=at_most(50)))
    return figures


def _figure(what: str, value: float, unit: str, **more: object) -> Figure:
    return Figure(part=PART, what=what, value=value, unit=unit, **more)  # type: ignore[arg-type]


async def _speeds(place: Place, *arguments: str, module: str = "frontdesk") -> dict[int, tuple[float, float, float]]:
    """Return webhooks/s, p50 and p99 in milliseconds by number of connections."""
    bot, found = await place.bot(), {}
    argv = () if module != "frontdesk" else arguments
    async with place.serving(*argv, module=module) as (_, address):
        await place.write(address, bot, connections=8, seconds=0.5)
        for connections in CONNECTIONS:
            result = await place.write(address, bot, connections=connections, seconds=place.scale.load_seconds)
            _check(result)
            took = result["took"]
            speed = result["done"] / result["seconds"]
            found[connections] = (speed, 1000 * percentile(took, 0.5), 1000 * percentile(took, 0.99))
            await place.sql("TRUNCATE frontdesk.work")
    return found


async def _calm(place: Place) -> float:
    """Return the p99 in milliseconds at a steady rate far below what is possible."""
    bot = await place.bot()
    async with place.serving("api") as (_, address):
        await place.write(address, bot, connections=8, seconds=0.5)
        result = await place.write(address, bot, connections=32, seconds=place.scale.steady_seconds, rate=CALM)
    _check(result)
    await place.sql("TRUNCATE frontdesk.work")
    return 1000 * percentile(result["took"], 0.99)


async def _pgbench(place: Place) -> float:
    server = place.installation.servers.postgres
    assert server
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as script:
        script.write(INSERT)
        script.flush()
        argv = [str(postgres.BIN / "pgbench"), "-n", "-M", "prepared", "-c", "32", "-j", "2", "-f", script.name]
        argv += ["-T", str(max(1, int(place.scale.load_seconds))), "-h", str(server.sockets), "-U", "postgres"]
        process = await asyncio.create_subprocess_exec(
            *argv, postgres.DATABASE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE, cwd=Path("/")
        )
        output, errors = await process.communicate()
    found = re.search(r"tps = ([\d.]+)", output.decode())
    if not found:
        raise RuntimeError(f"pgbench failed: {errors.decode()[-500:]}")
    await place.sql("TRUNCATE frontdesk.work")
    return float(found.group(1))


def _check(result: dict[str, int]) -> None:
    if result["errors"] or result["unanswered"]:
        raise RuntimeError(f"{result['errors']} webhooks were refused, {result['unanswered']} not answered")
