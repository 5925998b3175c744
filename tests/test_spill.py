"""The spill: in order, on disk before anybody is answered, whole or not at all, and handed from process to process."""

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from frontdesk.core.exchange import Request
from frontdesk.errors import DatabaseUnavailable
from frontdesk.spill import Key, Record, Spill, segment
from frontdesk.spill import spill as spilling

KEY: Key = ("acme", "signal", "token")
OTHER: Key = ("acme", "signal", "another")
START = datetime(2025, 1, 1, tzinfo=UTC)
ROOM = 1_000_000


def a_record(number: int = 0, *, key: Key = KEY, verified: bool = True, body: bytes = b"") -> Record:
    at = START + timedelta(seconds=number)
    return Record(key=key, at=at, verified=verified, body=body or str(number).encode())


@contextlib.asynccontextmanager
async def opened(home: Path, most_bytes: int = ROOM) -> AsyncIterator[Spill]:
    """A process's spill, from its start to its orderly end."""
    spill = Spill(home, most_bytes)
    await spill.take_up()
    try:
        yield spill
    finally:
        await spill.close()


async def emptied(spill: Spill, key: Key = KEY, most: int = 10_000) -> list[bytes]:
    """Replay at most so many records, and return their bodies."""
    bodies = []
    while len(bodies) < most and (found := await spill.first(key)):
        bodies.append(found[1].body)
        spill.done(found[0], "replayed")
    return bodies


async def filled(spill: Spill, *, verified: bool) -> int:
    """Keep records until one is refused, and return how many were kept."""
    for number in range(100):
        try:
            await spill.keep(a_record(number, verified=verified, body=b"x" * 6000))
        except DatabaseUnavailable:
            return number
    raise AssertionError("there is no end to it")


def files(home: Path) -> list[Path]:
    return sorted((home / "spill").glob("*"))


def numbers(count: int, start: int = 0) -> list[bytes]:
    return [str(number).encode() for number in range(start, start + count)]


async def test_what_is_kept_comes_back_as_it_was_and_in_order(tmp_path: Path) -> None:
    request = Request("POST", "/x", {"content-type": "a/b", "x-sign": "s", "cookie": "c"}, b"\0\xff{", {"a": "b"})
    async with opened(tmp_path) as spill:
        await spill.keep(Record.of(KEY, request, verified=False, traceparent="t"))
        await asyncio.gather(*(spill.keep(a_record(number)) for number in range(50)))
        assert spill.holds(KEY)
        assert not spill.holds(OTHER)
        found = await spill.first(KEY)
        assert found
        again = found[1].request()
        assert (again.method, again.body, again.query) == ("POST", b"\0\xff{", {"a": "b"})
        assert again.headers == {"content-type": "a/b", "x-sign": "s"}
        assert (found[1].traceparent, found[1].verified) == ("t", False)
        assert (await emptied(spill))[1:] == numbers(50)
        assert not spill.holds(KEY)


def test_a_checked_request_leaves_its_secrets_behind() -> None:
    request = Request("POST", "/x", {"content-type": "a/b", "x-secret": "s"}, b"{}", {"secret": "s"})
    kept = Record.of(KEY, request, verified=True, traceparent=None)
    assert (kept.headers, kept.query) == ({"content-type": "a/b"}, {})
    assert "token" not in repr(kept)


async def test_many_at_once_share_the_wait_for_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    waits = []
    monkeypatch.setattr(os, "fdatasync", waits.append)
    async with opened(tmp_path) as spill:
        await asyncio.gather(*(spill.keep(a_record(number)) for number in range(200)))
        assert 1 <= len(waits) <= 3


async def test_the_files_are_nobody_elses_to_read_and_vanish_when_done(tmp_path: Path) -> None:
    async with opened(tmp_path) as spill:
        await spill.keep(a_record())
        (file,) = files(tmp_path)
        assert (file.stat().st_mode & 0o777, file.parent.stat().st_mode & 0o777) == (0o600, 0o700)
        await emptied(spill)
    assert files(tmp_path) == []


async def test_the_next_process_goes_on_where_the_last_one_stopped(tmp_path: Path) -> None:
    async with opened(tmp_path) as spill:
        for number in range(10):
            await spill.keep(a_record(number))
        assert await emptied(spill, most=4) == numbers(4)
    async with opened(tmp_path) as spill:
        await spill.keep(a_record(10))
        assert await emptied(spill) == numbers(7, 4)
    assert files(tmp_path) == []


