"""What each scope holds: APP the pools and clients, TENANT what a tenant's settings choose, TURN one turn's transactions."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass

from dishka import (
    AsyncContainer,
    BaseScope,
    Provider,
    from_context,
    make_async_container,
    new_scope,
    provide,
    provide_all,
)

from frontdesk.answering import Staff
from frontdesk.attempts import Attempts
from frontdesk.chores import Chores
from frontdesk.core import listener_answers
from frontdesk.core.sealing import Seal
from frontdesk.core.tenant import Tenant
from frontdesk.embedded import Servers
from frontdesk.guard import Guard
from frontdesk.handlers import handlers
from frontdesk.handlers.small_talk import in_company
from frontdesk.http import Http
from frontdesk.ingest import Ingest
from frontdesk.journey import Journey
from frontdesk.live import Live
from frontdesk.media import Files
from frontdesk.mishaps import Mishaps
from frontdesk.rates import Pace, Rates
from frontdesk.reception import Reception
from frontdesk.reminding import Reminding
from frontdesk.services.attending import Attending
from frontdesk.services.checkup import Checkup
from frontdesk.services.cleaning import Cleaning
from frontdesk.services.desk import Desk
from frontdesk.services.export import Export
from frontdesk.services.genai.budget import Days
from frontdesk.services.genai.chosen import Chosen
from frontdesk.services.genai.port import GenAI
from frontdesk.services.genai.usage import Ledger
from frontdesk.services.listener_calls import ListenerHttp
from frontdesk.services.listeners import Listeners
from frontdesk.services.listening import Listening
from frontdesk.services.media import Keeping
from frontdesk.services.privacy import Erasure
from frontdesk.services.provisioning import Provisioning
from frontdesk.services.retention import Retention
from frontdesk.services.rulebook import Rulebook
from frontdesk.services.rulemaking import Rulemaking
from frontdesk.services.secrets import Secrets, Vault
from frontdesk.services.sending import Sending
from frontdesk.services.switchboard import Switchboard
from frontdesk.services.tasks import TaskDesk
from frontdesk.services.tenants import Directory, tenancy
from frontdesk.services.wishes import Wishes
from frontdesk.settings import PRIMARY, Settings
from frontdesk.spill import Spill
from frontdesk.store.db import Databases
from frontdesk.store.pool import Transaction
from frontdesk.understanding.chatting import Chatting
from frontdesk.understanding.checking import Checking
from frontdesk.understanding.files_read import FilesReading
from frontdesk.understanding.forgetting import without
from frontdesk.understanding.hearing import Hearing
from frontdesk.understanding.intents.known import Models
from frontdesk.understanding.intents.versions import Versions
from frontdesk.understanding.intents.workshop import Workshop
from frontdesk.understanding.interpreting import Interpreter
from frontdesk.understanding.media.places import Places
from frontdesk.understanding.media.reading import Reader
from frontdesk.understanding.media.work import Bounds, Pool
from frontdesk.understanding.reading_settings import ReadingSettings
from frontdesk.understanding.recognition import Recognition
from frontdesk.understanding.rule_trial import RuleTrial
from frontdesk.understanding.summing import Summing
from frontdesk.understanding.tone import Tones
from frontdesk.understanding.training import Training
from frontdesk.understanding.translating import Translator
from frontdesk.understanding.trial import Trial
from frontdesk.understanding.voice import Voice
from frontdesk.understanding.warming import Warming

RETIREMENT_SECONDS = 60.0


class Scope(BaseScope):
    APP = new_scope("APP")
    TENANT = new_scope("TENANT")
    TURN = new_scope("TURN")


@dataclass(frozen=True, slots=True)
class Transactions:
    """Opens one tenant's transactions."""

    databases: Databases
    tenant: Tenant

    def __call__(self, *, durable: bool = True) -> AbstractAsyncContextManager[Transaction]:
        return self.databases.tenant(tenancy(self.tenant), durable=durable)


class Tenants:
    """TENANT containers, one a tenant, kept while the tenant's settings stay the same."""

    def __init__(self, app: AsyncContainer, directory: Directory) -> None:
        self.app = app
        self._open: dict[str, tuple[int, AsyncContainer]] = {}
        directory.dropped.append(self.drop)

    def scope(self, tenant: Tenant) -> AsyncContainer:
        """Return the tenant's container, made anew where its settings changed."""
        held = self._open.get(tenant.code)
        if held and held[0] == tenant.version:
            return held[1]
        self.drop(tenant.code)
        container = self.app({Tenant: tenant}, scope=Scope.TENANT, lock_factory=asyncio.Lock)
        self._open[tenant.code] = (tenant.version, container)
        return container

    async def staff(self, tenant: Tenant) -> Staff:
        """Return what works for a tenant now."""
        return await self.scope(tenant).get(Staff)

    async def model(self, tenant: Tenant, ledger: Ledger, seconds: float | None = None) -> GenAI | None:
        """Return a tenant's language model, each call noted in the ledger; None where it has none."""
        return (await self.scope(tenant).get(Chosen)).model(ledger, seconds)

    def drop(self, code: str) -> None:
        """Let go of a tenant's container; it is closed once turns that still use it have ended."""
        if held := self._open.pop(code, None):
            asyncio.get_running_loop().call_later(RETIREMENT_SECONDS, lambda: asyncio.ensure_future(held[1].close()))


