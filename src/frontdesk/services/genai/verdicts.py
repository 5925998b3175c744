"""What an error of pydantic-ai means to us; nothing of a provider's words goes on, they may repeat the prompt."""

from collections.abc import Iterator
from datetime import timedelta

from pydantic_ai import exceptions as theirs

from frontdesk.errors import (
    ChannelUnreachable,
    ConfigurationError,
    FrontdeskError,
    GenAIError,
    GenAIRefused,
    GenAIThrottled,
    GenAITooSlow,
    GenAIUnauthorised,
    GenAIUnreachable,
    GenAIUnusable,
)

ACCOUNT = (theirs.ModelAuthenticationError, theirs.ModelNotFoundError, theirs.ModelQuotaExceededError)
SLOW = (theirs.ModelTimeoutError, theirs.ModelRequestTimeout, theirs.RunTimedOut)
AWAY = (theirs.ModelUnavailableError, theirs.ModelServerError, theirs.ModelConnectionError)
MOST_WAIT = 24 * 3600.0
LATER = frozenset({408, 409, 425})


def failure_of(error: Exception, model: str) -> GenAIError:
    """Return our error for one of theirs."""
    status = error.status_code if isinstance(error, theirs.ModelHTTPError) else None
    match error:
        case ConfigurationError():
            return GenAIUnauthorised(str(error))
        case theirs.UserError():
            return GenAIUnauthorised(f"the settings of {model} ask for what its provider can't do")
        case theirs.ModelRateLimitError():
            return GenAIThrottled(f"{model} asks us to slow down", _wait(error))
        case _ if isinstance(error, ACCOUNT) or status == 402:
            return GenAIUnauthorised(
                f"the provider of {model} refuses the key, the model or the account ({status or type(error).__name__})"
            )
        case _ if isinstance(error, SLOW):
            return GenAITooSlow(f"{model} gave no answer in time")
        case _ if refusal := _our_refusal(error):
            return GenAIRefused(f"{model} can't be asked: {refusal}")
        case _ if isinstance(error, AWAY) or (status and (status >= 500 or status in LATER)):
            return GenAIUnreachable(f"{model} can't be reached or fails ({status or type(error).__name__})")
        case theirs.ModelAPIError() if status is None and not isinstance(error, theirs.ModelRequestRejectedError):
            return GenAIUnreachable(f"what {model} answered can't be read ({type(error).__name__})")
        case theirs.ModelAPIError() | theirs.ContentFilterError():
            return GenAIRefused(f"{model} refuses the request ({status or type(error).__name__})")
    return GenAIUnusable(f"what {model} said can't be used ({type(error).__name__})")


def _our_refusal(error: BaseException) -> FrontdeskError | None:
    """Return what our own client refused: an address, or an answer too large."""
    return next(
        (
            each
            for each in _chain(error)
            if isinstance(each, FrontdeskError) and not isinstance(each, ChannelUnreachable)
        ),
        None,
    )


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__


def _wait(error: theirs.ModelRateLimitError) -> timedelta | None:
    seconds = getattr(error, "retry_after", None)
    return timedelta(seconds=min(max(0.0, seconds), MOST_WAIT)) if seconds is not None else None
