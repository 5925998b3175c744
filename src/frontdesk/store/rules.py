"""Routing rules: as they are being written, in their order, and as they were published."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
import orjson
from pydantic import ValidationError
from pydantic_core import PydanticSerializationError

from frontdesk.core.rules.rule import MOST_RULES, Rule, RuleSet
from frontdesk.errors import Conflict, InvalidInput, NotFound
from frontdesk.store.pool import Transaction

NEWEST = 2**31 - 1
COLUMNS = "id, document, version, created_at, changed_at"
VERSION = "version, rules, restores, published_by, published_at"
DRAFT = "coalesce(string_agg(document::text, ',' ORDER BY place, id), '')"
NUL = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")
"""In JSON: not where the backslash is itself a character of the text."""
MOST_DOCUMENT = 100_000
MOST_WHOLE = 4_000_000
"""Characters of one rule as it is stored, and of all that are published: what every process keeps at hand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """A rule of the draft."""

    id: UUID
    rule: Rule
    version: int
    created_at: datetime
    changed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One publication. `rules` is how many there were, `restores` the version it brought back."""

    version: int
    rules: int
    restores: int | None
    published_by: str
    published_at: datetime
    is_live: bool


async def lock(tx: Transaction) -> None:
    """Let one transaction at a time change a tenant's rules."""
    await tx.execute("SELECT pg_advisory_xact_lock(hashtext('rules of ' || current_schema()))")


async def add(tx: Transaction, rule: Rule) -> Stored:
    """Keep a new rule, the last of all; Conflict where its name is taken, InvalidInput where there are too many."""
    if await tx.fetchval("SELECT count(*) FROM rules") >= MOST_RULES:
        raise InvalidInput(
            f"there are {MOST_RULES} rules, which is the limit: remove some, or join those that are alike"
        )
    try:
        row = await tx.fetchrow(
            "INSERT INTO rules (place, name, document) SELECT coalesce(max(place), 0) + 1, $1, $2 FROM rules"
            f" RETURNING {COLUMNS}",
            rule.name,
            written(rule),
        )
    except asyncpg.UniqueViolationError:
        raise _taken(rule) from None
    return _stored(row)


async def draft(tx: Transaction) -> list[Stored]:
    """Return all rules as they are being written, in the order they are tried."""
    return [_stored(row) for row in await tx.fetch(f"SELECT {COLUMNS} FROM rules ORDER BY place, id")]


async def draft_mark(tx: Transaction) -> str:
    """Return what tells one state of the draft from another."""
    return await tx.fetchval(f"SELECT md5({DRAFT}) FROM rules")  # type: ignore[no-any-return]


async def draft_document(tx: Transaction) -> tuple[str, str]:
    """Return the draft as one document, with its mark."""
    row = await tx.fetchrow(f"SELECT md5({DRAFT}) AS mark, {DRAFT} AS document FROM rules")
    return row["mark"], f'{{"rules": [{row["document"]}]}}'


async def load(tx: Transaction, rule_id: UUID) -> Stored:
    """Return one rule of the draft; NotFound where there is none."""
    row = await tx.fetchrow(f"SELECT {COLUMNS} FROM rules WHERE id = $1", rule_id)
    if row is None:
        raise NotFound(f"no rule {rule_id}")
    return _stored(row)


async def replace(tx: Transaction, rule_id: UUID, rule: Rule, version: int | None) -> Stored:
    """Write a rule anew; Conflict where it has another version by now than the one given, or its new name is taken."""
    try:
        row = await tx.fetchrow(
            "UPDATE rules SET name = $2, document = $3, version = version + 1, changed_at = now()"
            f" WHERE id = $1 AND ($4::int IS NULL OR version = $4) RETURNING {COLUMNS}",
            rule_id,
            rule.name,
            written(rule),
            version,
        )
    except asyncpg.UniqueViolationError:
        raise _taken(rule) from None
    return _stored(row) if row else await _changed(tx, rule_id)


