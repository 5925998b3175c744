"""Translation in and out: one dialogue, spoken with LibreTranslate, DeepL or a language model."""

from frontdesk.errors import TranslationFailed
from frontdesk.understanding.translation.translated import Translated

__all__ = ["Translated", "TranslationFailed"]
