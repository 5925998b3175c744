"""The one entry: the bytes a person sent become text, or the honest reason why not."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

from frontdesk.core.exchange import Exchange
from frontdesk.media.conversion import DEMUXERS
from frontdesk.media.kinds import sniffed
from frontdesk.understanding.media import cache, tasks
from frontdesk.understanding.media.cache import Store
from frontdesk.understanding.media.picture import FORMATS
from frontdesk.understanding.media.speech import Heard
from frontdesk.understanding.media.speech import http as provider
from frontdesk.understanding.media.tasks import Found, Task
from frontdesk.understanding.media.values import MediaSettings, Reading, Refused, Speech, Unread
from frontdesk.understanding.media.work import Pool

RECORDINGS = {**DEMUXERS, "video/x-msvideo": "avi"}

Perform = Callable[..., Awaitable[Any]]
"""`Http.perform`: carries out an exchange, each request within `seconds`."""


class Reader:
    """Reads files in a pool's processes, and asks the tenant's speech provider where one is set."""

    def __init__(self, pool: Pool, perform: Perform) -> None:
        self.pool = pool
        self.perform = perform

    async def read(
        self,
        data: bytes,
        mime: str | None,
        kind: str,
        settings: MediaSettings,
        store: Store | None = None,
    ) -> Reading | Unread:
        """Return a file's text. `mime` is the sender's word, `kind` the message's (image, audio, video, document, sticker).

        Never raises for what a file holds. MediaUnavailable (worth a retry) where Frontdesk stops, or can start no child.
        """
        try:
            task = planned(data, mime, kind, settings)
        except Refused as refused:
            return refused.unread
        key = cache.key(data, task.form, settings)
        if store and (kept := cache.load(await store.load(key))):
            return kept
        result = await self._result(task, data)
        if store and cache.lasting(result) and "fallback" not in getattr(result, "notes", ()):
            await store.save(key, cache.dump(result))
        return result

    async def _result(self, task: Task, data: bytes) -> Reading | Unread:
        found = await self.pool.run(task, data)
        if isinstance(found, Found) and found.upload:
            found = await self._heard(task, data, found)
        if isinstance(found, Unread):
            return found
        try:
            return tasks.reading(found, task.limits)
        except Refused as refused:
            return refused.unread

    async def _heard(self, task: Task, data: bytes, found: Found) -> Found | Unread:
        """Return what a child found with what the provider heard; where that fails, what the fallback hears."""
        exchange: Exchange[Heard | Unread] = provider.transcribe(found.upload, task.speech)
        heard: Heard | Unread = await self.perform(exchange, seconds=task.speech.seconds)
        if isinstance(heard, Heard):
            return replace(found, heard=heard, upload=b"")
        if heard.reason == "provider_down" and task.speech.fallback != "none":
            again = await self.pool.run(of_fallback(task), data)
            if isinstance(again, Unread):
                return heard
            notes = (*found.notes, *again.notes, "fallback", heard.detail)
            return replace(again, lines=found.lines, score=found.score, notes=notes)
        if found.lines:
            return replace(found, upload=b"", notes=(*found.notes, f"speech: {heard.detail}"))
        return heard


def of_fallback(task: Task) -> Task:
    """Return a task that hears with the engine for when the provider is away; what stood in the frames is known."""
    speech: Speech = replace(task.speech, engine=task.speech.fallback, fallback="none")
    return replace(task, speech=speech, what="sound")


def planned(data: bytes, mime: str | None, kind: str, settings: MediaSettings) -> Task:
    """Return what is to be done with a file; its bytes decide, the sender's word counts only where they can't tell."""
    if not data:
        raise Refused("empty", "the file has no bytes")
    if len(data) > settings.limits.most_bytes:
        raise Refused("too_large", f"the file has {len(data)} bytes of {settings.limits.most_bytes}")
    found = sniffed(data, mime)
    told = (mime or "").partition(";")[0].strip().lower()
    if kind not in settings.kinds:
        raise Refused("unsupported", f"this tenant's {kind} files are not read")
    if found in FORMATS:
        if not settings.ocr:
            raise Refused("unsupported", "OCR is off")
        return task_of(settings, "picture", found)
    if found not in RECORDINGS:
        claimed = told in FORMATS or told in RECORDINGS
        raise Refused("unreadable" if claimed else "unsupported", f"it is {found}, sent as {told or 'nothing'}")
    if settings.speech.engine == "none" and not settings.ocr:
        raise Refused("unsupported", "neither speech nor OCR is set")
    is_sound = found.startswith("audio/")
    if is_sound and settings.speech.engine == "none":
        raise Refused("unsupported", "no speech engine is set")
    return task_of(settings, "sound" if is_sound else "video", RECORDINGS[found])


def task_of(settings: MediaSettings, what: Any, form: str) -> Task:
    return Task(
        what=what,
        form=form,
        ocr=settings.ocr,
        least_score=settings.least_score,
        speech=settings.speech,
        limits=settings.limits,
    )
