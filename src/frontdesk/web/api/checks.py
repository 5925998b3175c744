"""Whether a tenant's settings can work: its providers, asked."""

from typing import Annotated

from dishka import AsyncContainer
from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field

from frontdesk.understanding.checking import Checking
from frontdesk.web.auth import in_tenant, needs

router = APIRouter(tags=["tenants"], prefix="/tenants/{tenant}/settings")


class Checked(BaseModel):
    what: str = Field(examples=["language model"])
    ok: bool
    detail: str = Field(description="What was found or, where it is not ok, the fault and its remedy.")
    code: str | None = None


class SettingsCheck(BaseModel):
    ok: bool
    items: list[Checked]


@router.post(
    "/check",
    summary="Ask the providers the settings name: language model, translation, speech",
    dependencies=[Depends(needs("tenants:write"))],
)
async def check(turn: Annotated[AsyncContainer, Depends(in_tenant)]) -> SettingsCheck:
    found = await (await turn.get(Checking)).examine()
    items = [Checked(what=each.what, ok=each.ok, detail=each.detail, code=each.code) for each in found]
    return SettingsCheck(ok=all(item.ok for item in items), items=items)
