"""A program of its own: makes a model of one version's training data, behind everybody else, with little memory and no secrets.

What to train on comes on standard input, which stays open as long as whoever started it lives; the answer goes to what
standard output was. Each message is two lengths of four bytes, JSON, and bytes.
"""

import contextlib
import json
import os
import resource
import struct
import sys
import threading
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, BinaryIO

from pydantic import TypeAdapter

from frontdesk.core.intents import Intent
from frontdesk.errors import ConfigurationError, FrontdeskError
from frontdesk.understanding.intents import defined, embeddings, metrics, model, patterns, rasa
from frontdesk.understanding.intents.data import OUT_OF_SCOPE, Utterance, usable
from frontdesk.understanding.intents.training import trained

LENGTHS = struct.Struct("!II")
definitions = TypeAdapter(dict[str, Intent])
MEMORY_OUT = (
    "the training data take too much memory: train on fewer utterances, or raise FRONTDESK_TRAINING_MEMORY_BYTES"
)
PATTERNS_ALONE = "there are too few intents with utterances to tell apart: this version goes by its patterns alone"


def main(memory_bytes: str, cpu_seconds: str) -> int:
    """Train once and answer."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    confine(int(memory_bytes), int(cpu_seconds))
    size, length = LENGTHS.unpack(sys.stdin.buffer.read(LENGTHS.size))
    fields, training = json.loads(sys.stdin.buffer.read(size)), sys.stdin.buffer.read(length)
    threading.Thread(target=_end_with_the_parent, daemon=True).start()
    write(answers, *answered(fields, training))
    return 0


LEAST = 19
AUTOGROUP = Path("/proc/self/autogroup")
"""Linux may share the processors out by session first: then this, and not the process's own niceness, counts beside PostgreSQL."""


def confine(memory_bytes: int, cpu_seconds: int) -> None:
    """Take little memory and time, write no file, and stand behind everybody who answers people."""
    with contextlib.suppress(OSError):
        os.nice(LEAST)
        AUTOGROUP.write_text(str(LEAST))
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, resource.RLIM_INFINITY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def answered(fields: Mapping[str, Any], training: str | bytes) -> tuple[dict[str, Any], bytes]:
    """Return `metrics` and the model's bytes (none: patterns alone), or `invalid`: why nothing can be made of the data."""
    try:
        return made(fields, training)
    except ConfigurationError as error:  # this machine's fault, not the data's
        return {"broken": str(error)}, b""
    except FrontdeskError as error:
        return {"invalid": str(error)}, b""
    except MemoryError:
        return {"broken": MEMORY_OUT}, b""


def made(fields: Mapping[str, Any], training: str | bytes) -> tuple[dict[str, Any], bytes]:
    """Train; InvalidInput or MalformedPayload say what is wrong with the data."""
    intents, data = definitions.validate_python(fields["intents"]), rasa.read(training)
    extras, taught = defined.extras(data, intents), defined.taught(data, intents)
    known = defined.all_patterns(intents, extras.regexes)
    patterns.compiled(known)  # says which can't be used
    utterances = usable(taught)
    if known and not _tell_apart(utterances):
        return {"metrics": metrics.of_patterns(utterances, PATTERNS_ALONE)}, b""
    folder = Path(fields["embeddings"]) if fields.get("embeddings") else None
    embed = embeddings.local(folder) if folder else None
    result = trained(
        utterances, willingness=fields["willingness"], embed=embed, embedding=folder.name if folder else None
    )
    kept = replace(result.model, about={**result.model.about, **extras.document()})
    return {"metrics": metrics.measured(result)}, model.dump(kept)


def _tell_apart(utterances: list[Utterance]) -> bool:
    """Say whether there are two kinds of utterances, and one of them an intent."""
    kinds = {utterance.intent for utterance in utterances}
    return len(kinds) > 1 and kinds != {OUT_OF_SCOPE}


def _end_with_the_parent() -> None:
    """End once standard input does: nobody is left to take the answer."""
    os.read(0, 1)
    os._exit(1)


def write(sink: BinaryIO, fields: Mapping[str, Any], data: bytes = b"") -> None:
    encoded = json.dumps(fields).encode()
    sink.write(LENGTHS.pack(len(encoded), len(data)) + encoded + data)
    sink.flush()


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
