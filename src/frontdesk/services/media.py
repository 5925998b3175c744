"""Inbound media: each file fetched once, checked, kept, and served from what is kept."""

import asyncio
import contextlib
import hashlib
import mimetypes
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import structlog

from frontdesk import channels, queue
from frontdesk.channels import adapter
from frontdesk.core import wire
from frontdesk.core.channel import Channel, Download
from frontdesk.core.message import Media, Message
from frontdesk.core.tenant import Tenant
from frontdesk.core.wording import storable
from frontdesk.errors import (
    AddressRefused,
    ChannelUnauthorised,
    ChannelUnreachable,
    DatabaseUnavailable,
    DeliveryError,
    DeliveryRejected,
    FrontdeskError,
    NotFound,
    OperatorNeeded,
)
from frontdesk.http import Http
from frontdesk.media import Files
from frontdesk.media.kinds import clean_name, sniffed
from frontdesk.queue import Work
from frontdesk.services.tenants import Directory, tenancy
from frontdesk.settings import Settings
from frontdesk.store import attachments, messages
from frontdesk.store.attachments import Attachment
from frontdesk.store.db import Databases

log = structlog.get_logger()

AT_ONCE = 8
"""Files one process fetches at a time: each is held in memory."""
LOOK_AGAIN_SECONDS = 0.2
GRACE = timedelta(seconds=10)
"""What storing may take after the fetching, before somebody else may begin anew."""


