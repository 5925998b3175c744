"""A tenant's secrets, each sealed under its name."""

from dataclasses import dataclass, field
from datetime import datetime

from frontdesk.core.sealing import Seal
from frontdesk.errors import NotFound
from frontdesk.store.pool import Transaction


@dataclass(frozen=True, slots=True)
class Sealed:
    """A secret as it is kept: who set it when, and what only our keys open."""

    name: str
    changed_by: str
    changed_at: datetime
    sealed: bytes = field(repr=False)

    def opened(self, seal: Seal) -> str | None:
        """Return the value, None where it was sealed under another name; ConfigurationError where no key of ours opens it."""
        return seal.open(self.sealed).get(self.name)


async def put(tx: Transaction, seal: Seal, name: str, value: str, by: str) -> Sealed:
    """Keep a value under a name, instead of the one before."""
    row = await tx.fetchrow(
        """
        INSERT INTO secrets (name, sealed, changed_by) VALUES ($1, $2, $3)
        ON CONFLICT (name) DO UPDATE SET sealed = $2, changed_by = $3, changed_at = now()
        RETURNING name, changed_by, changed_at, sealed
        """,
        name,
        seal.close({name: value}),
        by,
    )
    return Sealed(**row)


async def remove(tx: Transaction, name: str) -> None:
    """Forget a secret; NotFound where there is none of that name."""
    if await tx.execute("DELETE FROM secrets WHERE name = $1", name) == "DELETE 0":
        raise NotFound(f"no secret {name!r}")


async def listed(tx: Transaction) -> list[Sealed]:
    """Return all secrets by name."""
    return [
        Sealed(**row)
        for row in await tx.fetch("SELECT name, changed_by, changed_at, sealed FROM secrets ORDER BY name")
    ]
