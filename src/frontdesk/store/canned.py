"""Answers people at the desk keep ready."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import asyncpg

from frontdesk.errors import Conflict, InvalidInput, NotFound
from frontdesk.store.pool import Transaction

MOST = 2_000
SHOWN = "SELECT id, name, language, tags, text, created_at, changed_at FROM canned_replies"


async def add(tx: Transaction, name: str, language: str | None, text: str, tags: Sequence[str] = ()) -> UUID:
    """Keep a new answer; Conflict where the name is taken, InvalidInput where there are too many."""
    if await tx.fetchval("SELECT count(*) FROM canned_replies") >= MOST:
        raise InvalidInput(f"there are {MOST} canned replies, which is the limit: remove some")
    try:
        return await tx.fetchval(  # type: ignore[no-any-return]
            "INSERT INTO canned_replies (name, language, text, tags) VALUES ($1, $2, $3, $4) RETURNING id",
            name,
            language,
            text,
            list(tags),
        )
    except asyncpg.UniqueViolationError:
        raise Conflict(f"there is a canned reply {name!r} already: change that one") from None


async def load(tx: Transaction, name: str) -> asyncpg.Record:
    """Return the answer of a name; NotFound where there is none."""
    row = await tx.fetchrow(f"{SHOWN} WHERE name = $1", name)
    if row is None:
        raise NotFound(f"no canned reply {name!r}")
    return row


LISTED = f"""
{SHOWN} WHERE name COLLATE "C" > $1 AND starts_with(lower(name), lower($2)) AND ($3::text IS NULL OR $3 = ANY (tags))
AND ($4::text IS NULL OR language = $4) ORDER BY name COLLATE "C" LIMIT $5
"""


async def listed(
    tx: Transaction, *, prefix: str, after: str, limit: int, tag: str | None = None, language: str | None = None
) -> list[asyncpg.Record]:
    """Return answers by name, those a prefix begins, with a tag and in a language where these are given."""
    return list(await tx.fetch(LISTED, after, prefix, tag, language, limit))


async def change(tx: Transaction, name: str, given: Mapping[str, Any]) -> None:
    """Change language, tags or text; NotFound where there is no such answer."""
    language = {"language": given["language"]} if "language" in given else {}
    tag = await tx.execute(
        "UPDATE canned_replies SET text = coalesce($2, text), language = CASE WHEN $4 THEN $3 ELSE language END,"
        " tags = coalesce($5, tags), changed_at = now() WHERE name = $1",
        name,
        given.get("text"),
        language.get("language"),
        bool(language),
        given.get("tags"),
    )
    if tag == "UPDATE 0":
        raise NotFound(f"no canned reply {name!r}")


async def remove(tx: Transaction, name: str) -> None:
    """Delete an answer; NotFound where there is none."""
    if await tx.fetchval("DELETE FROM canned_replies WHERE name = $1 RETURNING id", name) is None:
        raise NotFound(f"no canned reply {name!r}")
