"""Translation by the provider a tenant's settings choose; one that is away is left alone for a while."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from datetime import timedelta
from html import escape

from frontdesk.core.tenant import Tenant
from frontdesk.errors import ConfigurationError, TranslationFailed
from frontdesk.http import Http
from frontdesk.services.genai.chosen import Chosen
from frontdesk.services.genai.usage import Ledger
from frontdesk.services.secrets import Secrets
from frontdesk.understanding.translation import Translated, deepl, libretranslate, llm
from frontdesk.understanding.translation.deepl import DeepL
from frontdesk.understanding.translation.libretranslate import LibreTranslate

FAILURES = 3
"""Failures in a row after which a provider is left alone."""
REST = timedelta(seconds=30)
MOST_REMEMBERED = 2000
LONGEST_REMEMBERED = 500

Foreign = tuple[str, str]
"""A text and the language it is in (BCP 47)."""


class Translator:
    """Translates for one tenant. What the tenant says often is remembered as long as its settings stay the same."""

    def __init__(self, tenant: Tenant, http: Http, secrets: Secrets, chosen: Chosen) -> None:
        self.settings = tenant.settings.translation
        written = (escape(term, quote=False) for term in self.settings.glossary)  # as they stand in HTML
        self.glossary = tuple(dict.fromkeys((*self.settings.glossary, *written)))
        self.http = http
        self.secrets = secrets
        self.chosen = chosen
        self._remembered: OrderedDict[tuple[str, str, str], Translated] = OrderedDict()
        self._failures = 0
        self._paused_until = 0.0

    @property
    def is_set(self) -> bool:
        """Say whether the tenant has a provider."""
        return self.settings.provider != "none"

    async def translate(
        self, texts: Sequence[Foreign], target: str, ledger: Ledger, *, remember: bool = False
    ) -> Mapping[Foreign, Translated]:
        """Return texts in the target language; each source is one request, and all are within one deadline.

        TranslationFailed where one of them could not be had. `remember` is for texts that are the tenant's own.
        """
        found = {one: kept for one in texts if (kept := self._remembered.get((*one, target)))}
        missing = [one for one in dict.fromkeys(texts) if one not in found]
        if missing:
            found |= await self._attempt(missing, target, ledger)
            if remember:
                self._remember(found, target)
        return found

    def _remember(self, found: Mapping[Foreign, Translated], target: str) -> None:
        short = {(*one, target): done for one, done in found.items() if len(done.original) <= LONGEST_REMEMBERED}
        self._remembered |= short
        while len(self._remembered) > MOST_REMEMBERED:
            self._remembered.popitem(last=False)

    async def _attempt(self, texts: Sequence[Foreign], target: str, ledger: Ledger) -> dict[Foreign, Translated]:
        """Ask, and count: a provider that does not answer must not cost every turn its deadline."""
        if time.monotonic() < self._paused_until:
            raise TranslationFailed("unreachable", "the provider failed too often lately; it is asked again soon")
        try:
            found = await self._in_time(texts, target, ledger)
        except TranslationFailed as failure:
            self._failures += failure.retryable
            if self._failures >= FAILURES and failure.retryable:
                rest = min(max(failure.retry_after or REST, REST), 10 * REST)
                self._paused_until = time.monotonic() + rest.total_seconds()
            raise
        self._failures = 0
        return found

    async def _in_time(self, texts: Sequence[Foreign], target: str, ledger: Ledger) -> dict[Foreign, Translated]:
        found: dict[Foreign, Translated] = {}
        try:
            async with asyncio.timeout(self.settings.seconds):
                for source in dict.fromkeys(source for _, source in texts):
                    words = [text for text, its in texts if its == source]
                    done = await self._ask(words, source, target, ledger)
                    found |= {(one.original, source): one for one in done}
        except TimeoutError:
            raise TranslationFailed("unreachable", f"no translation within {self.settings.seconds:g} s") from None
        except ConfigurationError as error:
            raise TranslationFailed("unauthorised", str(error)) from None
        return found

    async def _ask(self, texts: Sequence[str], source: str, target: str, ledger: Ledger) -> Sequence[Translated]:
        given, seconds = self.settings, self.settings.seconds
        asked = (texts, source, target, self.glossary)
        match given.provider:
            case "libretranslate":
                server = LibreTranslate(given.url or "", await self._key())
                return await self.http.perform(libretranslate.translate(*asked, server), seconds=seconds)
            case "deepl":
                account = DeepL(await self._key() or "", given.url, given.formal)
                return await self.http.perform(deepl.translate(*asked, account), seconds=seconds)
            case "llm" if model := self.chosen.model(ledger):
                return await llm.translate(*asked, model)
        raise TranslationFailed("unsupported", f"the tenant has no {given.provider} to translate with")

    async def _key(self) -> str | None:
        return await self.secrets.get(self.settings.key) if self.settings.key else None