class Keeping:
    """Keeps the files of inbound messages: whoever comes first fetches a file, the others wait for it."""

    def __init__(
        self, settings: Settings, databases: Databases, directory: Directory, http: Http, files: Files
    ) -> None:
        self.settings = settings
        self.databases = databases
        self.directory = directory
        self.http = http
        self.files = files
        self.free = asyncio.Semaphore(AT_ONCE)

    async def work(self, work: Work) -> None:
        """Keep the files of the message that a piece of work names, and finish it; failures worth a retry are raised."""
        brought = wire.load_media(work.payload)
        tenant = await self.directory.tenant(work.tenant)
        with contextlib.suppress(NotFound):
            event, channel = await self._message(tenant, brought.message_id)
            await self.keep(tenant, channel, brought.message_id, event)
        async with self.databases.tenant(tenancy(tenant)) as tx:
            await queue.done(tx, work)

    async def keep(self, tenant: Tenant, channel: Channel, message_id: UUID, event: Message) -> list[Attachment]:
        """Return a message's files, kept or with the words why not; may be repeated.

        An error worth a retry is raised once every file had its chance.
        """
        found: list[Attachment] = []
        late: FrontdeskError | None = None
        for number, media in enumerate(event.media):
            try:
                found.append(await self._one(tenant, channel, message_id, number, media))
            except FrontdeskError as error:
                late = late or error
        if late:
            raise late
        return found

    async def read(self, tenant: Tenant, message_id: UUID, number: int) -> Download:
        """Return a file of a message, fetched now where it is not kept yet; NotFound and DeliveryError say why not."""
        event, channel = await self._message(tenant, message_id)
        if not 0 <= number < len(event.media):
            raise NotFound(f"message {message_id} has no attachment {number}")
        for _ in range(2):
            found = await self._one(tenant, channel, message_id, number, event.media[number])
            if found.status == "expired":
                raise NotFound(f"attachment {number} of message {message_id} was deleted when its time was over")
            if found.status != "kept" or found.file_id is None:
                raise DeliveryRejected(found.error or "the file could not be kept")
            try:
                return Download(
                    data=await self.files.read(tenant.code, found.file_id), mime=found.mime, filename=found.filename
                )
            except NotFound:  # lost with a disk, perhaps: the provider may still have it
                async with self.databases.tenant(tenancy(tenant)) as tx:
                    await attachments.reopen(tx, found.id)
        raise NotFound(f"attachment {number} of message {message_id} is gone")

    async def _message(self, tenant: Tenant, message_id: UUID) -> tuple[Message, Channel]:
        async with self.databases.tenant(tenancy(tenant), durable=False) as tx:
            row = await messages.load(tx, message_id)
        event = wire.load_event(row["content"]) if row["direction"] == "inbound" else None
        if not isinstance(event, Message):
            raise NotFound(f"message {message_id} brought no files")
        return event, await self.directory.channel(tenant, row["channel_id"])

    async def _one(self, tenant: Tenant, channel: Channel, message_id: UUID, number: int, media: Media) -> Attachment:
        patience = timedelta(seconds=self.settings.media_seconds) + GRACE
        while True:
            async with self.free:
                async with self.databases.tenant(tenancy(tenant)) as tx:
                    found, ours = await attachments.claim(tx, channel.id, message_id, number, patience)
                if ours:
                    return await self._claimed(tenant, channel, found, media)
            if found.status != "pending":
                return found
            await asyncio.sleep(LOOK_AGAIN_SECONDS)

    async def _claimed(self, tenant: Tenant, channel: Channel, found: Attachment, media: Media) -> Attachment:
        try:
            settled = await self._fetched(tenant, channel, found, media)
        except BaseException as error:
            await self._give_back(tenant, found, error)
            raise
        if settled.status == "kept":
            await self._tell(channel, media)
        return settled

    async def _fetched(self, tenant: Tenant, channel: Channel, claimed: Attachment, media: Media) -> Attachment:
        """Fetch a claimed file and store what became of it."""
        named = _described(claimed, media, Download(data=b"", mime=media.mime))
        if refused := self._refusal(tenant, media.size or 0):
            return await self._settle(tenant, replace(named, status="refused", error=refused))
        try:
            download = await self._download(channel, media)
        except AddressRefused as error:
            return await self._settle(tenant, replace(named, status="refused", error=str(error)))
        except (ChannelUnauthorised, OperatorNeeded):
            raise  # the channel can be mended, and the file fetched then
        except (DeliveryError, NotFound) as error:
            if error.retryable:
                raise
            return await self._settle(tenant, replace(named, status="failed", error=str(error)[:500]))
        named = _described(claimed, media, download)
        if refused := self._refusal(tenant, len(download.data), named.mime):
            return await self._settle(tenant, replace(named, status="refused", error=refused))
        return await self._store(tenant, named, download.data)

    async def _download(self, channel: Channel, media: Media) -> Download:
        seconds = self.settings.media_seconds
        try:
            async with asyncio.timeout(seconds):
                return await self.http.perform(adapter(channel.kind).fetch(media, channel), seconds=seconds)
        except TimeoutError:
            raise ChannelUnreachable(f"the file did not come within {seconds:g} s") from None

    def most_bytes(self, tenant: Tenant) -> int:
        """Return the size of the largest file that is kept for a tenant."""
        return min(self.settings.max_media_bytes, tenant.settings.media.max_bytes or self.settings.max_media_bytes)

    def _refusal(self, tenant: Tenant, size: int, mime: str | None = None) -> str | None:
        """Return why a file is not taken, if it is not."""
        given, most = tenant.settings.media, self.most_bytes(tenant)
        if size > most:
            return f"the file has {size} bytes; at most {most} are kept"
        if mime is not None and not given.takes(mime):
            return f"files of type {mime} are not kept"
        return None

    async def _store(self, tenant: Tenant, named: Attachment, data: bytes) -> Attachment:
        """Keep the bytes, or take over those of a file that has the same."""
        digest = await asyncio.to_thread(lambda: hashlib.sha256(data).digest())
        kept = replace(named, status="kept", error=None, size=len(data), sha256=digest)
        async with self.databases.tenant(tenancy(tenant)) as tx:
            shared = await attachments.same_bytes(tx, digest)
            if shared and await self.files.holds(tenant.code, shared):
                kept = replace(kept, file_id=shared)
                await attachments.settle(tx, kept)
                return kept
        await self.files.keep(tenant.code, named.id, data)
        return await self._settle(tenant, replace(kept, file_id=named.id), ours=named.id)

    async def _settle(self, tenant: Tenant, attachment: Attachment, ours: UUID | None = None) -> Attachment:
        """Store what became of a file; where its message was erased meanwhile, the bytes just kept go as well."""
        async with self.databases.tenant(tenancy(tenant)) as tx:
            known = await attachments.settle(tx, attachment)
        if not known and ours:
            await self.files.remove(tenant.code, [ours])
        if attachment.status != "kept":
            log.info("media_not_kept", status=attachment.status, reason=attachment.error)
        return attachment

    async def _give_back(self, tenant: Tenant, claimed: Attachment, error: BaseException) -> None:
        words = str(error)[:500] if isinstance(error, FrontdeskError) else type(error).__name__
        with contextlib.suppress(DatabaseUnavailable):
            async with self.databases.tenant(tenancy(tenant)) as tx:
                await attachments.release(tx, claimed.id, words)

    async def _tell(self, channel: Channel, media: Media) -> None:
        """Let the provider know; what it says to that changes nothing."""
        try:
            await self.http.perform(channels.kept(media, channel))
        except DeliveryError as error:
            log.warning("media_kept_not_told", channel=channel.name, code=error.code, error=str(error))


def _described(claimed: Attachment, media: Media, download: Download) -> Attachment:
    """Return a row with type and name filled in: what the bytes are, where there are any."""
    mime = sniffed(download.data, download.mime or media.mime) if download.data else (media.mime or "")[:100]
    name = f"{media.type}{mimetypes.guess_extension(mime) or ''}"
    size = len(download.data) or media.size or claimed.size
    named = clean_name(media.filename or download.filename, name)
    return replace(claimed, mime=storable(mime), filename=named, size=size)
