"""Commands in data directories of their own; where servers are shared, they run once."""

import contextlib
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from frontdesk import embedded, settings
from tests.cli.command import Command


@contextlib.contextmanager
def somewhere() -> Iterator[Command]:
    """Yield a command with an empty data directory, and end what it leaves running."""
    with tempfile.TemporaryDirectory(prefix="fd-", ignore_cleanup_errors=True) as folder:
        made = Command(Path(folder) / "data")
        made.data_dir.mkdir()
        yield made
        made.clear()


@pytest.fixture(scope="session")
def command() -> Iterator[Command]:
    """Runs commands over servers that are up already, so that each is quick."""
    with somewhere() as made, embedded.running(settings.load(data_dir=made.data_dir), postgres_options=("fsync=off",)):
        yield made


@pytest.fixture
def alone() -> Iterator[Command]:
    """Runs commands that start and stop their servers themselves."""
    with somewhere() as made:
        yield made
