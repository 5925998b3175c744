"""One file of the spill, locked by the process that writes it or replays it."""

import contextlib
import fcntl
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import structlog

from frontdesk import telemetry
from frontdesk.spill import record
from frontdesk.spill.record import Key

log = structlog.get_logger()

SUFFIX = ".spill"


@dataclass(slots=True)
class Segment:
    """An open, locked file; `waiting` of its records are not done yet."""

    path: Path
    fd: int
    size: int = 0
    waiting: int = 0

    def append(self, data: bytes, *, durable: bool) -> None:
        """Write at the end, and wait for the disk if asked to; after an OSError the file is as it was."""
        try:
            written = 0
            while written < len(data):
                written += os.write(self.fd, data[written:])
            if durable:
                os.fdatasync(self.fd)
        except OSError:
            with contextlib.suppress(OSError):
                os.ftruncate(self.fd, self.size)
            raise
        self.size += len(data)

    def read(self, offset: int, length: int) -> bytes:
        return os.pread(self.fd, length, offset)

    def close(self) -> None:
        """Let go of the file, for another process to take up."""
        os.close(self.fd)

    def delete(self) -> None:
        self.path.unlink(missing_ok=True)
        self.close()


@dataclass(slots=True, eq=False)
class Entry:
    """Where a record stands."""

    key: Key = field(repr=False)
    at: datetime
    length: int
    verified: bool
    segment: Segment | None = None
    offset: int = 0
    tries: int = 0


def make(path: Path) -> Segment:
    """Make a file and lock it; its name lasts once this returns."""
    fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_APPEND, 0o600)
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    except BaseException:
        os.close(fd)
        raise
    return Segment(path, fd)


def take_up(path: Path) -> tuple[Segment, list[Entry]] | None:
    """Lock a file another process left, and return what is not done in it; None where that process lives."""
    try:
        fd = os.open(path, os.O_RDWR | os.O_APPEND)
    except FileNotFoundError:
        return None
    except OSError as error:
        log.error("spill_not_readable", file=path.name, reason=str(error))
        return None
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if not os.fstat(fd).st_nlink:  # done and deleted while we waited to open it
            raise BlockingIOError
    except BlockingIOError:
        os.close(fd)
        return None
    segment = Segment(path, fd)
    entries = _entries(segment)
    segment.waiting = len(entries)
    return segment, entries


def _entries(segment: Segment) -> list[Entry]:
    found: dict[int, Entry] = {}
    for offset, line in _lines(segment):
        try:
            document = record.document_of(line)
            if "done" in document:
                found.pop(document["done"], None)
                continue
            kept = record.load(line)
        except ValueError as error:
            log.error("spill_record_torn", file=segment.path.name, offset=offset, bytes=len(line), reason=str(error))
            telemetry.spilled.add(1, {"tenant": "unknown", "channel": "unknown", "outcome": "torn"})
            continue
        found[offset] = Entry(kept.key, kept.at, len(line), kept.verified, segment, offset)
    return list(found.values())


def _lines(segment: Segment) -> Iterator[tuple[int, bytes]]:
    """Yield the lines with their offsets; what was begun and never ended is cut off, for others to follow."""
    with segment.path.open("rb") as file:
        for line in file:
            yield segment.size, line
            if line.endswith(b"\n"):
                segment.size += len(line)
    os.ftruncate(segment.fd, segment.size)
