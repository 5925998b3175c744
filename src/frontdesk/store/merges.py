"""Two contacts made one on somebody's word, and told apart again exactly.

Contacts form trees by `merged_into`; the one at the top has the identities and conversations of all. Merges and
unmerges of a tenant happen one after the other.
"""

import json
from collections.abc import Iterable
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg

from frontdesk.core.merging import Profile, combined, consent_changed, settled
from frontdesk.errors import Conflict, InvalidInput, NotFound
from frontdesk.store.identities import MERGES
from frontdesk.store.pool import Transaction

TREE = """
WITH RECURSIVE tree AS (
    SELECT id FROM contacts WHERE id = ANY($1::uuid[])
    UNION SELECT c.id FROM contacts c JOIN tree ON c.merged_into = tree.id
)
SELECT id, name, language, time_zone, fields, opted_out_at, own, merged_into FROM contacts WHERE id IN (SELECT id FROM tree)
ORDER BY id FOR UPDATE
"""

ABOVE = """
WITH RECURSIVE above AS (
    SELECT id, merged_into, 0 AS height FROM contacts WHERE id = $1
    UNION ALL SELECT c.id, c.merged_into, height + 1 FROM contacts c JOIN above ON c.id = above.merged_into
)
SELECT id FROM above ORDER BY height
"""

# A turn under way in one of the conversations loses against the new version, and is taken again.
GO_OVER = """
WITH gone AS (
    UPDATE identities SET own_contact_id = coalesce(own_contact_id, contact_id), contact_id = $2 WHERE contact_id = $1 RETURNING id
), moved AS (
    UPDATE conversations SET own_contact_id = coalesce(own_contact_id, contact_id), contact_id = $2, version = version + 1
    WHERE contact_id = $1 RETURNING id
)
INSERT INTO contact_merges (contact_id, into_id, merged_by, identities, conversations)
SELECT $1, $2, $3, ARRAY(SELECT id FROM gone), ARRAY(SELECT id FROM moved)
"""

COME_BACK = """
WITH back AS (
    UPDATE identities SET contact_id = $1, own_contact_id = nullif(coalesce(own_contact_id, contact_id), $1)
    WHERE contact_id = $2 AND coalesce(own_contact_id, contact_id) = ANY($3::uuid[])
), moved AS (
    UPDATE conversations SET contact_id = $1, own_contact_id = nullif(coalesce(own_contact_id, contact_id), $1),
           version = version + 1
    WHERE contact_id = $2 AND coalesce(own_contact_id, contact_id) = ANY($3::uuid[])
)
UPDATE contact_merges SET unmerged_by = $4, unmerged_at = now() WHERE contact_id = $1 AND unmerged_at IS NULL
"""

WRITE = """
UPDATE contacts SET name = $2, language = $3, fields = $4, opted_out_at = $5, own = $6, merged_into = $7, time_zone = $8,
       merged_at = CASE WHEN $7::uuid IS NULL THEN NULL ELSE coalesce(merged_at, clock_timestamp()) END
WHERE id = $1
"""


class Member:
    """One contact of a tree. `own` is None while nobody is merged into it."""

    def __init__(self, row: asyncpg.Record) -> None:
        self.id = _uuid(row["id"])
        self.into = row["merged_into"] and _uuid(row["merged_into"])
        self.now = Profile(
            name=row["name"],
            language=row["language"],
            time_zone=row["time_zone"],
            fields=json.loads(row["fields"]),
            opted_out_at=row["opted_out_at"],
        )
        self.own = _read(json.loads(row["own"])) if row["own"] else None
        self.merged: list[Member] = []

    def profiles(self) -> list[Profile]:
        return [member.now for member in self.merged]

    def settle(self) -> None:
        """Make what changed since the last merge this contact's own; consent is that of everybody merged."""
        if self.own is None:
            return
        changed = consent_changed(self.own, self.now, self.profiles())
        self.own = settled(self.own, self.now, self.profiles())
        if changed:
            for member in self.merged:
                member.consent(self.now.opted_out_at)

    def consent(self, opted_out_at: datetime | None) -> None:
        """Take over an opt-out or opt-in said for all."""
        self.settle()
        self.now = replace(self.now, opted_out_at=opted_out_at)
        self.own = self.own and replace(self.own, opted_out_at=opted_out_at)
        for member in self.merged:
            member.consent(opted_out_at)

    def combine(self) -> None:
        """Fill the profile anew from those who are merged now."""
        own = self.own or self.now
        self.now = combined(own, self.profiles())
        self.own = own if self.merged else None

    def all(self) -> "Iterable[Member]":
        yield self
        for member in self.merged:
            yield from member.all()


