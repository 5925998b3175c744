"""Links to calendars of reminders: known by the hash of their secret, revoked one by one."""

import hmac
from uuid import UUID

import asyncpg

from frontdesk.core.sealing import digest, new_token
from frontdesk.errors import Conflict, NotFound
from frontdesk.store.pool import LAST_ID, Transaction

MOST_LINKS = 20
"""Links in force one contact can have at a time."""
SHOWN = "id, contact_id, name, made_by, created_at, revoked_at, revoked_by, opened_on"

MAKE = f"""
INSERT INTO calendar_links (contact_id, token_hash, name, made_by) SELECT id, $2, $3, $4 FROM contacts WHERE id = $1
RETURNING {SHOWN}
"""
LISTED = f"""
SELECT {SHOWN} FROM calendar_links WHERE contact_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3
"""
REVOKE = f"""
UPDATE calendar_links SET revoked_at = coalesce(revoked_at, now()), revoked_by = coalesce(revoked_by, $2) WHERE id = $1
RETURNING {SHOWN}
"""
# Said once a day, so that a program that asks every five minutes writes nothing.
OPENED = "UPDATE calendar_links SET opened_on = current_date WHERE id = $1 AND opened_on IS DISTINCT FROM current_date"


async def make(tx: Transaction, contact_id: UUID, name: str | None, made_by: str) -> tuple[asyncpg.Record, str]:
    """Make a link and return it with its secret, which is never shown again.

    NotFound where there is no such contact, Conflict where it has very many links in force.
    """
    await tx.execute("SELECT true FROM contacts WHERE id = $1 FOR UPDATE", contact_id)
    there = await tx.fetchval(
        "SELECT count(*) FROM calendar_links WHERE contact_id = $1 AND revoked_at IS NULL", contact_id
    )
    if there >= MOST_LINKS:
        raise Conflict(f"contact {contact_id} has {there} calendar links: revoke one first")
    secret = new_token()
    row = await tx.fetchrow(MAKE, contact_id, digest(secret), name, made_by)
    if row is None:
        raise NotFound(f"no contact {contact_id}")
    return row, secret


async def renew(tx: Transaction, link_id: UUID, actor: str) -> tuple[asyncpg.Record, str]:
    """Revoke a link and return the one that takes its place, with its secret.

    NotFound where there is none, Conflict where it has ended: asked twice, the second gets no third.
    """
    before = await tx.fetchrow("SELECT * FROM calendar_links WHERE id = $1 FOR UPDATE", link_id)
    if before and before["revoked_at"]:
        raise Conflict(f"calendar link {link_id} was revoked: make a new one")
    await revoke(tx, link_id, actor)
    return await make(tx, before["contact_id"], before["name"], actor)


async def revoke(tx: Transaction, link_id: UUID, actor: str) -> asyncpg.Record:
    """End a link at once, and return it; one that has ended stays as it is. NotFound where there is none."""
    row = await tx.fetchrow(REVOKE, link_id, actor)
    if row is None:
        raise NotFound(f"no calendar link {link_id}")
    return row


async def listed(tx: Transaction, contact_id: UUID, before: UUID | None, limit: int) -> list[asyncpg.Record]:
    """Return a contact's links, the newest first, those that have ended too."""
    return list(await tx.fetch(LISTED, contact_id, before or LAST_ID, limit))


async def opened(tx: Transaction, link_id: UUID, secret: str) -> UUID | None:
    """Return whose calendar a link opens; None where the secret is not its own, or it has ended."""
    row = await tx.fetchrow("SELECT contact_id, token_hash, revoked_at FROM calendar_links WHERE id = $1", link_id)
    wanted = row["token_hash"] if row else bytes(32)
    if not hmac.compare_digest(digest(secret), wanted) or row is None or row["revoked_at"]:
        return None
    await tx.execute(OPENED, link_id)
    return UUID(bytes=row["contact_id"].bytes)
