"""DeepL's API v2: text as XML, what is kept in a tag it ignores.

https://developers.deepl.com/docs/api-reference/translate
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from frontdesk.core.exchange import Exchange, Request, Response
from frontdesk.errors import TranslationFailed
from frontdesk.understanding.translation.dialogue import Batch, Provider, Rendered, base, dialogue, through
from frontdesk.understanding.translation.libretranslate import retry_after
from frontdesk.understanding.translation.protection import Tags
from frontdesk.understanding.translation.translated import Translated

MOST_TEXTS = 50
MOST_CHARACTERS = 30_000
"""A request may have 128 KiB: this leaves room for tags, and for four bytes a character."""

REASONS = {
    400: "unsupported",
    401: "unauthorised",
    403: "unauthorised",
    413: "too_long",
    414: "too_long",
    429: "throttled",
    456: "quota",
    529: "throttled",
}

TARGETS = {
    "en": "EN-US",
    "en-gb": "EN-GB",
    "en-au": "EN-GB",
    "en-in": "EN-GB",
    "en-ke": "EN-GB",
    "pt": "PT-BR",
    "pt-pt": "PT-PT",
    "es-419": "ES-419",
    "es-mx": "ES-419",
    "zh": "ZH-HANS",
    "zh-hant": "ZH-HANT",
    "zh-tw": "ZH-HANT",
    "zh-hk": "ZH-HANT",
    "no": "NB",
}
"""Targets that need more, or other, than the language."""


@dataclass(frozen=True, slots=True)
class DeepL:
    """An account: its key (free ones end in `:fx` and have their own host), and how to address people, where DeepL can."""

    key: str = field(repr=False)
    url: str | None = None
    formal: bool | None = None

    @property
    def api(self) -> str:
        """The address of the API."""
        return (self.url or f"https://api{'-free' if self.key.endswith(':fx') else ''}.deepl.com").rstrip("/")


def translate(
    texts: Sequence[str], source: str | None, target: str, glossary: Sequence[str], account: DeepL
) -> Exchange[list[Translated]]:
    """Translate texts between two languages (BCP 47); DeepL finds the source where it is None."""
    provider = Provider("deepl", Tags(), MOST_TEXTS, MOST_CHARACTERS)

    def ask(batch: Batch) -> Request:
        body: dict[str, Any] = {"text": list(batch), "target_lang": _target(target)}
        if source:
            body["source_lang"] = "NB" if base(source) == "no" else base(source).upper()
        if account.formal is not None:
            body["formality"] = "prefer_more" if account.formal else "prefer_less"
        body |= {"tag_handling": "xml", "ignore_tags": ["x"], "preserve_formatting": True}
        return Request.post_json(
            f"{account.api}/v2/translate", body, {"authorization": f"DeepL-Auth-Key {account.key}"}
        )

    return through(dialogue(texts, source, target, glossary, provider), ask, _read)


def _target(language: str) -> str:
    return TARGETS.get(language.lower(), TARGETS.get(base(language), base(language).upper()))


def _read(response: Response) -> list[Rendered]:
    document = response.json()
    if response.status != 200:
        raise _failure(response, document)
    match document:
        case {"translations": list(found)}:
            return [_rendered(one) for one in found]
    raise TranslationFailed("malformed", "DeepL's answer holds no list `translations`")


def _rendered(one: Any) -> Rendered:
    match one:
        case {"text": str(text), "detected_source_language": str(source)}:
            return Rendered(text, source.lower())
        case {"text": str(text)}:
            return Rendered(text)
    raise TranslationFailed("malformed", "a translation of DeepL's has no text")


def _failure(response: Response, document: Any) -> TranslationFailed:
    said = document.get("message") if isinstance(document, Mapping) else None
    reason = REASONS.get(response.status, "unreachable" if response.status >= 500 else "refused")
    words = f"DeepL answers {response.status}: {str(said or '')[:200]}".removesuffix(": ")
    return TranslationFailed(reason, words, retry_after=retry_after(response))
