"""One tenant's intents, spoken with over the API."""

from typing import Any

from frontdesk.core.tenant import Tenant
from tests.installation import Installation
from tests.web.lines import ask

ADMIN = "an-operators-key"


class Api:
    """One tenant's intents."""

    def __init__(self, desk: Installation, tenant: Tenant) -> None:
        self.desk, self.tenant = desk, tenant

    async def __call__(self, method: str, path: str = "", *, status: int = 200, **arguments: Any) -> Any:
        return await self.desk.api(method, f"/tenants/{self.tenant.code}/intents{path}", status=status, **arguments)

    async def refused(self, method: str, path: str, status: int, code: str, **arguments: Any) -> str:
        address = f"/api/v1/tenants/{self.tenant.code}/intents{path}"
        answer = await ask(self.desk, method, address, ADMIN, **arguments)
        return str(answer.problem(status, code)["detail"])

    async def add(self, **definition: Any) -> dict[str, Any]:
        return dict(await self("POST", status=201, json=definition))
