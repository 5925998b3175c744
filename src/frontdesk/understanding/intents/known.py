"""The versions of all tenants' intents that a process has at hand: loaded once, off the loop, and bounded in bytes."""

import asyncio
import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import structlog

from frontdesk.core.intents import Intent
from frontdesk.core.tenant import Tenant
from frontdesk.errors import Conflict, FrontdeskError
from frontdesk.services.tenants import Directory, tenancy
from frontdesk.settings import Settings
from frontdesk.store import intent_models
from frontdesk.store.db import Databases, Tenancy
from frontdesk.store.intent_models import Snapshot
from frontdesk.understanding.intents import defined, embeddings, patterns
from frontdesk.understanding.intents import model as models
from frontdesk.understanding.intents.defined import Extras
from frontdesk.understanding.intents.model import Embed, Model
from frontdesk.understanding.intents.patterns import Patterns

log = structlog.get_logger()

LOADED_AT_ONCE = 2
FEATURE_BYTES = 230
"""What one feature takes beside its weights: its text, its place in a dictionary, and its own weight."""
DEFINED_BYTES = 20
"""What a definition takes, for each byte of it as JSON."""

Key = tuple[Tenancy, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """One version: the intents listened for, by name, their patterns, and the model; without one, patterns are all.

    `replies` are the bare ones its data teach. `fault` says why a model there is can't be used here. `size` is roughly
    what all of it takes, in bytes.
    """

    version: int
    intents: Mapping[str, Intent]
    patterns: Patterns
    model: Model | None = None
    examples: Mapping[str, Sequence[str]] = field(default_factory=dict)
    replies: frozenset[str] = frozenset()
    fault: str | None = None
    size: int = 0

    @property
    def is_slow(self) -> bool:
        """Whether recognition takes long enough to leave the loop for."""
        return bool(self.model and self.model.embed)


def spelt(known: Known, text: str) -> str:
    """Return what a result may be remembered by: neither classifier nor phrases mind case and blanks, a regex may."""
    return text.strip() if known.patterns.regexes else " ".join(text.split()).casefold()


class Models:
    """Holds versions while they fit into `models_bytes`, those used last; what several turns wait for is loaded once."""

    def __init__(self, settings: Settings, databases: Databases, directory: Directory) -> None:
        self.databases = databases
        self.most_bytes = settings.models_bytes
        self.embeddings = Embeddings(settings)
        self._held: OrderedDict[Key, Known] = OrderedDict()
        self._loading: dict[Key, asyncio.Task[Known]] = {}
        self._places = asyncio.Semaphore(LOADED_AT_ONCE)
        self._changed: dict[Tenancy, None] = {}
        self._preloading: asyncio.Task[None] | None = None
        directory.dropped.append(self._preload)

    async def get(self, tenant: Tenant, version: int) -> Known:
        """Return a version; NotFound where there is none, Conflict where it was not trained (yet)."""
        return await self._get((tenancy(tenant), version))

    async def close(self) -> None:
        """Wait for nothing any more."""
        tasks = [*self._loading.values(), *filter(None, (self._preloading,))]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _get(self, key: Key) -> Known:
        if known := self._held.get(key):
            self._held.move_to_end(key)
            return known
        if key not in self._loading:
            task = self._loading[key] = asyncio.create_task(self._load(*key))
            task.add_done_callback(lambda done: self._loaded(key, done))
        return await asyncio.shield(self._loading[key])  # who waits may be cancelled; the others go on waiting

    async def _load(self, tenancy: Tenancy, version: int) -> Known:
        async with self._places:
            async with self.databases.tenant(tenancy, durable=False) as tx:
                found = await intent_models.trained(tx, version)
            if found.status != "ready":
                raise Conflict(f"version {version} of the intents is {found.status}: it can't be asked")
            return await asyncio.to_thread(load, found, self.embeddings)

    def _loaded(self, key: Key, task: "asyncio.Task[Known]") -> None:
        del self._loading[key]
        if task.cancelled() or task.exception():
            return
        known = self._held[key] = task.result()
        log.info("intents_loaded", tenant=key[0].code, version=known.version, bytes=known.size, fault=known.fault)
        while len(self._held) > 1 and sum(each.size for each in self._held.values()) > self.most_bytes:
            self._held.popitem(last=False)

    def _preload(self, code: str) -> None:
        """Have what is live of a changed tenant at hand before its next turn, if it was served here at all."""
        served = next((tenancy for tenancy, _ in self._held if tenancy.code == code), None)
        if served is None:
            return
        self._changed[served] = None
        if self._preloading is None or self._preloading.done():
            self._preloading = asyncio.create_task(self._preload_changed())

    async def _preload_changed(self) -> None:
        while self._changed:
            served = next(iter(self._changed))
            del self._changed[served]
            try:
                async with self.databases.tenant(served, durable=False) as tx:
                    version = await intent_models.live(tx)
                if version is not None:
                    await self._get((served, version))
            except FrontdeskError as error:  # the next turn asks again
                log.debug("intents_not_preloaded", tenant=served.code, error=str(error))


class Embeddings:
    """This process's sentence embeddings, loaded when a model first needs them."""

    def __init__(self, settings: Settings) -> None:
        self.folder = settings.embeddings_folder
        self._embed: Embed | None = None
        self._lock = threading.Lock()

    def __call__(self) -> Embed:
        """Return them; ConfigurationError says what lacks."""
        with self._lock:
            if self._embed is None:
                self._embed = embeddings.local(self.folder)
            return self._embed


def load(found: Snapshot, embed: "Embeddings") -> Known:
    """Make a version ready to be asked; CPU work of up to a second, for a thread.

    A model that can't be read or used here leaves the patterns: the desk goes on, and the log says what is to be done.
    """
    model, fault, extras = None, None, Extras()
    try:
        model = _model(found, embed)
        extras = Extras.restore(model.about) if model else defined.extras_of(found.training, found.intents)
    except FrontdeskError as error:
        fault = str(error)
        log.error("intents_model_unusable", version=found.version, error=fault)
    return Known(
        version=found.version,
        intents=defined.listened(found.intents),
        patterns=patterns.compiled(defined.all_patterns(found.intents, extras.regexes)),
        model=model,
        examples=extras.examples,
        replies=extras.replies,
        fault=fault,
        size=_size(found, model),
    )


def _model(found: Snapshot, embed: Embeddings) -> Model | None:
    if found.model is None:
        return None
    model = models.load(found.model)
    return replace(model, embed=embed()) if model.embedding else model


def _size(found: Snapshot, model: Model | None) -> int:
    definitions = sum(len(intent.model_dump_json(exclude_defaults=True)) for intent in found.intents.values())
    features = model.features.size * FEATURE_BYTES + model.linear.weights.nbytes if model else 0
    return definitions * DEFINED_BYTES + features
