"""LibreTranslate, and what speaks its protocol: `POST /translate` with plain text in JSON.

https://docs.libretranslate.com/api/operations/translate/
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from frontdesk.core.exchange import Exchange, Request, Response
from frontdesk.errors import TranslationFailed
from frontdesk.understanding.translation.dialogue import Batch, Provider, Rendered, base, dialogue, through
from frontdesk.understanding.translation.protection import Codes
from frontdesk.understanding.translation.translated import Translated

SCRIPTED = {"zh-hant": "zt", "zh-tw": "zt", "zh-hk": "zt"}
"""The tags that are more than a language here."""

REASONS = {400: "unsupported", 401: "unauthorised", 403: "unauthorised", 413: "too_long", 429: "throttled"}


@dataclass(frozen=True, slots=True)
class LibreTranslate:
    """Where a server is, the key it asks for, and what it takes in one request (its `--batch-limit`, `--char-limit`)."""

    url: str
    api_key: str | None = field(default=None, repr=False)
    most_texts: int = 25
    most_characters: int = 2000


def translate(
    texts: Sequence[str], source: str | None, target: str, glossary: Sequence[str], server: LibreTranslate
) -> Exchange[list[Translated]]:
    """Translate texts between two languages (BCP 47); the server finds the source where it is None."""
    provider = Provider("libretranslate", Codes(), server.most_texts, server.most_characters)

    def ask(batch: Batch) -> Request:
        body = {"q": list(batch), "source": _code(source) if source else "auto", "target": _code(target)}
        key = {"api_key": server.api_key} if server.api_key else {}
        return Request.post_json(f"{server.url.rstrip('/')}/translate", {**body, "format": "text", **key})

    return through(dialogue(texts, source, target, glossary, provider), ask, _read)


def _code(language: str) -> str:
    return SCRIPTED.get(language.lower(), base(language))


def _read(response: Response) -> list[Rendered]:
    document = response.json()
    if response.status != 200:
        raise _failure(response, document)
    match document:
        case {"translatedText": list(texts)} if all(isinstance(text, str) for text in texts):
            found = document.get("detectedLanguage")
            sources = found if isinstance(found, list) and len(found) == len(texts) else [found] * len(texts)
            return [Rendered(text, _detected(source)) for text, source in zip(texts, sources, strict=True)]
    raise TranslationFailed("malformed", "the translation server's answer holds no list `translatedText`")


def _detected(found: Any) -> str | None:
    """Return the language found; a confidence of 0 is the server's way to say none."""
    match found:
        case {"language": str(language), "confidence": int() | float() as confidence} if confidence > 0:
            return language
    return None


def _failure(response: Response, document: Any) -> TranslationFailed:
    said = document.get("error") if isinstance(document, Mapping) else None
    reason = REASONS.get(response.status, "unreachable" if response.status >= 500 else "refused")
    words = f"the translation server answers {response.status}: {str(said or '')[:200]}".removesuffix(": ")
    return TranslationFailed(reason, words, retry_after=retry_after(response))


def retry_after(response: Response) -> timedelta | None:
    """Return how long an answer asks to wait, in seconds; a date is not read."""
    seconds = response.headers.get("retry-after", "")
    return timedelta(seconds=int(seconds)) if seconds.isascii() and seconds.isdigit() and len(seconds) < 6 else None
