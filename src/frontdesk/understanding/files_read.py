"""The files of one message as text: kept first, then read, each with the reason where it gave none."""

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import structlog

from frontdesk.core.channel import Channel
from frontdesk.core.message import Media, Message
from frontdesk.core.tenant import Tenant
from frontdesk.errors import (
    ChannelUnauthorised,
    DatabaseUnavailable,
    FrontdeskError,
    MediaUnavailable,
    NotFound,
    OperatorNeeded,
    TurnPutOff,
)
from frontdesk.media import Files
from frontdesk.services.media import Keeping
from frontdesk.services.tenants import tenancy
from frontdesk.settings import Settings
from frontdesk.store import attachments, media_texts
from frontdesk.store.attachments import Attachment
from frontdesk.store.conversations import Opened
from frontdesk.store.db import Databases
from frontdesk.understanding.media.places import Places
from frontdesk.understanding.media.reading import Reader
from frontdesk.understanding.media.values import MediaSettings, Reading, Reason, Unread
from frontdesk.understanding.reading_settings import ReadingSettings

log = structlog.get_logger()

PATIENCE = timedelta(seconds=30)
"""How long a message waits for a file that can't be fetched just now; it is answered without it then."""
AGAIN = timedelta(seconds=5)
MOST_FILES = 10
"""Files of one message that are read; the others are kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRead:
    """What one file of a message gave; `number` counts within it, from 0."""

    number: int
    kind: str
    result: Reading | Unread
    milliseconds: float

    @property
    def is_said(self) -> bool:
        """Say whether its words are the contact's own: those of a picture are anybody's."""
        return isinstance(self.result, Reading) and self.result.how != "ocr"

    def record(self) -> dict[str, Any]:
        """Return how it was read, for the turn record: never what it says."""
        shown: dict[str, Any] = {"number": self.number, "kind": self.kind, "milliseconds": self.milliseconds}
        if isinstance(self.result, Unread):
            return shown | {"unread": self.result.reason, "detail": self.result.detail[:200]}
        how = {name: getattr(self.result, name) for name in ("how", "language", "seconds", "confidence")}
        return shown | how | ({"notes": list(self.result.notes)} if self.result.notes else {})


@dataclass(frozen=True, slots=True, kw_only=True)
class FilesRead:
    """A message's files, in order; `is_kept` says that nothing is left to do about keeping them."""

    files: Sequence[FileRead] = ()
    is_kept: bool = False

    @property
    def unread(self) -> str | None:
        """The phrase that says why the first of them gave no text."""
        return next((file.result.words for file in self.files if isinstance(file.result, Unread)), None)


NONE_READ = FilesRead()


class Store:
    """Results kept in one tenant's table."""

    def __init__(self, databases: Databases, tenant: Tenant) -> None:
        self.databases = databases
        self.tenant = tenant

    async def load(self, key: str) -> str | None:
        async with self.databases.tenant(tenancy(self.tenant), durable=False) as tx:
            return await media_texts.load(tx, key)

    async def save(self, key: str, result: str) -> None:
        async with self.databases.tenant(tenancy(self.tenant), durable=False) as tx:
            await media_texts.save(tx, key, result)


class FilesReading:
    """Reads the files of one tenant's messages."""

    def __init__(
        self,
        tenant: Tenant,
        settings: Settings,
        databases: Databases,
        keeping: Keeping,
        files: Files,
        reader: Reader,
        places: Places,
        settings_of: ReadingSettings,
    ) -> None:
        self.tenant = tenant
        self.settings = settings
        self.databases = databases
        self.keeping = keeping
        self.files = files
        self.reader = reader
        self.places = places
        self.settings_of = settings_of
        self.store = Store(databases, tenant)

    async def read(self, channel: Channel, event: Message, opened: Opened) -> FilesRead:
        """Keep a message's files and read those of the kinds the tenant has read, all within one deadline.

        TurnPutOff where there is no room now, or a file may come yet. After PATIENCE the message goes on without it.
        """
        kinds = self.tenant.settings.reading.kinds
        wanted = [(number, media) for number, media in enumerate(event.media) if kind_of(media) in kinds]
        if not wanted or opened.message_id is None or event.press:
            return NONE_READ
        with self.places.one(self.tenant.code, opened.message_id):
            found, is_kept = await self._kept(channel, event, opened.message_id)
            settings = await self.settings_of.contact(opened.contact.language)
            until = asyncio.get_running_loop().time() + self.settings.read_seconds
            read = [
                await self._one(number, media, found.get(number), settings, until, opened.message_id)
                for number, media in wanted[:MOST_FILES]
            ]
        return FilesRead(files=read, is_kept=is_kept)

    async def _kept(self, channel: Channel, event: Message, message_id: UUID) -> tuple[Mapping[int, Attachment], bool]:
        """Return the message's files by number, and whether each of them is settled."""
        try:
            return dict(enumerate(await self.keeping.keep(self.tenant, channel, message_id, event))), True
        except DatabaseUnavailable:
            raise
        except FrontdeskError as error:
            if not (error.retryable or isinstance(error, ChannelUnauthorised | OperatorNeeded)):
                raise
            self._wait_for(message_id, f"a file can't be fetched yet: {error}")
        async with self.databases.tenant(tenancy(self.tenant), durable=False) as tx:
            return await attachments.of_message(tx, message_id), False

    def _wait_for(self, message_id: UUID, reason: str) -> None:
        """Raise TurnPutOff while the message is young."""
        if time.time() - stored_at(message_id) < PATIENCE.total_seconds():
            raise TurnPutOff(reason, AGAIN)
        log.warning("message_goes_on_without_file", reason=reason)

    async def _one(
        self,
        number: int,
        media: Media,
        kept: Attachment | None,
        settings: MediaSettings,
        until: float,
        message_id: UUID,
    ) -> FileRead:
        started = time.perf_counter()
        try:
            async with asyncio.timeout_at(until):
                result = await self._result(media, kept, settings)
        except TimeoutError:
            result = Unread("timeout", f"not read within {self.settings.read_seconds:g} s")
        except MediaUnavailable as error:
            if self.reader.pool.closed:
                raise
            self._wait_for(message_id, str(error))
            result = Unread("provider_down", str(error))
        taken = round((time.perf_counter() - started) * 1000, 1)
        return FileRead(number=number, kind=kind_of(media), result=result, milliseconds=taken)

    async def _result(self, media: Media, kept: Attachment | None, settings: MediaSettings) -> Reading | Unread:
        if kept is None or kept.status != "kept" or kept.file_id is None:
            return self._missing(media, kept)
        try:
            data = await self.files.read(self.tenant.code, kept.file_id)
        except NotFound as error:
            return Unread("unreadable", str(error))
        return await self.reader.read(data, media.mime or kept.mime, kind_of(media), settings, self.store)

    def _missing(self, media: Media, kept: Attachment | None) -> Unread:
        """Return why a file is not here, in the words there are for that."""
        detail = (kept and kept.error) or "the file could not be fetched"
        if kept is None or kept.status != "refused":
            return Unread("unreadable", detail)
        size = kept.size or media.size or 0
        reason: Reason = "too_large" if size > self.keeping.most_bytes(self.tenant) else "unsupported"
        return Unread(reason, detail)


def kind_of(media: Media) -> str:
    """Return the kind of a file as settings name it."""
    return "voice" if media.voice else "animation" if media.animation else media.type


def stored_at(message_id: UUID) -> float:
    """Return when a message came, by its id (UUIDv7), in seconds since 1970."""
    return (message_id.int >> 80) / 1000
