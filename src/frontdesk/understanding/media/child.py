"""A program of its own: reads strangers' files, one after the other, with little memory, little time and no secrets.

Tasks come on standard input, answers go to what standard output was; native code that prints can't get between. Each
message is two lengths of four bytes, JSON, and bytes.
"""

import contextlib
import json
import os
import resource
import struct
import sys
from typing import Any, BinaryIO

from frontdesk.understanding.media import tasks
from frontdesk.understanding.media.values import Refused

MEMORY_OUT = {"unread": ["too_large", "the file takes too much memory"], "ends": True}
LENGTHS = struct.Struct("!II")


def main(memory_bytes: str, cpu_seconds: str) -> int:
    """Answer tasks until standard input ends; ends as well once memory ran out, as what is left can't be trusted."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    confine(int(memory_bytes))
    write(answers, {"ready": True})
    while True:
        message = read(sys.stdin.buffer)
        if message is None:
            return 0
        allow(int(cpu_seconds))
        answer, upload = answered(*message)
        write(answers, answer, upload)
        if "ends" in answer:
            return 1


def confine(memory_bytes: int) -> None:
    """Take little memory, write no file, and stand behind those who answer people."""
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with contextlib.suppress(OSError):
        os.nice(10)


def allow(cpu_seconds: int) -> None:
    """Give the coming task its seconds of CPU; the limit counts from the process's beginning."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    until = int(used.ru_utime + used.ru_stime) + cpu_seconds + 1
    resource.setrlimit(resource.RLIMIT_CPU, (until, resource.RLIM_INFINITY))


def answered(fields: dict[str, Any], data: bytes) -> tuple[dict[str, Any], bytes]:
    """Return a task's answer and the sound to upload; `ends` says that the process can't go on."""
    try:
        found = tasks.perform(tasks.load(fields), data)
    except Refused as refused:
        return {"unread": [refused.unread.reason, refused.unread.detail]}, b""
    except MemoryError:
        return MEMORY_OUT, b""
    except ImportError as error:  # an engine is missing, or has too little memory to load: no fault of the file
        return {"unread": ["provider_down", f"an engine can't be loaded: {str(error)[:200]}"], "ends": True}, b""
    except Exception as error:  # native libraries raise what they like: the parent is told, and starts afresh
        words = f"{type(error).__name__}: {str(error)[:200]}"
        if any(sign in words.lower() for sign in ("alloc", "insufficient memory")):
            return MEMORY_OUT, b""
        return {"unread": ["unreadable", words], "ends": True}, b""
    return {"found": tasks.dump_found(found)}, found.upload


def read(source: BinaryIO) -> tuple[dict[str, Any], bytes] | None:
    head = source.read(LENGTHS.size)
    if len(head) < LENGTHS.size:
        return None
    fields, data = LENGTHS.unpack(head)
    return json.loads(source.read(fields)), source.read(data)


def write(sink: BinaryIO, fields: dict[str, Any], data: bytes = b"") -> None:
    encoded = json.dumps(fields).encode()
    sink.write(LENGTHS.pack(len(encoded), len(data)) + encoded + data)
    sink.flush()


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
