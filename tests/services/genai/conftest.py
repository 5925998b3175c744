"""A provider on loopback, and the client that speaks to it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from frontdesk.http import Http
from frontdesk.live import Live
from frontdesk.media import Files
from frontdesk.rehearsal.openai import OpenAIStub


@pytest.fixture
async def alone() -> AsyncIterator[Live]:
    """A process without Redis."""
    live = Live("unix:///nowhere/redis.sock")
    yield live
    await live.close()


@pytest.fixture
async def http(alone: Live, tmp_path: Path) -> AsyncIterator[Http]:
    http = Http(5, alone, Files(tmp_path))
    yield http
    await http.close()


@pytest.fixture
async def openai() -> AsyncIterator[OpenAIStub]:
    """A server that speaks OpenAI's chat completions."""
    async with OpenAIStub() as stub:
        yield stub
