"""Whether the providers a tenant's settings choose would answer: each is asked one cheap thing."""

import asyncio
import io
import time
import wave
from collections.abc import Awaitable, Callable
from dataclasses import replace

from frontdesk.core.tenant import Tenant
from frontdesk.errors import ConfigurationError, FrontdeskError
from frontdesk.http import Http
from frontdesk.services.checkup import Finding
from frontdesk.services.genai.chosen import Chosen
from frontdesk.services.genai.port import Translate
from frontdesk.services.genai.usage import Ledger
from frontdesk.services.secrets import Secrets, Vault
from frontdesk.settings import Settings
from frontdesk.understanding.media import speech
from frontdesk.understanding.media.speech import http as transcription
from frontdesk.understanding.media.values import Unread
from frontdesk.understanding.reading_settings import ReadingSettings
from frontdesk.understanding.translating import Translator

HELLO = "Good morning."
FROM, INTO = "en", "es"
RATE = 16_000


class Checking:
    """Asks one tenant's providers, and changes nothing; what they take counts as always."""

    def __init__(
        self, tenant: Tenant, settings: Settings, secrets: Secrets, vault: Vault, chosen: Chosen, http: Http
    ) -> None:
        self.tenant = tenant
        self.vault = vault
        self.chosen = chosen
        self.http = http
        self.reading = ReadingSettings(tenant, settings, secrets)
        self.translator = Translator(tenant, http, secrets, chosen)

    async def examine(self) -> list[Finding]:
        """Return the secrets that are missing, then what became of each provider; local engines are looked at, too."""
        missing = [known for known in await self.vault.listed(self.tenant) if known.changed_at is None]
        lacking = [
            Finding(
                what=f"secret {known.name}",
                ok=False,
                detail=f"{', '.join(known.used_by)} names it and nobody set it:"
                f" `frontdesk secret set {self.tenant.code} {known.name}`",
                code=ConfigurationError.code,
            )
            for known in missing
        ]
        asked = [("language model", self._model), ("translation", self._translation), ("speech", self._speech)]
        found = await asyncio.gather(*(_found(what, ask) for what, ask in asked))
        return [*lacking, *found]

    async def _model(self) -> str:
        model = self.chosen.probe()
        if model is None:
            return "none is set"
        counted = await model.translate(Translate(HELLO, INTO, FROM))
        return f"{self.chosen.name} answers, for {counted.usage.tokens} tokens"

    async def _translation(self) -> str:
        match self.tenant.settings.translation.provider:
            case "none":
                return "none is set"
            case "llm" if not self.chosen.name:
                raise ConfigurationError("it is left to the language model, and none is set: choose one under `llm`")
            case "llm":
                return "it is left to the language model"
            case provider:
                await self.translator.translate([(HELLO, FROM)], INTO, Ledger())
                return f"{provider} answers"

    async def _speech(self) -> str:
        given = (await self.reading.contact(None)).speech
        speech.check(given)
        if given.engine != "http":
            return "none is set" if given.engine == "none" else f"{given.engine} is here"
        said = await self.http.perform(transcription.transcribe(silence(), replace(given, upload="wav")), seconds=10)
        if isinstance(said, Unread):
            raise ConfigurationError(f"{said.detail}: look at `speech.url`, `speech.key` and `speech.model`")
        return f"{given.model} answers"


async def _found(what: str, ask: Callable[[], Awaitable[str]]) -> Finding:
    started = time.monotonic()
    try:
        detail = await ask()
    except FrontdeskError as error:
        return Finding.fault(what, error)
    return Finding(what=what, ok=True, detail=f"{detail} ({time.monotonic() - started:.1f} s)")


def silence(seconds: float = 1.0) -> bytes:
    """Return a WAV in which nobody speaks."""
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(bytes(int(RATE * seconds) * 2))
    return buffer.getvalue()
