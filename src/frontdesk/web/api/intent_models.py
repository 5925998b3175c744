"""Versions of the intents: trained, measured, promoted, taken back, and tried."""

from dataclasses import asdict
from typing import Annotated, Any

from dishka import AsyncContainer
from fastapi import APIRouter, Depends, Path
from pydantic import BaseModel, Field

from frontdesk.core.entities import Entity
from frontdesk.core.meaning import Candidate
from frontdesk.store import intent_models
from frontdesk.store.intent_models import NEWEST, Promotion, Version
from frontdesk.understanding.intents.data import MOST_CHARACTERS
from frontdesk.understanding.intents.versions import Versions
from frontdesk.understanding.trial import Trial, Tried
from frontdesk.web.api.intents import Writer
from frontdesk.web.api.shapes import Limit, Page, Text, page
from frontdesk.web.auth import Container, CurrentTenant, InTenant, in_tenant, needs

router = APIRouter(tags=["intents"], prefix="/tenants/{tenant}/intents")

Number = Annotated[int, Path(ge=1, le=NEWEST)]


class Training(BaseModel):
    promote: bool = Field(False, description="Make it live as soon as it is ready.")


class Wanted(BaseModel):
    version: int


class Live(BaseModel):
    version: int | None = Field(description="The version that is live now; null: none is.")


class Trying(BaseModel):
    text: Text = Field(min_length=1, max_length=MOST_CHARACTERS, examples=["can I move my visit to Friday?"])
    version: int | None = Field(None, ge=1, le=NEWEST, description="The live one where it is left out.")


class Spoken(BaseModel):
    language: str
    confidence: float
    reason: str


class Decided(BaseModel):
    version: int | None = Field(description="The version asked; null: none is live.")
    intent: str | None
    confidence: float
    by: str = Field(description="`pattern`, `classifier`, `model` (a language model) or `nothing`.")
    pattern: str | None
    asked: list[Candidate] = Field(description="Intents so close that the contact would be asked.")
    ranking: list[Candidate] = Field(description="The likeliest intents, whatever was decided.")
    entities: list[Entity]
    language: Spoken | None = Field(description="Null where the tenant speaks one language.")
    why: dict[str, Any] = Field(description="How it was found, as turn records have it.")
    genai: list[dict[str, Any]] = Field(description="What language models were asked for it.")

    @classmethod
    def of(cls, tried: Tried) -> "Decided":
        meaning = tried.recognised.meaning
        return cls(
            version=tried.version,
            intent=meaning.intent,
            confidence=meaning.confidence,
            by=meaning.by,
            pattern=meaning.pattern,
            asked=list(meaning.asked),
            ranking=list(meaning.ranking),
            entities=list(tried.entities),
            language=Spoken(**asdict(tried.spoken)) if tried.spoken else None,
            why=dict(tried.recognised.record),
            genai=tried.ledger.record(),
        )


@router.post("/models", status_code=202, summary="Train a version of the intents as they are now")
async def train(body: Training, tenant: CurrentTenant, container: Container, key: Writer) -> Wanted:
    versions = await container.get(Versions)
    return Wanted(version=await versions.train(tenant, key.name, promote=body.promote))


@router.get("/models", summary="List versions, the newest first", dependencies=[Depends(needs("intents:read"))])
async def listed(transactions: InTenant, cursor: int | None = None, limit: Limit = 50) -> Page[Version]:
    async with transactions(durable=False) as tx:
        found = await intent_models.listed(tx, before=min(cursor or NEWEST, NEWEST), limit=limit)
    return page(found, limit, "version")


@router.get(
    "/models/promotions",
    summary="List what was live when, the latest first",
    dependencies=[Depends(needs("intents:read"))],
)
async def promotions(transactions: InTenant, limit: Limit = 50) -> Page[Promotion]:
    async with transactions(durable=False) as tx:
        return Page(items=await intent_models.history(tx, limit=limit))


@router.post("/models/rollback", summary="Make the version live again that was before the present one")
async def rollback(tenant: CurrentTenant, container: Container, key: Writer) -> Live:
    return Live(version=await (await container.get(Versions)).rollback(tenant, key.name))


@router.post("/models/none", summary="Switch intents off")
async def switch_off(tenant: CurrentTenant, container: Container, key: Writer) -> Live:
    await (await container.get(Versions)).promote(tenant, None, key.name)
    return Live(version=None)


@router.get(
    "/models/{version}", summary="Show a version with what was measured", dependencies=[Depends(needs("intents:read"))]
)
async def show(version: Number, transactions: InTenant) -> Version:
    async with transactions(durable=False) as tx:
        return await intent_models.load(tx, version)


@router.post("/models/{version}/promote", summary="Make a version live, in every process at once")
async def promote(version: Number, tenant: CurrentTenant, container: Container, key: Writer) -> Live:
    await (await container.get(Versions)).promote(tenant, version, key.name)
    return Live(version=version)


@router.post(
    "/try", summary="Say what a text would be understood as, and why", dependencies=[Depends(needs("intents:read"))]
)
async def try_(body: Trying, turn: Annotated[AsyncContainer, Depends(in_tenant)]) -> Decided:
    return Decided.of(await (await turn.get(Trial)).of(body.text, body.version))