async def merge(tx: Transaction, contact_id: UUID, into_id: UUID, actor: str) -> None:
    """Make a contact part of another, with all identities and conversations.

    InvalidInput into itself, NotFound where one is unknown, Conflict where one is merged away already.
    """
    if contact_id == into_id:
        raise InvalidInput(f"contact {contact_id} can't be merged into itself")
    await _lock(tx)
    members = await _tree(tx, contact_id, into_id)
    for wanted in (contact_id, into_id):
        if wanted not in members:
            raise NotFound(f"no contact {wanted}")
        if other := members[wanted].into:
            raise Conflict(f"contact {wanted} is merged into {other}: unmerge it first, or name that one")
    contact, into = members[contact_id], members[into_id]
    into.settle()
    into.own = into.own or into.now
    into.merged.append(contact)
    into.combine()
    contact.into = into_id
    await _write(tx, into.all())
    await tx.execute(GO_OVER, contact_id, into_id, actor)


async def unmerge(tx: Transaction, contact_id: UUID, actor: str) -> None:
    """Give a merged contact back what it would have without the merge, with what came since by its identities.

    What was merged into it before stays with it. NotFound where there is none, Conflict where it is not merged.
    """
    await _lock(tx)
    above = [_uuid(row["id"]) for row in await tx.fetch(ABOVE, contact_id)]
    if not above:
        raise NotFound(f"no contact {contact_id}")
    if len(above) == 1:
        raise Conflict(f"contact {contact_id} is not merged into another")
    members = await _tree(tx, above[-1])
    contact, path = members[contact_id], [members[ancestor] for ancestor in above[1:]]
    for ancestor in reversed(path):
        ancestor.settle()
    path[0].merged.remove(contact)
    contact.into = None
    for ancestor in path:
        ancestor.combine()
    await _write(tx, [*path[-1].all(), *contact.all()])
    await tx.execute(COME_BACK, contact_id, above[-1], [member.id for member in contact.all()], actor)


async def _lock(tx: Transaction) -> None:
    await tx.execute(f"SELECT pg_advisory_xact_lock({MERGES})")


async def _tree(tx: Transaction, *tops: UUID) -> dict[UUID, Member]:
    """Return the contacts with all that is merged into them, the earliest merge first, locked in the order of their ids."""
    members = {member.id: member for member in map(Member, await tx.fetch(TREE, tops))}
    order = await tx.fetch(
        "SELECT id, merged_into FROM contacts WHERE merged_into = ANY($1) ORDER BY merged_at, id", [*members]
    )
    for row in order:
        members[_uuid(row["merged_into"])].merged.append(members[_uuid(row["id"])])
    return members


async def _write(tx: Transaction, members: Iterable[Member]) -> None:
    for member in members:
        now, own = member.now, member.own and _written(member.own)
        fields = json.dumps(now.fields)
        arguments = (member.id, now.name, now.language, fields, now.opted_out_at, own, member.into, now.time_zone)
        await tx.execute(WRITE, *arguments)


def _read(document: dict[str, Any]) -> Profile:
    at = document.pop("opted_out_at")
    return Profile(**document, opted_out_at=at and datetime.fromisoformat(at))


def _written(profile: Profile) -> str:
    at = profile.opted_out_at
    return json.dumps({**asdict(profile), "opted_out_at": at and at.isoformat()})


def _uuid(value: UUID) -> UUID:
    """Return an id as Python's own class, which compares and hashes like those of requests."""
    return UUID(bytes=value.bytes)
