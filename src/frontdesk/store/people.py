"""Whose something is: contacts with all that are merged into them, their accounts, and where they speak."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from frontdesk.core import clock, wire
from frontdesk.errors import Conflict, NotFound
from frontdesk.store.pool import FIRST_ID, Transaction

CLOCKS = timedelta(days=1)
"""By how much the clocks that ids are made with may differ, and more."""

FAMILIES = """
WITH RECURSIVE family AS (
    SELECT id, merged_into, created_at FROM contacts WHERE id = ANY($1::uuid[])
    UNION SELECT c.id, c.merged_into, c.created_at FROM contacts c JOIN family ON c.merged_into = family.id
) SELECT id, merged_into, created_at FROM family ORDER BY id
"""

# Groups belong to nobody; whose a message is says its contact.
SPOKE_IN = """
SELECT c.id FROM conversations c WHERE c.is_group AND c.channel_id = ANY($1::uuid[]) AND c.id > $4
AND EXISTS (SELECT FROM messages m WHERE m.conversation_id = c.id AND m.id > $3 AND m.contact_id = ANY($2::uuid[]))
ORDER BY c.id LIMIT $5
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """An identity: how a channel knows somebody."""

    channel_id: UUID
    external_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Talk:
    """A conversation with one of them alone; `groups` are the keys under which its work is queued."""

    id: UUID
    groups: tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """Some contacts: `ids` are all of them, those merged into others included. Nothing of theirs has a lower id than `since`."""

    ids: tuple[UUID, ...]
    accounts: tuple[Account, ...]
    talks: tuple[Talk, ...]
    since: UUID

    @property
    def channels(self) -> list[UUID]:
        return list({account.channel_id for account in self.accounts})

    @property
    def names(self) -> list[str]:
        """What channels call them."""
        return sorted({account.external_id for account in self.accounts})

    @property
    def conversations(self) -> list[UUID]:
        return [talk.id for talk in self.talks]


def floor(at: datetime) -> UUID:
    """Return the id below all ids made from `at` on (UUIDv7 begins with the time, in milliseconds)."""
    return UUID(int=int(at.timestamp() * 1000) << 80)


async def find(tx: Transaction, contact_ids: Sequence[UUID]) -> People:
    """Return contacts with all that are merged into them; NotFound where one is unknown, Conflict where it is merged away."""
    rows = {UUID(bytes=row["id"].bytes): row for row in await tx.fetch(FAMILIES, contact_ids)}
    for wanted in contact_ids:
        if wanted not in rows:
            raise NotFound(f"no contact {wanted}")
        if into := rows[wanted]["merged_into"]:
            raise Conflict(f"contact {wanted} is merged into {into}: name that one")
    accounts = await tx.fetch(
        "SELECT channel_id, external_id FROM identities WHERE contact_id = ANY($1) ORDER BY id", list(rows)
    )
    talks = await tx.fetch(
        "SELECT id, channel_id, external_id, thread, created_at FROM conversations WHERE contact_id = ANY($1) ORDER BY id",
        list(rows),
    )
    begun = min((row["created_at"] for row in (*rows.values(), *talks)), default=clock.now())
    return People(
        ids=tuple(rows),
        accounts=tuple(Account(**row) for row in accounts),
        talks=tuple(
            Talk(id=row["id"], groups=_groups(row["channel_id"], row["external_id"], row["thread"])) for row in talks
        ),
        since=floor(begun - CLOCKS),
    )


def _groups(channel_id: UUID, external_id: str, thread: str) -> tuple[str, str]:
    group = wire.conversation_group(channel_id, external_id, thread)
    return group, wire.delivery_group(group)


async def spoke_in(
    tx: Transaction, people: People, since: UUID, after: UUID | None = None, limit: int = 100
) -> list[UUID]:
    """Return groups in which they said something after `since`, or were answered, from the one after `after` on."""
    rows = await tx.fetch(SPOKE_IN, people.channels, list(people.ids), since, after or FIRST_ID, limit)
    return [row["id"] for row in rows]
