"""Routing rules: written, put in order, tried, published, and taken back."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import orjson
from dishka import AsyncContainer
from fastapi import APIRouter, Depends, Path, Query, Response
from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field

from frontdesk.core.rules.facts import Facts
from frontdesk.core.rules.rule import MOST_RULES, Rule, RuleSet
from frontdesk.core.rules.subjects import MESSAGES
from frontdesk.services.rulemaking import Rulemaking
from frontdesk.store import rules
from frontdesk.store.keys import Key
from frontdesk.store.rules import NEWEST, Stored, Version
from frontdesk.understanding.rule_trial import Asked, RuleTrial, Tried
from frontdesk.web.api.shapes import Document, Limit, Page, Text, page
from frontdesk.web.auth import Container, CurrentTenant, InTenant, allow, in_tenant, needs


def _kind(given: str) -> str:
    if given not in MESSAGES:
        raise ValueError(f"the kind of message is one of: {', '.join(MESSAGES)}")
    return given


router = APIRouter(tags=["rules"], prefix="/tenants/{tenant}/rules")

Reader = Depends(needs("rules:read"))
Writer = Annotated[Key, Depends(needs("rules:write"))]
Kind = Annotated[str, AfterValidator(_kind)]
Number = Annotated[int, Path(ge=1, le=NEWEST)]


class RuleOut(Rule):
    id: UUID
    version: int
    created_at: datetime
    changed_at: datetime

    @classmethod
    def of(cls, stored: Stored) -> "RuleOut":
        beside = {name: getattr(stored, name) for name in ("id", "version", "created_at", "changed_at")}
        return cls.model_construct(**dict(stored.rule), **beside)


class Draft(BaseModel):
    items: list[RuleOut] = Field(description="All rules as they are being written, in the order they are tried.")
    live: int | None = Field(description="The version that counts; null where none was published.")


class WholeRule(Rule):
    """The rule as it is to be: what is left out has its default."""

    version: int | None = Field(
        None, ge=1, le=NEWEST, description="The version the change is based on; refused where it is another now."
    )


class Order(BaseModel):
    ids: list[UUID] = Field(max_length=MOST_RULES, description="All rules of the draft, in the order they are tried.")


class Published(BaseModel):
    version: int = Field(description="The version that counts now.")


class Faults(BaseModel):
    items: list[str]


class Trying(BaseModel):
    model_config = ConfigDict(extra="forbid")

    text: Text | None = Field(None, min_length=1, max_length=4000, examples=["where is my parcel?"])
    message_id: UUID | None = Field(None, description="A message that came, instead of a text.")
    conversation_id: UUID | None = Field(
        None, description="Where it is said; that of the message where it is left out."
    )
    version: int | None = Field(
        None, ge=1, le=NEWEST, description="A published version; the draft where it is left out."
    )
    intent: Text | None = Field(None, description="The intent, instead of what the text is understood as.")
    confidence: float | None = Field(None, ge=0, le=1)
    language: Text | None = Field(None, max_length=40)
    sentiment: float | None = Field(None, ge=-1, le=1)
    message: Kind | None = Field(None, description="The kind of message.")
    now: AwareDatetime | None = Field(None, description="When it is said, with its time zone.")
    channel: Text | None = Field(None, max_length=200, description="The channel's name.")
    channel_kind: Text | None = Field(None, max_length=40)
    contact_name: Text | None = Field(None, max_length=200)
    contact_fields: Document | None = None
    contact_tags: list[Text] | None = Field(None, max_length=200)
    new_contact: bool | None = None
    opted_out: bool | None = None
    conversation_tags: list[Text] | None = Field(None, max_length=200)
    group: bool | None = None
    turns: int | None = Field(None, ge=0)
    misses: int | None = Field(None, ge=0)
    silence: float | None = Field(None, ge=0, description="Seconds since the message before.")
    mode: Text | None = Field(None, max_length=60)
    owner: Literal["bot", "human"] | None = None
    variables: Document | None = None
    contact_facts: Document | None = None
    entities: Document | None = Field(
        None, description="Values by the name rules ask for; those in the text count beside them."
    )

    def asked(self) -> Asked:
        """Return what is tried; facts that are given count instead of what is known."""
        named = {"channel": "channel_name", "contact_fields": "fields", "entities": "slots"}
        where = {"text", "message_id", "conversation_id", "version"}
        given: dict[str, Any] = {
            named.get(name, name): frozenset(value) if name.endswith("_tags") else value
            for name, value in self.model_dump(exclude=where, exclude_none=True).items()
        }
        return Asked(**self.model_dump(include=where), given=given)


class Reason(BaseModel):
    holds: bool
    wanted: str
    seen: str
    parts: list["Reason"]


class Explanation(BaseModel):
    rule: str
    matched: bool = Field(description="Whether its condition holds.")
    applied: bool = Field(description="Whether its actions would be taken.")
    note: str
    why: Reason


class Seen(BaseModel):
    """What the text was understood as, as far as rules see it."""

    intent: str | None
    confidence: float | None
    language: str | None
    message: str | None
    business_hours: str | None

    @classmethod
    def of(cls, facts: Facts) -> "Seen":
        return cls(**{name: getattr(facts, name) for name in cls.model_fields})


class Decided(BaseModel):
    version: int | None = Field(description="The version tried; null: the draft.")
    answered_by: str | None = Field(description="The rule that answers; null: mode, intent or fallback do.")
    actions: list[dict[str, Any]] = Field(description="What would be done, in this order.")
    rules: list[Explanation]
    seen: Seen


def _decided(tried: Tried) -> bytes:
    """Return a Decided as JSON. Its rules have thousands of parts: as they are written once, they are not checked again."""
    return orjson.dumps(
        {
            "version": tried.version,
            "answered_by": tried.decision.answered_by,
            "actions": [action.model_dump(mode="json", by_alias=True) for action in tried.decision.actions],
            "rules": tried.explained,
            "seen": Seen.of(tried.facts).model_dump(),
        }
    )


def _outs(found: Sequence[Stored]) -> list[RuleOut]:
    return [RuleOut.of(stored) for stored in found]


@router.get("", summary="List the rules as they are being written", dependencies=[Reader])
async def draft(transactions: InTenant) -> Draft:
    async with transactions(durable=False) as tx:
        return Draft(items=_outs(await rules.draft(tx)), live=await rules.live(tx))


@router.post("", status_code=201, summary="Write a rule, the last of all")
async def add(body: Rule, tenant: CurrentTenant, container: Container, key: Writer) -> RuleOut:
    return RuleOut.of(await (await container.get(Rulemaking)).add(tenant, body, key.name))


@router.put("", summary="Replace all rules as they are being written")
async def rewrite(body: RuleSet, tenant: CurrentTenant, container: Container, key: Writer) -> Page[RuleOut]:
    return Page(items=_outs(await (await container.get(Rulemaking)).rewrite(tenant, body.rules, key.name)))


@router.put("/order", summary="Put the rules in order")
async def order(body: Order, tenant: CurrentTenant, container: Container, key: Writer) -> Page[RuleOut]:
    return Page(items=_outs(await (await container.get(Rulemaking)).order(tenant, body.ids, key.name)))


@router.get("/faults", summary="Say what keeps the rules from being published", dependencies=[Reader])
async def faults(tenant: CurrentTenant, container: Container) -> Faults:
    return Faults(items=await (await container.get(Rulemaking)).faults(tenant))


@router.post("/publish", summary="Let the rules as they are written count from now on, in every process")
async def publish(tenant: CurrentTenant, container: Container, key: Writer) -> Published:
    return Published(version=await (await container.get(Rulemaking)).publish(tenant, key.name))


@router.post("/rollback", summary="Publish again what counted before")
async def rollback(tenant: CurrentTenant, container: Container, key: Writer) -> Published:
    return Published(version=await (await container.get(Rulemaking)).rollback(tenant, key.name))


@router.post("/try", summary="Say what the rules would do with a message, and why", response_model=Decided)
async def try_(
    body: Trying, tenant: str, key: Annotated[Key, Reader], turn: Annotated[AsyncContainer, Depends(in_tenant)]
) -> Response:
    if body.message_id or body.conversation_id:
        allow(key, "conversations:read", tenant)  # what was seen there is part of the answer
    tried = await (await turn.get(RuleTrial)).of(body.asked())
    return Response(await asyncio.to_thread(_decided, tried), media_type="application/json")


@router.get("/versions", summary="List publications, the newest first", dependencies=[Reader])
async def versions(transactions: InTenant, cursor: int | None = None, limit: Limit = 50) -> Page[Version]:
    async with transactions(durable=False) as tx:
        found = await rules.versions(tx, before=max(min(cursor or NEWEST, NEWEST), 0), limit=limit)
    return page(found, limit, "version")


@router.get("/versions/{version}", summary="Show the rules of a version", dependencies=[Reader])
async def version_(version: Number, transactions: InTenant) -> RuleSet:
    async with transactions(durable=False) as tx:
        return RuleSet.model_construct(rules=await rules.published(tx, version))


@router.post("/versions/{version}/publish", summary="Let an older version count again")
async def restore(version: Number, tenant: CurrentTenant, container: Container, key: Writer) -> Published:
    return Published(version=await (await container.get(Rulemaking)).publish(tenant, key.name, version))


@router.get("/{rule_id}", summary="Show a rule", dependencies=[Reader])
async def show(rule_id: UUID, transactions: InTenant) -> RuleOut:
    async with transactions(durable=False) as tx:
        return RuleOut.of(await rules.load(tx, rule_id))


@router.put("/{rule_id}", summary="Write a rule anew")
async def replace(rule_id: UUID, body: WholeRule, tenant: CurrentTenant, container: Container, key: Writer) -> RuleOut:
    rule = Rule.model_construct(**{name: getattr(body, name) for name in body.model_fields_set - {"version"}})
    rulemaking = await container.get(Rulemaking)
    return RuleOut.of(await rulemaking.replace(tenant, rule_id, rule, body.version, key.name))


@router.delete("/{rule_id}", status_code=204, summary="Remove a rule")
async def remove(
    rule_id: UUID,
    tenant: CurrentTenant,
    container: Container,
    key: Writer,
    version: Annotated[
        int | None, Query(ge=1, le=NEWEST, description="The version that is to go; refused where it is another.")
    ] = None,
) -> None:
    await (await container.get(Rulemaking)).remove(tenant, rule_id, version, key.name)
