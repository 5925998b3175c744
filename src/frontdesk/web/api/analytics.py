"""What routing did, by day: who answered, how it ended, and how long it took."""

from collections.abc import Mapping
from datetime import date, datetime
from itertools import groupby
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel, Field

from frontdesk.core import clock
from frontdesk.core.analytics import BOUNDS, ENDINGS, Dimension, Ending, Key, Tally
from frontdesk.errors import InvalidInput
from frontdesk.store import analytics
from frontdesk.web.api import sheets
from frontdesk.web.api.shapes import Text
from frontdesk.web.auth import CurrentTenant, InTenant, needs

router = APIRouter(tags=["analytics"], prefix="/tenants/{tenant}/analytics")

USUAL_DAYS = 30
MOST_DAYS = 400
MOST_ROWS = 20_000
CSV = "text/csv"


class CountOut(BaseModel):
    name: str = Field(
        description="Empty for `all`; `~other` are those of a day's names that were too many to tell apart."
    )
    turns: int
    contained: int = Field(description="Answered by the bot.")
    fallback: int = Field(description="The bot had no answer.")
    escalated: int = Field(description="Given to a person.")
    person: int = Field(description="Said while a person had the conversation.")
    silent: int = Field(description="Nobody was to answer: reactions, events, talk among others in groups.")
    containment: float | None = Field(
        description="Share of what the bot was to answer: contained, fallback, escalated."
    )
    fallback_share: float | None
    escalation_share: float | None
    mean_ms: float | None
    p50_ms: int | None = Field(description="A bound of `bounds_ms`; null where it took longer than the last.")
    p95_ms: int | None


class DayOut(BaseModel):
    day: date
    counts: list[CountOut]


class RoutingOut(BaseModel):
    by: Dimension
    since: date = Field(serialization_alias="from")
    until: date = Field(serialization_alias="to")
    time_zone: str = Field(description="The tenant's, in which days begin and end.")
    counted_until: datetime | None = Field(
        description="What was stored before is counted; null: nothing is. Today's numbers go no further than this."
    )
    bounds_ms: tuple[int, ...] = Field(BOUNDS, description="To which latencies are rounded up.")
    total: list[CountOut] = Field(description="Over all the days, the most turns first.")
    days: list[DayOut] = Field(description="Days with turns.")


@router.get(
    "/routing",
    summary="Count what routing did, by day",
    response_model=RoutingOut,
    responses={200: {"content": {CSV: {}}}},
    dependencies=[Depends(needs("analytics:read"))],
)
async def routing(
    request: Request,
    transactions: InTenant,
    tenant: CurrentTenant,
    by: Dimension = "all",
    since: Annotated[date | None, Query(alias="from", description="First day; without, 30 days.")] = None,
    until: Annotated[date | None, Query(alias="to", description="Last day; without, today.")] = None,
    name: Annotated[Text | None, Query(max_length=120, description="Only this rule, route, …")] = None,
    names: Annotated[int, Query(ge=1, le=201, description="At most so many names, those with the most turns.")] = 50,
) -> Any:
    last = until or clock.now().astimezone(tenant.settings.zone).date()
    first = since or date.fromordinal(max(last.toordinal() - USUAL_DAYS + 1, 1))
    _check(first, last, 1 if name is not None or by == "all" else names)
    async with transactions(durable=False) as tx:
        counted_until = await analytics.counted_until(tx)
        found = await analytics.report(tx, by, first, last, name, names)
    if CSV in request.headers.get("accept", ""):
        columns = ("day", *CountOut.model_fields)
        rows = [(key.day.isoformat(), *_count(key.name, one).model_dump().values()) for key, one in found.items()]
        headers = {"content-disposition": f'attachment; filename="routing-{tenant.code}.csv"'}
        return Response(sheets.table(columns, rows), media_type=CSV, headers=headers)
    return RoutingOut(
        by=by,
        since=first,
        until=last,
        time_zone=tenant.settings.time_zone,
        counted_until=counted_until,
        total=_total(found),
        days=[
            DayOut(day=day, counts=[_count(key.name, found[key]) for key in keys])
            for day, keys in groupby(found, key=lambda key: key.day)
        ],
    )


def _check(first: date, last: date, names: int) -> None:
    days = (last - first).days + 1
    if not 1 <= days <= MOST_DAYS:
        raise InvalidInput(f"`from` may not be after `to`, and both lie {MOST_DAYS} days apart at most")
    if days * names > MOST_ROWS:
        raise InvalidInput(f"{days} days of {names} names are too many: ask for fewer days, or fewer `names`")


def _total(found: Mapping[Key, Tally]) -> list[CountOut]:
    sums: dict[str, Tally] = {}
    for key, one in found.items():
        sums[key.name] = sums.get(key.name, Tally()) + one
    return [_count(name, sums[name]) for name in sorted(sums, key=lambda name: (-sums[name].turns, name))]


def _count(name: str, one: Tally) -> CountOut:
    ended = dict(zip(ENDINGS, one.endings, strict=True))
    mean = one.mean
    return CountOut(
        name=name,
        turns=one.turns,
        **ended,
        containment=_share(one, "contained"),
        fallback_share=_share(one, "fallback"),
        escalation_share=_share(one, "escalated"),
        mean_ms=None if mean is None else round(mean, 3),
        p50_ms=_bound(one, 0.5),
        p95_ms=_bound(one, 0.95),
    )


def _share(one: Tally, ending: Ending) -> float | None:
    share = one.share(ending)
    return None if share is None else round(share, 4)


def _bound(one: Tally, part: float) -> int | None:
    bound = one.within(part)
    return int(bound) if bound in BOUNDS else None
