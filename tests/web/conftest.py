"""Lines to a stub provider, and installations with settings of their own over the session's servers."""

import contextlib
from collections.abc import AsyncIterator, Callable

import pytest

from frontdesk.cli import session
from frontdesk.core.tenant import Tenant
from frontdesk.embedded import Servers
from frontdesk.settings import Settings
from tests.installation import Installation
from tests.web.bot_api import BotApi
from tests.web.chats import Chat
from tests.web.intents import Api
from tests.web.lines import BOT_TOKEN, Line

Installed = Callable[..., contextlib.AbstractAsyncContextManager[Installation]]


@pytest.fixture
async def bot() -> AsyncIterator[BotApi]:
    """A stub of Telegram's Bot API."""
    async with BotApi() as running:
        yield running


@pytest.fixture
async def line(installation: Installation, tenant: Tenant, bot: BotApi) -> Line:
    """A Telegram channel of a fresh tenant whose provider is the stub."""
    return await a_line(installation, tenant, bot)


async def a_line(desk: Installation, tenant: Tenant, bot: BotApi, **given: object) -> Line:
    values = {"credentials": {"token": BOT_TOKEN}, "api_base": bot.url, **given}
    channel, address = await desk.add_channel(tenant, **values)
    return Line(desk, tenant, channel, address, bot)


@pytest.fixture
async def chat(installation: Installation, tenant: Tenant) -> Chat:
    """A web channel of a fresh tenant, with a visitor on it."""
    return await a_chat(installation, tenant)


async def a_chat(desk: Installation, tenant: Tenant, **settings: object) -> Chat:
    channel, address = await desk.add_channel(tenant, "web", settings=settings)
    made = Chat(desk, tenant, channel, address.rpartition("/")[2])
    assert (await made.enter()).status == 201
    return made


@pytest.fixture
def api(installation: Installation, tenant: Tenant) -> Api:
    """The intents of a fresh tenant."""
    return Api(installation, tenant)


@pytest.fixture
def installed(installation_settings: Settings, servers: Servers) -> Installed:
    """Return what starts another API (and worker) with some settings changed."""

    @contextlib.asynccontextmanager
    async def starting(*, work: bool = False, **changes: object) -> AsyncIterator[Installation]:
        loaded = installation_settings.model_copy(update=changes)
        async with session.opened(loaded, servers) as app, Installation.running(app, work=work) as desk:
            yield desk

    return starting