class App(Provider):
    """The process's own: pools, clients, caches."""

    scope = Scope.APP
    settings = from_context(Settings)
    servers = from_context(Servers)

    @provide
    def seal(self, settings: Settings) -> Seal:
        return Seal(settings.keys())

    @provide
    async def databases(self, settings: Settings, servers: Servers, seal: Seal) -> AsyncIterator[Databases]:
        further = {name: url.get_secret_value() for name, url in settings.databases.items()}
        urls = {PRIMARY: servers.database_url, **further}
        databases = Databases(urls, seal.derived("login"), settings.pool_size)
        yield databases
        await databases.close()

    @provide
    async def live(self, servers: Servers) -> AsyncIterator[Live]:
        live = Live(servers.redis_url)
        yield live
        await live.close()

    @provide
    async def http(self, settings: Settings, live: Live, files: Files) -> AsyncIterator[Http]:
        http = Http(
            settings.provider_seconds,
            live,
            files,
            apis=Guard.of_apis(private=settings.private_apis),
            strangers=Guard.of_files(settings.fetch_hosts),
            most_bytes=settings.max_media_bytes,
        )
        yield http
        await http.close()

    @provide
    async def listener_http(self, settings: Settings, live: Live, files: Files) -> AsyncIterator[ListenerHttp]:
        apis = Guard.of_apis(private=settings.private_apis)
        http = Http(settings.provider_seconds, live, files, apis=apis, most_bytes=listener_answers.MOST_BYTES)
        yield ListenerHttp(http)
        await http.close()

    @provide
    def files(self, settings: Settings) -> Files:
        return Files(settings.data_dir, settings.media_url.get_secret_value() if settings.media_url else "")

    @provide
    async def pool(self, settings: Settings) -> AsyncIterator[Pool]:
        given = settings.readers, settings.read_seconds, settings.reader_bytes
        pool = Pool(Bounds(at_once=given[0], seconds=given[1], memory_bytes=given[2]))
        yield pool
        await pool.close()

    @provide
    def reader(self, pool: Pool, http: Http) -> Reader:
        return Reader(pool, http.perform)

    @provide
    def places(self) -> Places:
        return Places()

    @provide
    async def spill(self, settings: Settings) -> AsyncIterator[Spill]:
        spill = Spill(settings.data_dir, settings.spill_bytes)
        yield spill
        await spill.close()

    @provide
    def directory(self, databases: Databases, live: Live, seal: Seal, settings: Settings) -> Directory:
        return Directory(databases, live, seal, settings.tenant_ttl_seconds)

    @provide
    async def models(self, settings: Settings, databases: Databases, directory: Directory) -> AsyncIterator[Models]:
        models = Models(settings, databases, directory)
        yield models
        await models.close()

    @provide
    def journey(
        self,
        settings: Settings,
        databases: Databases,
        directory: Directory,
        ingest: Ingest,
        live: Live,
        http: Http,
        attempts: Attempts,
        switchboard: Switchboard,
        tenants: Tenants,
        rulebook: Rulebook,
    ) -> Journey:
        return Journey(
            settings, databases, directory, ingest, live, http, attempts, switchboard, tenants.staff, rulebook
        )

    @provide
    def erasure(self, databases: Databases, files: Files) -> Erasure:
        return Erasure(databases, files, without)

    @provide
    def summing(self, databases: Databases, directory: Directory, tenants: Tenants) -> Summing:
        return Summing(databases, directory, tenants.model)

    @provide
    def workshop(self, databases: Databases) -> Workshop:
        return Workshop(databases, handlers())

    @provide
    def rulemaking(self, databases: Databases) -> Rulemaking:
        return Rulemaking(databases, handlers())

    rooms = provide_all(
        Attempts, Attending, Checkup, Chores, Cleaning, Days, Desk, Export, Ingest, Keeping, Listeners, Mishaps, Pace,
        Provisioning, Rates, Reception, Reminding, Retention, Rulebook, Sending, Switchboard, TaskDesk, Tenants,
        Training, Vault, Versions, Warming, Wishes
    )  # fmt: skip


class PerTenant(Provider):
    """What a tenant's settings choose."""

    scope = Scope.TENANT
    tenant = from_context(Tenant)

    parts = provide_all(
        Chatting, Checking, Chosen, FilesReading, Hearing, Interpreter, Listening, ReadingSettings, Recognition, RuleTrial,
        Secrets, Tones, Translator, Trial, Voice
    )  # fmt: skip

    @provide
    def staff(self, tenant: Tenant, hearing: Hearing, voice: Voice, chatting: Chatting, listening: Listening) -> Staff:
        made = {name: make(tenant.settings) for name, make in handlers().items()}
        return Staff(in_company(made, tenant.settings, chatting), hearing, voice, listening)


class PerTurn(Provider):
    """What one turn, or one request, may use."""

    scope = Scope.TURN
    transactions = provide(Transactions)


def container(settings: Settings, servers: Servers) -> AsyncContainer:
    """Return the APP container; closing it closes all it opened."""
    return make_async_container(
        App(),
        PerTenant(),
        PerTurn(),
        context={Settings: settings, Servers: servers},
        scopes=Scope,
        start_scope=Scope.APP,
    )
