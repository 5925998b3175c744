"""What contacts said of themselves: every saying is kept, `core/facts.py` decides which count."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import asyncpg
import orjson

from frontdesk.core import clock, facts
from frontdesk.core.facts import Fact
from frontdesk.core.understanding import Facts
from frontdesk.errors import Conflict, InvalidInput, NotFound
from frontdesk.store.db import affected
from frontdesk.store.pool import Transaction

# Said while two contacts are merged, it is kept with the one whose conversation it is with every merge undone. A group is
# nobody's: there it is the merged one's.
KEEP = """
INSERT INTO facts (contact_id, name, value, source, origin)
SELECT coalesce((SELECT own_contact_id FROM conversations WHERE id = $6), $1), said.name, said.value, $4, $5
FROM unnest($2::text[], $3::text[]) AS said (name, value)
ON CONFLICT (contact_id, name, source, md5(value)) DO UPDATE SET said_at = now(), origin = excluded.origin
"""

FAMILY = """
WITH RECURSIVE family AS (
    SELECT id FROM contacts WHERE id = $1 UNION SELECT c.id FROM contacts c JOIN family ON c.merged_into = family.id
)
"""


async def keep(
    tx: Transaction,
    contact_id: UUID,
    values: Mapping[str, str],
    source: str,
    origin: str,
    conversation_id: UUID | None = None,
) -> None:
    """Keep what was said of a contact; the same words of the same source are kept once, with their latest time.

    Conflict where the contact is gone.
    """
    try:
        await tx.execute(KEEP, contact_id, list(values), list(values.values()), source, origin, conversation_id)
    except asyncpg.ForeignKeyViolationError:
        raise Conflict(f"contact {contact_id} was erased meanwhile") from None


async def known(tx: Transaction, contact_id: UUID, rules: Facts) -> tuple[Fact, ...]:
    """Return what counts of a contact and those merged into it; NotFound where there is no such contact."""
    found = await tx.fetchrow(
        f"{FAMILY} SELECT (SELECT json_agg(f) FROM facts f WHERE f.contact_id = ANY (ARRAY(SELECT id FROM family))) AS facts"
        " FROM contacts WHERE id = $1",
        contact_id,
    )
    if found is None:
        raise NotFound(f"no contact {contact_id}")
    return believed(orjson.loads(found["facts"] or "[]"), rules)


async def forget(tx: Transaction, contact_id: UUID, name: str) -> None:
    """Drop every saying of one fact of a contact and those merged into it; NotFound where there is none."""
    tag = await tx.execute(
        f"{FAMILY} DELETE FROM facts WHERE contact_id IN (SELECT id FROM family) AND name = $2", contact_id, name
    )
    if not affected(tag):
        raise NotFound(f"nothing is known of contact {contact_id} under {name[:60]!r}")


def believed(rows: Sequence[Mapping[str, Any]], rules: Facts) -> tuple[Fact, ...]:
    """Return the facts that count, of rows as JSON; those without a rule, or of another kind by now, don't."""
    checked = facts.rules_of(rules)
    return facts.merge((), filter(None, (_fact(row, checked) for row in rows)), checked, clock.now())


def _fact(row: Mapping[str, Any], rules: facts.Rules) -> Fact | None:
    try:
        return facts.restore(row, rules)
    except InvalidInput:
        return None
