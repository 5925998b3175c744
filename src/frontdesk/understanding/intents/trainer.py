"""Starts the program that trains, hands it the data, and takes what it made; it never outlives whoever asked."""

import asyncio
import contextlib
import json
import signal
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from frontdesk.core.intents import Intent
from frontdesk.understanding.intents.trainee import LENGTHS, definitions

CHILD = "frontdesk.understanding.intents.trainee"
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
"""All of the program's environment: no address, no key, and one core at the most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """What to train on; `embeddings` is the folder of a sentence-transformers model."""

    intents: Mapping[str, Intent]
    training: str = field(repr=False)
    willingness: float
    embeddings: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """What one training may take; an installation's settings."""

    seconds: float = 1800
    memory_bytes: int = 4 << 30


@dataclass(frozen=True, slots=True)
class Made:
    """What was measured, and the model; None where patterns are all there is."""

    metrics: Mapping[str, Any]
    model: bytes | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class Invalid:
    """The data can't be trained on, however often one tries; `why` names the remedy."""

    why: str


@dataclass(frozen=True, slots=True)
class Broken:
    """The training ended without a result; another try may do better."""

    why: str


async def train(lesson: Lesson, bounds: Bounds) -> Made | Invalid | Broken:
    """Train in a process of its own; cancelled, or out of time, it is killed."""
    limits = (str(bounds.memory_bytes), str(int(bounds.seconds)))
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-I", "-m", CHILD, *limits),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        env=ONE_THREAD,
        start_new_session=True,
    )
    try:
        async with asyncio.timeout(bounds.seconds):
            return _result(*await _asked(process, lesson))
    except TimeoutError:
        return Broken(_too_long(bounds))
    except (asyncio.IncompleteReadError, ConnectionError, ValueError):
        status = await _ended(process)
        return Broken(_too_long(bounds) if status == -signal.SIGXCPU else f"the training ended with {status}")
    finally:
        await asyncio.shield(_killed(process))


async def _asked(process: asyncio.subprocess.Process, lesson: Lesson) -> tuple[dict[str, Any], bytes]:
    sink, source = process.stdin, process.stdout
    assert sink
    assert source
    encoded, training = json.dumps(document(lesson)).encode(), lesson.training.encode()
    sink.write(LENGTHS.pack(len(encoded), len(training)))
    sink.write(encoded)
    sink.write(training)  # as it is: JSON of all of it would hold up the loop
    await sink.drain()  # and stays open: the process ends when it closes
    fields, data = LENGTHS.unpack(await source.readexactly(LENGTHS.size))
    return json.loads(await source.readexactly(fields)), await source.readexactly(data)


def document(lesson: Lesson) -> dict[str, Any]:
    """Return a lesson without its training data, as the program takes it."""
    return {
        "intents": definitions.dump_python(dict(lesson.intents), mode="json", exclude_defaults=True),
        "willingness": lesson.willingness,
        "embeddings": str(lesson.embeddings) if lesson.embeddings else None,
    }


def _result(fields: dict[str, Any], model: bytes) -> Made | Invalid | Broken:
    if "invalid" in fields:
        return Invalid(fields["invalid"])
    return Made(fields["metrics"], model or None) if "metrics" in fields else Broken(fields["broken"])


def _too_long(bounds: Bounds) -> str:
    return f"the training took more than {bounds.seconds:g} s: train on fewer utterances, or raise FRONTDESK_TRAINING_SECONDS"


async def _ended(process: asyncio.subprocess.Process) -> int | None:
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(1):
            await process.wait()
    return process.returncode


async def _killed(process: asyncio.subprocess.Process) -> None:
    with contextlib.suppress(ProcessLookupError):
        process.kill()
    await process.wait()
