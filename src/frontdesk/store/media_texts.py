"""What a tenant's files were read as, by what they hold and what read them (understanding/media/cache.py)."""

from frontdesk.store.pool import Transaction


async def load(tx: Transaction, key: str) -> str | None:
    """Return a kept result, None where there is none."""
    found: str | None = await tx.fetchval("SELECT result FROM media_texts WHERE key = $1", key)
    return found


async def save(tx: Transaction, key: str, result: str) -> None:
    """Keep a result; one that is there already stays."""
    await tx.execute("INSERT INTO media_texts (key, result) VALUES ($1, $2) ON CONFLICT (key) DO NOTHING", key, result)
