"""Translation in and out: one dialogue, spoken with LibreTranslate, DeepL or a language model."""

from frontdesk.understanding.translation.translated import Translated, TranslationFailed

__all__ = ["Translated", "TranslationFailed"]
