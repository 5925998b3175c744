"""What translation gives back: the words, or the reason there are none."""

from dataclasses import dataclass
from datetime import timedelta

from frontdesk.errors import FrontdeskError


@dataclass(frozen=True, slots=True)
class Translated:
    """One text in another language, beside the text it was made of.

    `source` is the language given, or the provider's finding where none was (None if it found none). `pieces` says that
    the parts around names and numbers were translated one by one, since the provider had lost one of these.
    """

    original: str
    text: str
    source: str | None
    target: str
    provider: str
    pieces: bool = False


class TranslationFailed(FrontdeskError):
    """A translation provider gave no translation; `reason` is one of unreachable, throttled, unauthorised, quota,
    unsupported, too_long, refused and malformed."""

    code = "translation_failed"

    def __init__(self, reason: str, message: str, *, retry_after: timedelta | None = None) -> None:
        super().__init__(message)
        self.reason = reason
        self.retryable = reason in {"unreachable", "throttled"}
        self.retry_after = retry_after
