"""Records kept on disk in the order they came, many callers' in one fsync, until they are replayed."""

import asyncio
import bisect
import contextlib
import itertools
import os
import time
from collections.abc import Sequence
from operator import attrgetter
from pathlib import Path

import structlog

from frontdesk import telemetry
from frontdesk.errors import DatabaseUnavailable
from frontdesk.spill import record, segment
from frontdesk.spill.record import Key, Record
from frontdesk.spill.segment import SUFFIX, Entry, Segment

log = structlog.get_logger()

SEGMENT_BYTES = 4 * 1024 * 1024
UNVERIFIED_SHARE = 4
"""What nobody has checked yet may take this part of the room."""

Keeping = tuple[Entry, bytes, "asyncio.Future[None]"]
Mark = tuple[Segment, bytes]


class Spill:
    """One process's files, and those it took up from processes that are gone."""

    def __init__(self, home: Path, most_bytes: int) -> None:
        self.home = home / "spill"
        self.most_bytes = most_bytes
        self.stirred = asyncio.Event()
        """Set whenever there is something to replay."""
        self._waiting: dict[Key, list[Entry]] = {}
        self._unverified = 0
        self._queued: list[Keeping] = []
        self._queued_bytes = 0
        self._marks: list[Mark] = []
        self._segments: list[Segment] = []
        self._current: Segment | None = None
        self._numbers = itertools.count()
        self._running: asyncio.Task[None] | None = None

    @property
    def size(self) -> int:
        """Return how many bytes lie in the files, done ones included until their file is done."""
        return sum(each.size for each in self._segments) + self._queued_bytes

    @property
    def keys(self) -> list[Key]:
        return list(self._waiting)

    def holds(self, key: Key) -> bool:
        """Say whether something of this channel waits here: what comes next of it must wait behind."""
        return key in self._waiting

    async def keep(self, kept: Record) -> None:
        """Return once the record is on disk; DatabaseUnavailable where there is no room, or the disk refuses."""
        line = record.dump(kept)
        entry = Entry(kept.key, kept.at, len(line), kept.verified)
        if not self._has_room(entry):
            telemetry.spilled.add(1, {**_labels(entry), "outcome": "refused"})
            log.error("spill_full", bytes=self.size, most=self.most_bytes, verified=kept.verified)
            raise DatabaseUnavailable(
                "PostgreSQL is away, and there is no room left to keep the message until it is back"
            )
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(entry.key, []).append(entry)
        self._unverified += 0 if entry.verified else entry.length
        self._queued.append((entry, line, done))
        self._queued_bytes += len(line)
        self._start()
        await asyncio.shield(done)  # whoever waited may go: the record stays

    def _has_room(self, entry: Entry) -> bool:
        if not entry.verified and self._unverified + entry.length > self.most_bytes // UNVERIFIED_SHARE:
            return False
        return self.size + entry.length <= self.most_bytes

    async def first(self, key: Key) -> tuple[Entry, Record] | None:
        """Return the oldest record of a channel that is on disk; one that can't be read any more is dropped."""
        while (entries := self._waiting.get(key)) and (where := entries[0].segment):
            entry = entries[0]
            try:
                line = await asyncio.to_thread(where.read, entry.offset, entry.length)
                return entry, record.load(line)
            except (ValueError, OSError) as error:
                log.error("spill_record_unreadable", file=where.path.name, offset=entry.offset, reason=str(error))
                self.done(entry, "torn")
        return None

    def done(self, entry: Entry, outcome: str) -> None:
        """Take a record out: it was stored, or refused."""
        telemetry.spilled.add(1, {**_labels(entry), "outcome": outcome})
        self._remove(entry)
        if entry.segment:
            entry.segment.waiting -= 1
            self._marks.append((entry.segment, record.done_mark(entry.offset)))
            self._start()

    def _remove(self, entry: Entry) -> None:
        entries = self._waiting[entry.key]
        entries.remove(entry)
        if not entries:
            del self._waiting[entry.key]
        self._unverified -= 0 if entry.verified else entry.length

    def _start(self) -> None:
        if self._running is None or self._running.done():
            self._running = asyncio.create_task(self._run())

    async def _run(self) -> None:
        while self._queued or self._marks:
            batch, self._queued = self._queued, []
            marks, self._marks = self._marks, []
            try:
                written = await asyncio.to_thread(self._write, batch, [mark for mark in marks if mark[0].waiting])
                self._written(batch, *written)
            except OSError as fault:
                log.error("spill_not_written", reason=str(fault), records=len(batch))
                self._failed(batch, fault)
            await asyncio.to_thread(_delete, self._finished())

    def _write(self, batch: Sequence[Keeping], marks: Sequence[Mark]) -> tuple[Segment | None, int]:
        """Write marks, then records, and wait for the disk; return where the records begin."""
        for where, mark in marks:
            with contextlib.suppress(OSError):  # without it the record is replayed twice after a crash
                where.append(mark, durable=False)
        if not batch:
            return None, 0
        if self._current is None or self._current.size > SEGMENT_BYTES:
            self._current = self._new_segment()
        start = self._current.size
        self._current.append(b"".join(line for _, line, _ in batch), durable=True)
        return self._current, start

    def _new_segment(self) -> Segment:
        self.home.mkdir(parents=True, exist_ok=True, mode=0o700)
        name = f"{time.time_ns():020}-{os.getpid()}-{next(self._numbers)}{SUFFIX}"
        made = segment.make(self.home / name)
        self._segments.append(made)
        return made

    def _written(self, batch: Sequence[Keeping], where: Segment | None, offset: int) -> None:
        for entry, line, done in batch:
            assert where
            entry.segment, entry.offset = where, offset
            where.waiting += 1
            offset += len(line)
            self._queued_bytes -= len(line)
            telemetry.spilled.add(1, {**_labels(entry), "outcome": "kept"})
            done.set_result(None)
        self.stirred.set()

    def _failed(self, batch: Sequence[Keeping], fault: OSError) -> None:
        for entry, line, done in batch:
            self._remove(entry)
            self._queued_bytes -= len(line)
            done.set_exception(
                DatabaseUnavailable(f"PostgreSQL is away, and the spill can't be written: {fault.strerror}")
            )
            done.exception()  # heard, even where nobody waits any more

    def _finished(self) -> list[Segment]:
        """Return the files that hold nothing more, and know them no longer."""
        finished = [each for each in self._segments if not each.waiting]
        self._segments = [each for each in self._segments if each.waiting]
        if self._current in finished:
            self._current = None
        return finished

    async def take_up(self) -> None:
        """Take over what processes that are gone left on this machine, the oldest first."""
        for where, entries in await asyncio.to_thread(self._left_behind):
            self._segments.append(where)
            if entries:
                log.info("spill_taken_up", file=where.path.name, records=len(entries), bytes=where.size)
            for entry in entries:
                bisect.insort(self._waiting.setdefault(entry.key, []), entry, key=attrgetter("at"))
                self._unverified += 0 if entry.verified else entry.length
        if self._running is None or self._running.done():
            await asyncio.to_thread(_delete, self._finished())
        if self._waiting:
            self.stirred.set()

    def _left_behind(self) -> list[tuple[Segment, list[Entry]]]:
        own = {each.path for each in self._segments}
        paths = [path for path in sorted(self.home.glob(f"*{SUFFIX}")) if path not in own]
        return [found for path in paths if (found := segment.take_up(path))]

    async def close(self) -> None:
        """Finish writing, and leave the files to whoever comes next."""
        if self._running:
            await asyncio.wait([self._running])
        if waiting := sum(map(len, self._waiting.values())):
            log.warning("spill_left", records=waiting, bytes=self.size, folder=str(self.home))
        for each in self._segments:
            each.close()
        self._segments.clear()


def _delete(segments: Sequence[Segment]) -> None:
    for each in segments:
        each.delete()


def _labels(entry: Entry) -> dict[str, str]:
    """Name tenant and channel where they are known to be ours: an unchecked path could name anything."""
    tenant, kind, _ = entry.key
    return {"tenant": tenant if entry.verified else "unknown", "channel": kind}
