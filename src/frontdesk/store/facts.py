"""What contacts said of themselves: every saying is kept, `core/facts.py` decides which count."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from frontdesk.core import facts
from frontdesk.core.facts import Fact
from frontdesk.core.understanding import Facts
from frontdesk.errors import InvalidInput
from frontdesk.store.pool import Transaction

KEEP = """
INSERT INTO facts (contact_id, name, value, source, origin) SELECT $1, said.name, said.value, $4, $5
FROM unnest($2::text[], $3::text[]) AS said (name, value)
ON CONFLICT (contact_id, name, source, md5(value)) DO UPDATE SET said_at = now(), origin = excluded.origin
"""


async def keep(tx: Transaction, contact_id: UUID, values: Mapping[str, str], source: str, origin: str) -> None:
    """Keep what was said of a contact; the same words of the same source are kept once, with their latest time."""
    await tx.execute(KEEP, contact_id, list(values), list(values.values()), source, origin)


def believed(rows: Sequence[Mapping[str, Any]], rules: Facts) -> tuple[Fact, ...]:
    """Return the facts that count, of rows as JSON; those without a rule, or of another kind by now, don't."""
    checked = facts.rules_of(rules)
    return facts.merge((), filter(None, (_fact(row, checked) for row in rows)), checked, datetime.now(UTC))


def _fact(row: Mapping[str, Any], rules: facts.Rules) -> Fact | None:
    try:
        return facts.restore(row, rules)
    except InvalidInput:
        return None
