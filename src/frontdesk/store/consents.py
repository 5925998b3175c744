"""What contacts agreed to: every answer with its evidence, and what counts by now."""

from uuid import UUID

import asyncpg

from frontdesk.core.agreement import AskPrivacy, ConsentEffect, RecordConsent
from frontdesk.core.wire import Wish
from frontdesk.store import wishes
from frontdesk.store.pool import Transaction

# An answer given while two contacts are merged counts for both: it is the same person's.
RECORD = """
WITH RECURSIVE up AS (
    SELECT id, merged_into FROM contacts WHERE id = $1
    UNION SELECT c.id, c.merged_into FROM contacts c JOIN up ON c.id = up.merged_into
), own AS (
    SELECT coalesce((SELECT own_contact_id FROM conversations WHERE id = $6), $1) AS id
), kept AS (
    INSERT INTO consents (contact_id, version, language, given, message_id, channel_id, policy, answered_by)
    SELECT id, $2, $3, $4, $5, (SELECT channel_id FROM conversations WHERE id = $6), $8, $9 FROM own
)
UPDATE contacts SET consent_version = $2, consent_given = $4, name = CASE WHEN $4 THEN coalesce(name, $7) ELSE name END
WHERE id IN (SELECT id FROM up WHERE merged_into IS NULL UNION SELECT id FROM own)
"""
LISTED = """
WITH RECURSIVE family AS (
    SELECT id FROM contacts WHERE id = $1 UNION SELECT c.id FROM contacts c JOIN family ON c.merged_into = family.id
)
SELECT id, version, language, given, message_id, channel_id, policy, answered_by, at FROM consents
WHERE contact_id IN (SELECT id FROM family)
ORDER BY id DESC LIMIT $2
"""


async def apply(tx: Transaction, effect: ConsentEffect, conversation_id: UUID, contact_id: UUID) -> None:
    """Keep an answer, and let it count; or queue what a contact wants done with what there is of them."""
    match effect:
        case RecordConsent():
            answer = (effect.version, effect.language, effect.given, effect.message_id)
            shown = (effect.policy, effect.by)
            await tx.execute(RECORD, contact_id, *answer, conversation_id, effect.name, *shown)
        case AskPrivacy(wants=wants):
            await wishes.add(tx, Wish(contact_id=contact_id, conversation_id=conversation_id, wants=wants))


async def listed(tx: Transaction, contact_id: UUID, limit: int) -> list[asyncpg.Record]:
    """Return a contact's answers, with those of contacts merged into it, the latest first."""
    return list(await tx.fetch(LISTED, contact_id, limit))
