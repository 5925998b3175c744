"""What a process has loaded is out of the collector's sight once it serves, and only then."""

import asyncio
import gc

import pytest
from dishka import AsyncContainer

from frontdesk.cli import heap, serve


async def test_a_process_settles_once_it_has_loaded_what_it_works_with(
    app: AsyncContainer, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []
    stopping = asyncio.Event()

    async def run_until(app: AsyncContainer, stop: asyncio.Event, **given: object) -> None:
        assert given["loaded"] is heap.settle

    monkeypatch.setattr(serve, "run_until", run_until)
    await serve._serve(app, api=True, work=False)
    monkeypatch.undo()

    def listening(address: str) -> None:
        seen.append("listening")
        stopping.set()

    await serve.run_until(
        app, stopping, api=True, work=False, listening=listening, loaded=lambda: seen.append("loaded")
    )
    assert seen == ["loaded", "listening"]


def test_what_is_settled_is_not_looked_at_again() -> None:
    before = gc.get_threshold()
    try:
        heap.settle()
        assert gc.get_freeze_count() > 10_000
        assert gc.get_threshold() == (heap.YOUNG, heap.MIDDLE, heap.OLD)
    finally:
        gc.unfreeze()
        gc.set_threshold(*before)
