"""What keeps a message from being understood: language models and translation."""

from datetime import timedelta
from typing import Any

from frontdesk.errors.root import FrontdeskError


class GenAIError(FrontdeskError):
    """A language model gave no answer that can be used.

    `usage` is what it took all the same (services/genai/usage.py), None where nothing was asked.
    """

    code = "genai_failed"
    usage: Any = None
    retry_after: timedelta | None = None


class GenAIUnreachable(GenAIError):
    """The provider can't be reached or fails on its side (5xx)."""

    code = "genai_unreachable"
    retryable = True


class GenAITooSlow(GenAIUnreachable):
    """No answer came in the time there was."""

    code = "genai_too_slow"


class GenAIThrottled(GenAIUnreachable):
    """The provider asks us to slow down."""

    code = "genai_throttled"

    def __init__(self, message: str, retry_after: timedelta | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class GenAIPaused(GenAIUnreachable):
    """The provider failed too often lately and is left alone for a while."""

    code = "genai_paused"

    def __init__(self, message: str, retry_after: timedelta) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class GenAIUnauthorised(GenAIError):
    """The provider refuses the key, the model's name or the account's credit: the operator has to act."""

    code = "genai_unauthorised"


class GenAIRefused(GenAIError):
    """The provider refuses this request for good: too long, or against its rules."""

    code = "genai_refused"


class GenAIUnusable(GenAIError):
    """What the model said is not what was asked for, even after it was told so."""

    code = "genai_unusable"


class GenAIBudgetSpent(GenAIError):
    """The tenant has used up what it may spend on language models today."""

    code = "genai_budget_spent"

    def __init__(self, message: str, retry_after: timedelta) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class TranslationFailed(FrontdeskError):
    """A translation provider gave no translation; `reason` is one of unreachable, throttled, unauthorised, quota,
    unsupported, too_long, refused and malformed."""

    code = "translation_failed"

    def __init__(self, reason: str, message: str, *, retry_after: timedelta | None = None) -> None:
        super().__init__(message)
        self.reason = reason
        self.retryable = reason in {"unreachable", "throttled"}
        self.retry_after = retry_after


class TurnPutOff(FrontdeskError):
    """A turn can't be taken yet, and that is no failure: it is taken up again `after`, and the try is not counted."""

    code = "turn_put_off"
    retryable = True

    def __init__(self, message: str, after: timedelta) -> None:
        super().__init__(message)
        self.after = after
