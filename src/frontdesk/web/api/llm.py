"""A tenant's language model: what it took today."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Literal

from dishka import AsyncContainer
from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field

from frontdesk.services.genai.chosen import Chosen
from frontdesk.web.auth import in_tenant, needs

router = APIRouter(tags=["tenants"], prefix="/tenants/{tenant}/llm")


class UsageOut(BaseModel):
    model: str | None = Field(examples=["openai:gpt-5-mini"], description="Null where the tenant has none.")
    date: date
    tokens: int
    cost: Decimal = Field(description="In the currency of the prices; 0 where the settings have none.")
    tokens_a_day: int | None
    cost_a_day: Decimal | None
    begins_anew_at: datetime = Field(description="The tenant's midnight.")
    breaker: Literal["closed", "open", "half-open"] = Field(
        description="Whether the process that answers asks the model at present: `open` leaves it alone for a while."
    )


@router.get("/usage", summary="What the language model took today", dependencies=[Depends(needs("tenants:read"))])
async def usage(turn: Annotated[AsyncContainer, Depends(in_tenant)]) -> UsageOut:
    chosen = await turn.get(Chosen)
    tokens, cost = await chosen.budget.spent()
    return UsageOut(
        model=chosen.name or None,
        date=chosen.budget.today(),
        tokens=tokens,
        cost=cost,
        tokens_a_day=chosen.budget.limits.tokens,
        cost_a_day=chosen.budget.limits.cost,
        begins_anew_at=chosen.budget.begins_anew_at(),
        breaker=chosen.breaker.state,
    )
