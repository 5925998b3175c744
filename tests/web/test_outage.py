"""PostgreSQL away and back: refused at once with the time to come again, and nothing accepted is lost."""

import asyncio
import tempfile
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from frontdesk import embedded, settings
from frontdesk.cli import session
from frontdesk.servers.postgres import Postgres
from tests.builders import a_telegram_text
from tests.conftest import make_tenant
from tests.installation import Installation
from tests.web.bot_api import BotApi
from tests.web.conftest import a_line
from tests.web.lines import Line, ask, until


@pytest.fixture
async def postgres_and_line(bot: BotApi) -> AsyncIterator[tuple[Postgres, Line]]:
    """An installation of its own, whose PostgreSQL may be stopped."""
    with tempfile.TemporaryDirectory(prefix="fd-", ignore_cleanup_errors=True) as folder:
        loaded = settings.load(data_dir=Path(folder), admin_key="an-operators-key", secret_keys=["k"], port=0)
        with embedded.running(loaded, postgres_options=("fsync=off",)) as servers:
            assert servers.postgres
            async with session.opened(loaded, servers) as app:
                await session.migrate_platform(app)
                async with Installation.running(app) as desk:
                    yield servers.postgres, await a_line(desk, await make_tenant(app), bot)


@pytest.mark.alone
async def test_postgres_away_is_503_at_once_and_messages_flow_when_it_is_back(
    postgres_and_line: tuple[Postgres, Line],
) -> None:
    postgres, line = postgres_and_line
    assert await line.say(message_id=1) == 200
    assert len(await line.answers(1)) == 1

    await asyncio.to_thread(postgres.stop)
    for number in (2, 3):
        started = time.monotonic()
        answer = await line.post(a_telegram_text(message_id=number))
        answer.problem(503, "database_unavailable")
        assert int(answer.headers["retry-after"]) >= 1
        assert time.monotonic() - started < 1.5
        assert str(postgres.home) not in answer.body.decode()
    assert (await ask(line.desk, "GET", "/health/live")).status == 200
    assert (await ask(line.desk, "GET", "/health/ready")).status == 503
    health = await ask(line.desk, "GET", "/health")
    assert (health.status, health.json["status"]) == (503, "down")
    assert health.json["components"]["redis"]["status"] == "ok"
    (await ask(line.desk, "GET", "/api/v1/tenants", "fd_unknown")).problem(503, "database_unavailable")
    assert (await ask(line.desk, "GET", "/metrics")).status == 200
    unknown = await line.post(a_telegram_text(), address=line.address.replace(line.tenant.code, "made_up"))
    assert unknown.status == 503
    assert "made_up" not in (await ask(line.desk, "GET", "/metrics")).body.decode()

    await asyncio.to_thread(postgres.start)

    async def ready() -> bool:
        return (await ask(line.desk, "GET", "/health/ready")).status == 200

    await until(ready)
    for number in (2, 3, 2, 3):  # the provider sends again what was refused
        assert await line.say(message_id=number) == 200
    assert len(await line.answers(3)) == 3
    said = [row["external_id"] for row in await line.messages() if row["direction"] == "inbound"]
    assert said == [f"5550001:{number}" for number in (1, 2, 3)]
