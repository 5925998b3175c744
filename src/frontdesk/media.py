"""Files of ours, kept in the data directory: what web chat visitors send."""

import asyncio
from dataclasses import replace
from pathlib import Path
from uuid import UUID

from frontdesk.core.content import Outbound
from frontdesk.core.tenant import checked_code
from frontdesk.errors import NotFound


class Files:
    """One folder a tenant; names are ids, so nothing of what a visitor typed reaches the file system."""

    def __init__(self, home: Path) -> None:
        self.home = home / "media"

    def _path(self, tenant: str, file_id: UUID) -> Path:
        return self.home / checked_code(tenant) / file_id.hex[-2:] / file_id.hex

    async def keep(self, tenant: str, file_id: UUID, data: bytes) -> None:
        """Write a file whole or not at all."""
        await asyncio.to_thread(_write, self._path(tenant, file_id), data)

    async def attached(self, tenant: str, outbound: Outbound) -> Outbound:
        """Return the message with the bytes of its stored files filled in."""
        if not any(media.stored for media in outbound.content.media):
            return outbound
        media = [
            replace(item, data=await self.read(tenant, UUID(item.stored))) if item.stored else item
            for item in outbound.content.media
        ]
        return replace(outbound, content=replace(outbound.content, media=tuple(media)))

    async def read(self, tenant: str, file_id: UUID) -> bytes:
        """Return a file's bytes; NotFound where it is gone."""
        try:
            return await asyncio.to_thread(self._path(tenant, file_id).read_bytes)
        except FileNotFoundError:
            raise NotFound(f"file {file_id} is gone") from None


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    part = path.with_suffix(".part")
    part.write_bytes(data)
    part.replace(path)