async def remove(tx: Transaction, rule_id: UUID, version: int | None) -> Stored:
    """Remove a rule from the draft and return it; what is published stays."""
    row = await tx.fetchrow(
        f"DELETE FROM rules WHERE id = $1 AND ($2::int IS NULL OR version = $2) RETURNING {COLUMNS}", rule_id, version
    )
    return _stored(row) if row else await _changed(tx, rule_id)


async def order(tx: Transaction, ids: Sequence[UUID]) -> None:
    """Put the rules in this order; Conflict where these are not all of them, each once."""
    there = {row["id"] for row in await tx.fetch("SELECT id FROM rules")}
    if len(ids) != len(set(ids)) or set(ids) != there:
        raise Conflict(f"the order names {len(set(ids))} rules, and there are {len(there)}: name every rule once")
    await tx.execute(
        "UPDATE rules r SET place = o.place FROM unnest($1::uuid[]) WITH ORDINALITY AS o (id, place) WHERE r.id = o.id",
        list(ids),
    )


async def rewrite(tx: Transaction, rules: Sequence[Rule]) -> None:
    """Replace the whole draft."""
    await tx.execute("DELETE FROM rules")
    await tx.execute(
        "INSERT INTO rules (place, name, document)"
        " SELECT place, name, document FROM unnest($1::text[], $2::jsonb[]) WITH ORDINALITY AS r (name, document, place)",
        [rule.name for rule in rules],
        [written(rule) for rule in rules],
    )


async def publish(tx: Transaction, rules: Sequence[Rule], by: str, *, restores: int | None = None) -> int:
    """Keep these rules as the version that counts from the commit on, and return its number."""
    document = f'{{"rules": [{", ".join(written(rule) for rule in rules)}]}}'
    if len(document) > MOST_WHOLE:
        raise InvalidInput(
            f"the rules have {len(document):,} characters together, of {MOST_WHOLE:,} at most: shorten their replies and lists"
        )
    return await tx.fetchval(  # type: ignore[no-any-return]
        "INSERT INTO rule_versions (version, document, rules, restores, published_by)"
        " SELECT coalesce(max(version), 0) + 1, $1, $2, coalesce((SELECT restores FROM rule_versions WHERE version = $3), $3), $4"
        " FROM rule_versions RETURNING version",
        document,
        len(rules),
        restores,
        by,
    )


async def live(tx: Transaction) -> int | None:
    """Return the version that counts; None where none was published."""
    return await tx.fetchval("SELECT max(version) FROM rule_versions")  # type: ignore[no-any-return]


async def before_live(tx: Transaction) -> int | None:
    """Return the version that counted before the one that counts now; one that was brought back counts as the older one."""
    return await tx.fetchval(  # type: ignore[no-any-return]
        "SELECT coalesce(b.restores, b.version) FROM rule_versions b WHERE b.version <"
        " (SELECT coalesce(restores, version) FROM rule_versions ORDER BY version DESC LIMIT 1)"
        " ORDER BY b.version DESC LIMIT 1"
    )


async def published(tx: Transaction, version: int) -> tuple[Rule, ...]:
    """Return the rules of a version; NotFound where there is none, Conflict where they can't be read any more."""
    return read(await document(tx, version), f"version {version} of the rules")


async def document(tx: Transaction, version: int) -> str:
    """Return a version as it was stored; NotFound where there is none."""
    found: str | None = await tx.fetchval("SELECT document FROM rule_versions WHERE version = $1", version)
    if found is None:
        raise NotFound(f"no version {version} of the rules")
    return found


def read(document: str, what: str) -> tuple[Rule, ...]:
    """Return the rules of a document; Conflict, which says what can't be read, where it does not fit any more."""
    try:
        return RuleSet.model_validate_json(document).rules
    except ValidationError as error:
        raise Conflict(
            f"{what} can't be read any more: {error.errors()[0]['msg']}; write and publish them anew"
        ) from error


