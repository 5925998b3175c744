"""What a tenant and the installation set about reading files, as the reader takes it."""

from collections.abc import Sequence

import structlog

from frontdesk.core.tenant import Tenant
from frontdesk.core.understanding import SpeechSettings
from frontdesk.errors import ConfigurationError
from frontdesk.services.secrets import Secrets
from frontdesk.settings import Settings
from frontdesk.understanding.language import base
from frontdesk.understanding.media.values import Limits, MediaSettings, Speech

log = structlog.get_logger()


class ReadingSettings:
    """Reads one tenant's settings, and the secret they name."""

    def __init__(self, tenant: Tenant, settings: Settings, secrets: Secrets) -> None:
        self.tenant = tenant
        self.whisper_folder = settings.whisper_folder
        self.secrets = secrets

    async def contact(self, language: str | None) -> MediaSettings:
        """Return how the files of a contact who speaks `language` are read; None: nobody knows yet."""
        reading = self.tenant.settings.reading
        return MediaSettings(
            kinds=frozenset(reading.kinds),
            ocr=reading.ocr,
            least_score=reading.least_score,
            speech=await self._speech(language),
            limits=Limits(most_bytes=reading.most_bytes, most_seconds=reading.most_seconds),
        )

    async def _speech(self, language: str | None) -> Speech:
        given = self.tenant.settings.speech
        return Speech(
            engine=given.engine,
            fallback=given.fallback,
            language=hint(given, language, self.tenant.settings.languages),
            url=given.url or "",
            key=await self._key(given),
            model=given.model,
            upload=given.upload,
            whisper_path=str(self.whisper_folder or ""),
            seconds=given.seconds,
        )

    async def _key(self, given: SpeechSettings) -> str:
        """Return the provider's key; without it the provider refuses us, and the fallback hears."""
        try:
            return await self.secrets.get(given.key) if given.key and given.engine == "http" else ""
        except ConfigurationError as error:
            log.warning("speech_key_missing", error=str(error))
            return ""


def hint(given: SpeechSettings, language: str | None, languages: Sequence[str]) -> str | None:
    """Return the language a recording is likely in: the contact's, or the tenant's where it can be no other.

    pocketsphinx hears English in whatever is spoken, so it is always told.
    """
    told = "sphinx" in (given.engine, given.fallback) or len(languages) == 1
    known = language or (languages[0] if told else None)
    return base(known) if known else None
