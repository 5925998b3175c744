"""Commands in data directories of their own; where servers are shared, they run once."""

import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from frontdesk import embedded, settings
from tests.cli.command import Command


@pytest.fixture(scope="session")
def command() -> Iterator[Command]:
    """Runs commands over servers that are up already, so that each is quick."""
    with tempfile.TemporaryDirectory(prefix="fd-", ignore_cleanup_errors=True) as folder:
        loaded = settings.load(data_dir=Path(folder))
        with embedded.running(loaded, postgres_options=("fsync=off",)):
            yield Command(Path(folder))


@pytest.fixture
async def alone() -> AsyncIterator[Command]:
    """Runs commands that start and stop their servers themselves."""
    with tempfile.TemporaryDirectory(prefix="fd-", ignore_cleanup_errors=True) as folder:
        yield Command(Path(folder))
