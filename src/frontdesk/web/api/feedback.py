"""What people think of the answers: one by one, counted, and as a table to take along; and what they agreed to."""

import csv
import io
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Literal
from uuid import UUID

import asyncpg
from fastapi import APIRouter, Depends, Query
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, Field

from frontdesk.core import clock
from frontdesk.errors import InvalidInput
from frontdesk.store import consents, contacts, feedback
from frontdesk.store.people import floor
from frontdesk.web.api.shapes import Limit, Page, Text, page
from frontdesk.web.auth import CurrentTenant, InTenant, needs

router = APIRouter(tags=["feedback"], prefix="/tenants/{tenant}")
Reader = Depends(needs("feedback:read"))

MOST_DAYS = 400
MOST_GROUPS = 500
PAGE = 500
COLUMNS = (
    *("id", "created_at", "kind", "source", "score", "sentiment", "handler", "intent", "emoji", "text"),
    *("contact_id", "conversation_id", "message_id"),
)
RISKY = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for a formula at the beginning of a cell."""

Kind = Literal["reaction", "rating", "text"]
Name = Annotated[Text | None, Query(max_length=200)]


class FeedbackOut(BaseModel):
    id: UUID
    conversation_id: UUID
    message_id: UUID | None = Field(description="The message of ours it is about.")
    contact_id: UUID | None
    kind: str = Field(description="`reaction`, `rating` or `text`.")
    score: int | None = Field(
        description="1 (poor) to 5 (excellent): given, read in the words, or what a reaction stands for."
    )
    emoji: str | None
    text: str | None
    sentiment: float | None = Field(description="How it was said, −1 to 1.")
    handler: str | None = Field(description="What answered.")
    intent: str | None
    source: str = Field(description="`asked` or `volunteered`.")
    created_at: datetime
    withdrawn_at: datetime | None = Field(description="When a reaction was taken back.")


class GroupOut(BaseModel):
    name: str | None = Field(description="Handler, intent, or day; null where none is known.")
    count: int
    asked_for: int = Field(description="Of these, how many we had asked for.")
    rated: int
    mean: float | None = Field(description="Of the scores.")
    good: int = Field(description="Scores of 4 and 5.")
    bad: int = Field(description="Scores of 1 and 2.")
    sentiment: float | None = Field(description="Mean of the words, −1 to 1.")


class ReportOut(BaseModel):
    since: datetime
    until: datetime
    groups: list[GroupOut]


class ConsentOut(BaseModel):
    id: UUID
    version: int = Field(description="Of the policy.")
    language: str = Field(description="In which it was shown.")
    given: bool
    message_id: UUID | None = Field(description="The message that says so.")
    channel_id: UUID | None = Field(description="The channel it came by.")
    policy: str | None = Field(description="What they were shown.")
    answered_by: Literal["button", "words", "stop"] | None = Field(description="How they said it; `stop` withdraws.")
    at: datetime


class ConsentsOut(BaseModel):
    items: list[ConsentOut]


class Narrowed:
    """What narrows a list of feedback down."""

    def __init__(
        self,
        since: datetime | None = None,
        until: datetime | None = None,
        kind: Kind | None = None,
        source: Literal["asked", "volunteered"] | None = None,
        handler: Name = None,
        intent: Name = None,
        most: Annotated[int | None, Query(ge=1, le=5, description="Highest score.")] = None,
        contact_id: UUID | None = None,
    ) -> None:
        self.given: dict[str, Any] = {
            "since": since and _aware(since),
            "until": until and _aware(until),
            "kind": kind,
            "source": source,
            "handler": handler,
            "intent": intent,
            "most": most,
            "contact_id": contact_id,
        }


Filter = Annotated[Narrowed, Depends()]


@router.get("/feedback", summary="List feedback, the newest first", dependencies=[Reader])
async def listed(
    transactions: InTenant, narrowed: Filter, cursor: UUID | None = None, limit: Limit = 50
) -> Page[FeedbackOut]:
    async with transactions(durable=False) as tx:
        rows = await feedback.listed(tx, **narrowed.given, before=cursor, limit=limit)
    return page([FeedbackOut.model_validate(dict(row)) for row in rows], limit)


@router.get("/feedback/report", summary="Count feedback by handler, intent or day", dependencies=[Reader])
async def report(
    transactions: InTenant,
    tenant: CurrentTenant,
    by: feedback.By = "handler",
    since: datetime | None = None,
    until: datetime | None = None,
) -> ReportOut:
    end = _aware(until) if until else clock.now()
    start = _aware(since) if since else end - timedelta(days=30)
    if not timedelta() < end - start <= timedelta(days=MOST_DAYS):
        raise InvalidInput(f"`since` has to be before `until`, by {MOST_DAYS} days at most")
    if start.year < 1970:
        raise InvalidInput("`since` has to be after 1969")
    async with transactions(durable=False) as tx:
        rows = await feedback.report(tx, by, floor(start), floor(end), tenant.settings.time_zone, MOST_GROUPS)
    return ReportOut(since=start, until=end, groups=[GroupOut.model_validate(dict(row)) for row in rows])


@router.get(
    "/feedback/export",
    summary="Hand out feedback as CSV",
    response_class=StreamingResponse,
    responses={200: {"content": {"text/csv": {}}}},
    dependencies=[Reader],
)
async def export(transactions: InTenant, tenant: CurrentTenant, narrowed: Filter) -> StreamingResponse:
    async def lines() -> AsyncIterator[str]:
        yield _line(COLUMNS)
        before: UUID | None = None
        while True:
            async with transactions(durable=False) as tx:
                rows = await feedback.listed(tx, **narrowed.given, before=before, limit=PAGE)
            if not rows:
                return
            yield "".join(_line([_cell(row, name) for name in COLUMNS]) for row in rows)
            before = rows[-1]["id"]

    name = f'attachment; filename="feedback-{tenant.code}.csv"'
    return StreamingResponse(lines(), media_type="text/csv", headers={"content-disposition": name})


@router.get(
    "/contacts/{contact_id}/consents",
    tags=["contacts"],
    summary="List what a contact agreed to and declined, the latest first",
    dependencies=[Depends(needs("contacts:read"))],
)
async def agreed(contact_id: UUID, transactions: InTenant, limit: Limit = 50) -> ConsentsOut:
    async with transactions(durable=False) as tx:
        await contacts.load(tx, contact_id)
        rows = await consents.listed(tx, contact_id, limit)
    return ConsentsOut(items=[ConsentOut.model_validate(dict(row)) for row in rows])


def _aware(at: datetime) -> datetime:
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _cell(row: asyncpg.Record, name: str) -> str:
    value = row[name]
    text = "" if value is None else value.isoformat() if isinstance(value, datetime) else str(value)
    return f"'{text}" if isinstance(value, str) and text.startswith(RISKY) else text


def _line(cells: Sequence[str]) -> str:
    out = io.StringIO()
    csv.writer(out).writerow(cells)
    return out.getvalue()
