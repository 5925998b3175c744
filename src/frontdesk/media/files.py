"""Bytes of media, kept by tenant and id: what contacts sent, what visitors uploaded."""

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

import obstore
from obstore.exceptions import BaseError
from obstore.store import LocalStore, ObjectStore

from frontdesk.core.content import Outbound, OutboundMedia
from frontdesk.core.tenant import checked_code
from frontdesk.errors import ChannelUnreachable, DeliveryRejected, MediaUnavailable, NotFound
from frontdesk.media.places import place

if TYPE_CHECKING:
    from obstore import GetResult

CHUNK_BYTES = 256 * 1024


class Files:
    """One folder a tenant; names are ids, so nothing of what a stranger typed reaches the store."""

    def __init__(self, data_dir: Path, url: str = "") -> None:
        self.store: ObjectStore = place(url, data_dir / "media")

    async def keep(self, tenant: str, file_id: UUID, data: bytes) -> None:
        """Write a file whole or not at all; once this returns it is on disk, or with the bucket's server."""
        path = _path(tenant, file_id)
        with _translated(file_id, writing=True):
            await obstore.put_async(self.store, path, data)
            if isinstance(self.store, LocalStore):
                await asyncio.to_thread(_settle, Path(self.store.prefix or "/") / path)

    async def read(self, tenant: str, file_id: UUID) -> bytes:
        """Return a file's bytes; NotFound where it is gone, MediaUnavailable where the store does not answer."""
        with _translated(file_id):
            found = await obstore.get_async(self.store, _path(tenant, file_id))
            return bytes(await found.bytes_async())

    async def open(self, tenant: str, file_id: UUID, start: int, end: int) -> AsyncIterator[bytes]:
        """Return an iterator over a file's bytes from `start` up to `end`, not included; NotFound is raised at once."""
        with _translated(file_id):
            found = await obstore.get_async(self.store, _path(tenant, file_id), options={"range": (start, end)})
        return _chunks(found, file_id)

    async def holds(self, tenant: str, file_id: UUID) -> bool:
        """Say whether a file is there."""
        try:
            with _translated(file_id):
                await obstore.head_async(self.store, _path(tenant, file_id))
        except NotFound:
            return False
        return True

    async def remove(self, tenant: str, file_ids: Sequence[UUID]) -> None:
        """Delete files; those that are gone already are none the worse."""
        for file_id in file_ids:
            with contextlib.suppress(NotFound), _translated(file_id):
                await obstore.delete_async(self.store, _path(tenant, file_id))

    async def attached(self, tenant: str, outbound: Outbound) -> Outbound:
        """Return the message with the bytes of its stored files filled in; a DeliveryError where one can't be read."""
        content = outbound.content
        if content.template and content.template.header:
            header = await self._filled(tenant, content.template.header)
            content = replace(content, template=replace(content.template, header=header))
        if content.media:
            content = replace(content, media=tuple([await self._filled(tenant, item) for item in content.media]))
        return replace(outbound, content=content)

    async def _filled(self, tenant: str, media: OutboundMedia) -> OutboundMedia:
        if not media.stored:
            return media
        try:
            return replace(media, data=await self.read(tenant, UUID(media.stored)))
        except (NotFound, ValueError):
            raise DeliveryRejected(f"file {media.stored[:40]} is gone: send the message anew with another") from None
        except MediaUnavailable as error:
            raise ChannelUnreachable(str(error)) from None


async def _chunks(found: "GetResult", file_id: UUID) -> AsyncIterator[bytes]:
    with _translated(file_id):
        async for chunk in found.stream(CHUNK_BYTES):
            yield bytes(chunk)


def _path(tenant: str, file_id: UUID) -> str:
    return f"{checked_code(tenant)}/{file_id.hex[-2:]}/{file_id.hex}"


@contextlib.contextmanager
def _translated(file_id: UUID, *, writing: bool = False) -> Iterator[None]:
    """Turn what the store raises into errors of ours: its own words may hold addresses and names of keys."""
    try:
        yield
    except (BaseError, OSError) as error:
        if isinstance(error, FileNotFoundError) and not writing:  # where one is written, the bucket is missing
            raise NotFound(f"file {file_id} is gone") from None
        raise MediaUnavailable(
            f"the media store does not take or give file {file_id}: {type(error).__name__}"
        ) from None


def _settle(path: Path) -> None:
    """Have a written file and its name on disk: a row is about to say that it is there."""
    for each in (path, path.parent):
        descriptor = os.open(each, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