async def versions(tx: Transaction, *, before: int = NEWEST, limit: int = 50) -> list[Version]:
    """Return publications, the newest first, from the one before `before` on."""
    rows = await tx.fetch(
        f"SELECT {VERSION}, version = (SELECT max(version) FROM rule_versions) AS is_live FROM rule_versions"
        " WHERE version < $1 ORDER BY version DESC LIMIT $2",
        before,
        limit,
    )
    return [Version(**row) for row in rows]


async def channels(tx: Transaction) -> frozenset[str]:
    """Return what channels go by: their names and ids."""
    rows = await tx.fetch("SELECT id, name FROM channels")
    return frozenset(name for row in rows for name in (row["name"], str(row["id"])))


AROUND = """
SELECT c.is_group, c.owner, c.modes, c.variables, c.tags, c.turns, c.misses, c.channel_id, h.kind,
       CASE WHEN $2::uuid IS NULL THEN c.last_message_at ELSE (
           SELECT m.created_at FROM messages m WHERE m.conversation_id = c.id AND m.id < $2 ORDER BY m.id DESC LIMIT 1
       ) END AS last_message_at,
       h.name AS channel, p.id AS contact_id, p.name, p.language, p.fields, p.opted_out_at IS NOT NULL AS opted_out,
       ARRAY(WITH RECURSIVE family AS (
           SELECT p.id UNION SELECT m.id FROM contacts m JOIN family ON m.merged_into = family.id
       ) SELECT DISTINCT unnest(m.tags) FROM family JOIN contacts m USING (id)) AS contact_tags,
       NOT EXISTS (SELECT FROM conversations o WHERE o.last_inbound_at IS NOT NULL
                   AND (o.id = c.id OR o.contact_id = c.contact_id)) AS is_new
FROM conversations c JOIN channels h ON h.id = c.channel_id LEFT JOIN contacts p ON p.id = c.contact_id
WHERE c.id = $1
"""
"""What a turn would find there (conversations.OPEN)."""


async def conversation(tx: Transaction, conversation_id: UUID, before: UUID | None = None) -> Mapping[str, Any]:
    """Return what rules can know of a conversation and its contact, for trying them; NotFound. Silence is counted from the
    last message, or from the one `before` this.
    """
    row = await tx.fetchrow(AROUND, conversation_id, before)
    if row is None:
        raise NotFound(f"no conversation {conversation_id}")
    read = {name: orjson.loads(row[name] or "{}") for name in ("modes", "variables", "fields")}
    return {**dict(row), **read}


def written(rule: Rule) -> str:
    """Return a rule as it is stored; InvalidInput where PostgreSQL can't hold it."""
    try:
        document = rule.model_dump_json(exclude_unset=True, by_alias=True)
    except PydanticSerializationError:
        raise InvalidInput(f"rule {rule.name[:60]!r} has text that can't be stored: an unpaired surrogate") from None
    if NUL.search(document):
        raise InvalidInput(f"rule {rule.name[:60]!r} has text that can't be stored: a NUL character")
    if len(document) > MOST_DOCUMENT:
        raise InvalidInput(
            f"rule {rule.name[:60]!r} has {len(document):,} characters, of {MOST_DOCUMENT:,} at most: make several rules of it"
        )
    return document


def _stored(row: asyncpg.Record) -> Stored:
    rule = Rule.model_validate_json(row["document"])
    return Stored(
        id=row["id"], rule=rule, version=row["version"], created_at=row["created_at"], changed_at=row["changed_at"]
    )


def _taken(rule: Rule) -> Conflict:
    return Conflict(f"there is a rule {rule.name!r} already: choose another name")


async def _changed(tx: Transaction, rule_id: UUID) -> Stored:
    """Say why nothing was changed."""
    there = await load(tx, rule_id)
    raise Conflict(f"rule {there.rule.name!r} has version {there.version} by now: look at it again")
