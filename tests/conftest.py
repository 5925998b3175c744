"""Real servers for every test: PostgreSQL and Redis once a session, a fresh tenant each, in milliseconds."""

import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from dishka import AsyncContainer
from uuid_utils.compat import uuid7

from frontdesk import embedded, settings
from frontdesk.cli import session
from frontdesk.core.tenant import Tenant
from frontdesk.embedded import Servers
from frontdesk.rehearsal.telegram import TelegramStub
from frontdesk.services.provisioning import Provisioning
from frontdesk.settings import Settings
from frontdesk.store.db import Databases
from tests.handlers.scripted import Scripted
from tests.installation import Installation
from tests.services.desk import Desk, beside, migrated, new_database

hypothesis.settings.register_profile("repo", derandomize=True, deadline=None)
hypothesis.settings.load_profile("repo")


@pytest.fixture(scope="session")
def installation_settings() -> Iterator[Settings]:
    """Settings of the session's installation, in a folder of its own."""
    with tempfile.TemporaryDirectory(prefix="fd-", ignore_cleanup_errors=True) as folder:
        yield settings.load(
            data_dir=Path(folder),
            admin_key="an-operators-key",
            secret_keys=["first-test-key"],
            port=0,
            fetch_hosts="127.0.0.0/8",
        )


@pytest.fixture(scope="session")
def servers(installation_settings: Settings) -> Iterator[Servers]:
    """PostgreSQL and Redis; a crash of the machine can't happen here, so nothing waits for the disk."""
    with embedded.running(installation_settings, postgres_options=("fsync=off", "full_page_writes=off")) as running:
        yield running


@pytest.fixture(scope="session")
async def app(installation_settings: Settings, servers: Servers) -> AsyncIterator[AsyncContainer]:
    """The APP container over migrated databases."""
    async with session.opened(installation_settings, servers) as container:
        await session.migrate_platform(container)
        yield container


@pytest.fixture(scope="session")
async def databases(app: AsyncContainer) -> Databases:
    return await app.get(Databases)


@pytest.fixture
async def tenant(app: AsyncContainer) -> Tenant:
    """A fresh tenant."""
    return await make_tenant(app)


@pytest.fixture
async def other_tenant(app: AsyncContainer) -> Tenant:
    """Another fresh tenant."""
    return await make_tenant(app)


async def make_tenant(app: AsyncContainer) -> Tenant:
    return await (await app.get(Provisioning)).create_tenant(f"t{uuid7().hex[-12:]}", "A tenant", actor="tests")


@pytest.fixture(scope="session")
async def installation(app: AsyncContainer) -> AsyncIterator[Installation]:
    """A whole installation over HTTP: the API on a free port and a worker, in this process."""
    async with Installation.running(app) as running:
        yield running


@pytest.fixture(scope="session")
async def desk(servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Desk]:
    """The rooms behind the API over a database of their own, where no worker runs but those a test starts."""
    given: dict[str, Any] = {"lease_seconds": 2, "provider_seconds": 0.9, "drain_seconds": 5, "max_attempts": 3}
    folder = tmp_path_factory.mktemp("desk")
    given |= {"secret_keys": ["a-key"], "reply_typing_seconds": 0.2, "fetch_hosts": "127.0.0.0/8"}
    loaded = settings.load(data_dir=folder, **given)
    makers = {"scripted": Scripted}
    async with Desk.opened(loaded, beside(servers, await new_database(servers)), makers) as opened:
        yield opened


@pytest.fixture(scope="session")
async def quiet(servers: Servers) -> AsyncIterator[Databases]:
    """A migrated database that no worker looks at."""
    databases = Databases({"primary": await new_database(servers)}, None, 10)
    await migrated(databases)
    yield databases
    await databases.close()


@pytest.fixture
async def telegram() -> AsyncIterator[TelegramStub]:
    """A Bot API of our own."""
    async with TelegramStub() as stub:
        yield stub
