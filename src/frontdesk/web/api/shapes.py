"""What lists and rows look like over HTTP."""

import json
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Generic, TypeVar

from fastapi import Query
from pydantic import AfterValidator, BaseModel

from frontdesk.core.wording import storable

T = TypeVar("T")

Limit = Annotated[int, Query(ge=1, le=200, description="Most items of one page.")]
Text = Annotated[str, AfterValidator(storable)]
"""Text as PostgreSQL can hold it."""


def _json(document: dict[str, Any]) -> dict[str, Any]:
    try:
        text = json.dumps(document, ensure_ascii=False, allow_nan=False)
        text.encode()
    except (ValueError, RecursionError):
        raise ValueError("NaN, Infinity, unpaired surrogates and very deep nesting can't be kept") from None
    return document


Document = Annotated[dict[str, Any], AfterValidator(_json)]
"""An object that is JSON by the letter, which Python's own reader is not strict about."""


class Page(BaseModel, Generic[T]):
    """One page of a list; `next` is the cursor of the page after it, null at the end."""

    items: list[T]
    next: str | None = None


def page(items: Sequence[T], limit: int, cursor: str = "id") -> Page[T]:
    """Return a page of items asked for with `limit`; a full page has a next one."""
    more = len(items) == limit
    return Page(items=list(items), next=str(getattr(items[-1], cursor)) if more and items else None)


def unpacked(row: Mapping[str, Any], *fields: str) -> dict[str, Any]:
    """Return a row with its JSON columns read."""
    return {
        name: json.loads(value) if name in fields and isinstance(value, str) else value for name, value in row.items()
    }
