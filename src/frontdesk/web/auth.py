"""Who asks: API keys, what they may, and the tenant's transactions for a request."""

import hmac
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Annotated, Any

from dishka import AsyncContainer
from fastapi import Depends, Request
from fastapi.security import HTTPBearer

from frontdesk.core.tenant import Tenant
from frontdesk.errors import Forbidden, Unauthenticated
from frontdesk.services.tenants import Directory
from frontdesk.settings import Settings
from frontdesk.store import keys
from frontdesk.store.db import Databases
from frontdesk.store.keys import Key
from frontdesk.wiring import Scope, Tenants, Transactions

"""What a key can be allowed."""

bearer = HTTPBearer(auto_error=False, description="An API key: `Authorization: Bearer fd_…`")


def app_container(request: Request) -> AsyncContainer:
    return request.app.state.container  # type: ignore[no-any-return]


async def caller(request: Request, _: Annotated[Any, Depends(bearer)] = None) -> Key:
    """Return the key a request came with; Unauthenticated where it is missing, wrong, revoked or expired."""
    scheme, _, secret = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not secret:
        raise Unauthenticated("send an API key: Authorization: Bearer fd_…")
    container = app_container(request)
    admin = (await container.get(Settings)).admin_key
    if admin and hmac.compare_digest(admin.get_secret_value().encode(), secret.strip().encode("utf-8", "replace")):
        return Key(id=None, name="admin", tenant=None, scopes=frozenset("*"))
    async with (await container.get(Databases)).platform() as tx:
        key = await keys.by_secret(tx, secret.strip())
    if key is None:
        raise Unauthenticated("this API key is unknown, revoked or expired")
    return key


def allow(key: Key, scope: str, tenant: str | None) -> None:
    """Raise Forbidden unless the key has the scope and is the installation's or this tenant's."""
    if key.tenant is not None and key.tenant != tenant:
        raise Forbidden(f"this key belongs to tenant {key.tenant!r}")
    if not key.scopes & {"*", scope, f"{scope.partition(':')[0]}:*"}:
        raise Forbidden(f"this key lacks the scope {scope!r}")


def needs(scope: str) -> Callable[..., Awaitable[Key]]:
    """Return a dependency that lets a request pass only with this scope, for the tenant its path names."""

    async def check(request: Request, key: Annotated[Key, Depends(caller)]) -> Key:
        allow(key, scope, request.path_params.get("tenant"))
        return key

    return check


async def in_tenant(request: Request, tenant: str) -> AsyncIterator[AsyncContainer]:
    """Yield the TURN container of the tenant the path names: the same scopes that queue work runs in."""
    app = app_container(request)
    found = await (await app.get(Directory)).tenant(tenant)
    async with (await app.get(Tenants)).scope(found)(scope=Scope.TURN) as turn:
        yield turn


async def tenant_transactions(turn: Annotated[AsyncContainer, Depends(in_tenant)]) -> Transactions:
    return await turn.get(Transactions)


async def current_tenant(turn: Annotated[AsyncContainer, Depends(in_tenant)]) -> Tenant:
    return await turn.get(Tenant)


InTenant = Annotated[Transactions, Depends(tenant_transactions)]
CurrentTenant = Annotated[Tenant, Depends(current_tenant)]
Container = Annotated[AsyncContainer, Depends(app_container)]
