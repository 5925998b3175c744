"""What is heard in a message before anybody answers it: files, language, translation, intent, entities."""

import asyncio
from collections.abc import Mapping

from frontdesk.channels import adapter
from frontdesk.core import clock
from frontdesk.core.addressing import is_named, is_ours
from frontdesk.core.agreement import standing
from frontdesk.core.channel import Channel
from frontdesk.core.entities import Entity
from frontdesk.core.intents import Intent
from frontdesk.core.message import Happening, Message, Reaction
from frontdesk.core.tenant import Tenant
from frontdesk.store.conversations import Opened
from frontdesk.understanding import entities
from frontdesk.understanding.files_read import NONE_READ, FilesRead, FilesReading
from frontdesk.understanding.heard import Heard, Part, Steps
from frontdesk.understanding.interpreting import Interpreter
from frontdesk.understanding.language import Decision
from frontdesk.understanding.media.values import Reading
from frontdesk.understanding.recognition import Recognised, Recognition
from frontdesk.understanding.tone import Tones

NOTHING_RECOGNISED = Recognised()


class Hearing:
    """Hears for one tenant, as its settings have it."""

    def __init__(
        self, tenant: Tenant, files: FilesReading, interpreter: Interpreter, recognition: Recognition, tones: Tones
    ) -> None:
        self.tenant = tenant
        self.tones = tones
        self.files = files
        self.interpreter = interpreter
        self.recognition = recognition

    async def hear(self, channel: Channel, event: Message | Reaction | Happening, text: str, opened: Opened) -> Heard:
        """Return what an event says; `text` is what was written, or what a press stands for.

        Of what is said in a group, and not to us, only the language is found. TurnPutOff where a file can't be read now.
        """
        if not isinstance(event, Message):
            return Heard(text=text)
        steps, known, to_us = Steps(), opened.contact.language, _is_to_us(channel, event, opened)
        if standing(opened.contact.consent, self.tenant.settings.consent) != "given":
            return await self._unagreed(event, text, known, steps)
        files = await self._files(channel, event, opened, steps) if to_us and event.media else NONE_READ
        parts = _parts(text, files)
        whole = "\n".join(part.text for part in parts)
        decided = await self.interpreter.language(event, parts, known, steps)
        command = self.interpreter.is_command(event, whole, decided, known)
        working: str | None = None
        recognised, found = NOTHING_RECOGNISED, tuple[Entity, ...]()
        own = "\n".join(part.text for part in parts if part.is_said) if to_us and not command else ""
        spoken = (decided and decided.language) or known or self.tenant.settings.working_language
        async with self.tones.hear(event, own, spoken, opened, steps) as tone:
            if whole and to_us and not command and not _is_answer(event, whole, opened):
                working = None if event.press else await self.interpreter.working(parts, decided, steps)
                recognised = await self._recognised(working or whole, opened, steps)
                found = await self._entities(event, whole, decided, known, steps)
            told = await tone()
        return Heard(
            text=whole,
            language=decided,
            working=working,
            meaning=recognised.meaning,
            entities=found,
            intents=recognised.intents or await self._intents(opened, to_us),
            unread=None if whole else files.unread,
            is_kept=files.is_kept,
            sentiment=told.sentiment,
            rating=told.rating,
            record=steps.record(),
        )

    async def _unagreed(self, event: Message, text: str, known: str | None, steps: Steps) -> Heard:
        """Return no more than what it takes to ask somebody for their consent: the words, unread, and their language."""
        decided = await self.interpreter.language(event, [Part(text)] if text else [], known, steps)
        return Heard(text=text, language=decided, record=steps.record())

    async def _files(self, channel: Channel, event: Message, opened: Opened, steps: Steps) -> FilesRead:
        with steps.step("files"):
            files = await self.files.read(channel, event, opened)
        if files.files:
            steps.found["files"] = [file.record() for file in files.files]
        return files

    async def _recognised(self, text: str, opened: Opened, steps: Steps) -> Recognised:
        """Return what is wanted; nothing while a person has the conversation."""
        if opened.conversation.owner == "human":
            return NOTHING_RECOGNISED
        mode = opened.conversation.mode
        alone = mode is not None and mode.handler == "intent"  # an answer to its question: little hangs on a meaning
        with steps.step("recognition"):
            recognised = await self.recognition.recognise(
                text, opened.intents, opened.history, steps.ledger, alone=alone
            )
        if recognised.record:
            steps.found["recognition"] = recognised.record
        return recognised

    async def _intents(self, opened: Opened, to_us: bool) -> Mapping[str, Intent]:
        """Return the live intents for a message nothing is recognised in: a press, a command, a file without words."""
        if not to_us or opened.conversation.owner == "human":
            return {}
        return await self.recognition.intents(opened.intents)

    async def _entities(
        self, event: Message, text: str, decided: Decision | None, known: str | None, steps: Steps
    ) -> tuple[Entity, ...]:
        """Return the values a tenant wants found in every message, read in the contact's own words."""
        settings = self.tenant.settings
        if not settings.intents.entities:
            return ()
        spoken = (decided and decided.language) or known or settings.working_language

        def find() -> list[Entity]:
            return entities.find(
                text,
                spoken,
                clock.now(),
                settings.time_zone,
                kinds=settings.intents.entities,
                region=settings.region,
                prefer=settings.prefer_dates,
                place=event.place,
            )

        with steps.step("entities"):
            found = await asyncio.to_thread(find)  # dates take more than the loop can spare
        steps.found["entities"] = [entity.kind for entity in found]
        return tuple(found)


def _is_to_us(channel: Channel, event: Message, opened: Opened) -> bool:
    here = opened.conversation
    if not here.is_group or is_named(event, opened.about):
        return True
    return is_ours(channel, adapter(channel.kind).LIMITS, here, opened.history)


def _is_answer(event: Message, text: str, opened: Opened) -> bool:
    """Say whether a press answers a question, or names what it stands for; any other is words of the tenant's own."""
    return event.press is not None and (opened.conversation.mode is not None or text.startswith("/"))


def _parts(text: str, files: FilesRead) -> list[Part]:
    """Return what was written, then what each file says, in order."""
    read = [Part(file.result.text, file.is_said) for file in files.files if isinstance(file.result, Reading)]
    return [Part(text), *read] if text else read