async def test_two_processes_never_replay_the_same_file(tmp_path: Path) -> None:
    async with opened(tmp_path) as one, opened(tmp_path) as two:
        await one.keep(a_record(1))
        await two.take_up()
        assert (one.holds(KEY), two.holds(KEY)) == (True, False)


async def test_what_another_process_left_comes_before_what_is_newer(tmp_path: Path) -> None:
    async with opened(tmp_path) as survivor:
        async with opened(tmp_path) as leaving:
            await leaving.keep(a_record(1))
            await survivor.keep(a_record(2))
            await leaving.keep(a_record(3))
        await survivor.take_up()
        assert await emptied(survivor) == numbers(3, 1)


@pytest.mark.parametrize("lost", [1, 20])
async def test_a_torn_last_record_is_dropped_and_nothing_else(tmp_path: Path, lost: int) -> None:
    async with opened(tmp_path) as spill:
        for number in range(3):
            await spill.keep(a_record(number))
    (file,) = files(tmp_path)
    os.truncate(file, file.stat().st_size - lost)
    async with opened(tmp_path) as spill:
        assert await emptied(spill, most=1) == [b"0"]
    async with opened(tmp_path) as spill:  # the mark of the first did not run into the torn one
        assert await emptied(spill) == [b"1"]


async def test_a_record_the_disk_spoilt_is_dropped_alone(tmp_path: Path) -> None:
    async with opened(tmp_path) as spill:
        for number in range(3):
            await spill.keep(a_record(number, body=b"body number %d" % number))
    (file,) = files(tmp_path)
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(data)
    async with opened(tmp_path) as spill:
        assert await emptied(spill) == [b"body number 0", b"body number 2"]


async def test_no_more_is_kept_than_there_is_room_for(tmp_path: Path) -> None:
    async with opened(tmp_path, 100_000) as spill:
        kept = await filled(spill, verified=True)
        assert 8 <= kept <= 12
        assert sum(file.stat().st_size for file in files(tmp_path)) <= 100_000
        assert len(await emptied(spill)) == kept
        await asyncio.sleep(0.1)
        await spill.keep(a_record(body=b"x" * 6000))


async def test_what_nobody_has_checked_leaves_room_for_what_is_checked(tmp_path: Path) -> None:
    async with opened(tmp_path, 100_000) as spill:
        assert await filled(spill, verified=False) >= 2
        assert spill.size <= 25_000
        await spill.keep(a_record(body=b"x" * 6000))


async def test_a_disk_that_refuses_is_said_and_spoils_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with opened(tmp_path) as spill:
        await spill.keep(a_record(0))
        with monkeypatch.context() as broken:
            broken.setattr(segment.os, "fdatasync", lambda _: (_ for _ in ()).throw(OSError(28, "No space left")))
            with pytest.raises(DatabaseUnavailable, match="No space left"):
                await spill.keep(a_record(1))
        await spill.keep(a_record(2))
    async with opened(tmp_path) as spill:
        assert await emptied(spill) == [b"0", b"2"]


async def test_room_comes_back_while_one_channel_still_waits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spilling, "SEGMENT_BYTES", 10_000)
    async with opened(tmp_path) as spill:
        await spill.keep(a_record(0, key=OTHER))
        for number in range(40):
            await spill.keep(a_record(number, body=b"x" * 1000))
        before = len(files(tmp_path))
        assert len(await emptied(spill)) == 40
        await asyncio.sleep(0.1)
        assert (before, len(files(tmp_path))) == (6, 1)
        assert await emptied(spill, OTHER) == [b"0"]


KEEPS_FOR_EVER = """
    import asyncio, sys
    from pathlib import Path
    from frontdesk.core.exchange import Request
    from frontdesk.spill import Record, Spill

    async def main():
        spill = Spill(Path(sys.argv[1]), 1 << 30)
        for number in range(1_000_000):
            request = Request("POST", "", {}, str(number).encode())
            await spill.keep(Record.of(("acme", "signal", "token"), request, verified=True, traceparent=None))
            print(number, flush=True)

    asyncio.run(main())
"""


async def test_nothing_that_was_promised_is_lost_when_the_process_is_killed(tmp_path: Path) -> None:
    command = [sys.executable, "-c", textwrap.dedent(KEEPS_FOR_EVER), str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        for line in process.stdout:
            if int(line) >= 150:
                break
        async with opened(tmp_path) as spill:
            assert not spill.holds(KEY)  # its writer lives
        process.send_signal(signal.SIGKILL)
        promised = int([line, *process.stdout.read().split()][-1])
    async with opened(tmp_path) as spill:
        bodies = await emptied(spill)
    assert bodies == numbers(len(bodies))
    assert len(bodies) > promised
