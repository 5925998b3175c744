"""One tenant's rules over the API."""

from typing import Any

from frontdesk.core.tenant import Tenant
from frontdesk.services.tenants import tenancy
from frontdesk.store.db import Databases
from tests.installation import Installation
from tests.web.lines import ask

ADMIN = "an-operators-key"
SAY = {"do": "reply", "text": {"en": "Hello."}}


class Rules:
    """Writes, publishes and tries them."""

    def __init__(self, desk: Installation, tenant: Tenant) -> None:
        self.desk, self.tenant = desk, tenant

    async def __call__(self, method: str, path: str = "", *, status: int = 200, **arguments: Any) -> Any:
        return await self.desk.api(method, f"/tenants/{self.tenant.code}/rules{path}", status=status, **arguments)

    async def refused(self, method: str, path: str, status: int, code: str, key: str = ADMIN, **arguments: Any) -> str:
        address = f"/api/v1/tenants/{self.tenant.code}/rules{path}"
        return str((await ask(self.desk, method, address, key, **arguments)).problem(status, code)["detail"])

    async def add(self, name: str, *then: dict[str, Any], **rule: Any) -> dict[str, Any]:
        body = {"name": name, "then": list(then or (SAY,)), **rule}
        return dict(await self("POST", status=201, json=body))

    async def names(self) -> list[str]:
        return [item["name"] for item in (await self("GET"))["items"]]

    async def tried(self, **body: Any) -> dict[str, Any]:
        return dict(await self("POST", "/try", json=body))

    async def held(self, when: dict[str, Any], **body: Any) -> bool:
        """Say whether a condition holds."""
        await self("PUT", "", json={"rules": [{"name": "Only", "when": when, "then": [SAY]}]})
        return (await self.tried(**body))["answered_by"] == "Only"

    async def sql(self, statement: str, *arguments: Any) -> None:
        async with (await self.desk.app.get(Databases)).tenant(tenancy(self.tenant)) as tx:
            await tx.execute(statement, *arguments)
