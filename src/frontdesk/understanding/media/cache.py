"""Results kept by what the file holds and what read it: the same voice note forwarded ten times is heard once."""

import hashlib
import json
from collections import OrderedDict
from dataclasses import asdict, replace
from functools import lru_cache
from importlib import metadata
from typing import Protocol

from frontdesk.understanding.media.values import MediaSettings, Reading, Unread

OURS = 1
"""Raised when our own code reads files differently: what was kept before is read anew."""
ENGINES = ("rapidocr", "av", "pocketsphinx", "faster-whisper")


class Store(Protocol):
    """Where results of one tenant are kept; the table is described in docs/understanding-media.md."""

    async def load(self, key: str) -> str | None: ...

    async def save(self, key: str, result: str) -> None: ...


class Recent:
    """The newest results in this process's memory. Stores are one tenant's each: never share one between tenants."""

    def __init__(self, most: int = 1000) -> None:
        self.most = most
        self.kept: OrderedDict[str, str] = OrderedDict()

    async def load(self, key: str) -> str | None:
        if key in self.kept:
            self.kept.move_to_end(key)
        return self.kept.get(key)

    async def save(self, key: str, result: str) -> None:
        self.kept[key] = result
        self.kept.move_to_end(key)
        while len(self.kept) > self.most:
            self.kept.popitem(last=False)


def key(data: bytes, mime: str, settings: MediaSettings) -> str:
    """Return the name of a result: the file's SHA-256, its type, and a hash of all that decides how it is read."""
    return f"{hashlib.sha256(data).hexdigest()}:{mime}:{version(settings)}"


@lru_cache(maxsize=256)
def version(settings: MediaSettings) -> str:
    """Return 16 hex digits that change with engines, their versions and settings; the provider's key has no part in it."""
    speech = replace(settings.speech, key="", seconds=0)
    told = asdict(replace(settings, speech=speech, kinds=frozenset()))
    told["kinds"] = []
    parts = json.dumps([OURS, *map(installed, ENGINES), told], sort_keys=True)
    return hashlib.sha256(parts.encode()).hexdigest()[:16]


@lru_cache
def installed(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return "none"


def lasting(result: Reading | Unread) -> bool:
    """Say whether a result may be kept: not what another hour or another provider may change."""
    return isinstance(result, Reading) or not result.passes


def dump(result: Reading | Unread) -> str:
    kind = "reading" if isinstance(result, Reading) else "unread"
    return json.dumps({kind: asdict(result)}, ensure_ascii=False)


def load(kept: str | None) -> Reading | Unread | None:
    """Return a kept result, or None where nothing was kept or it is of another form."""
    try:
        fields = json.loads(kept or "null")
        if "reading" in fields:
            return Reading(**{**fields["reading"], "notes": tuple(fields["reading"]["notes"])})
        return Unread(**fields["unread"])
    except (ValueError, TypeError, KeyError):
        return None
