"""The tree of errors."""

import inspect
import re

import pytest

from frontdesk import errors
from frontdesk.errors import FrontdeskError


def every_error() -> list[type[FrontdeskError]]:
    found = [FrontdeskError]
    for error in found:
        found += error.__subclasses__()
    return [error for error in found if error.__module__.startswith("frontdesk.")]


def drawn(error: type[FrontdeskError], before: str = "") -> list[str]:
    """Draw what grows below one error, in the order of definition."""
    lines, below = [], [child for child in error.__subclasses__() if child.__module__.startswith("frontdesk.")]
    for child in below:
        last = child is below[-1]
        lines.append(f"{before}{'└── ' if last else '├── '}{child.__name__}")
        lines += drawn(child, before + ("    " if last else "│   "))
    return lines


def test_the_tree_on_top_is_the_tree_of_classes() -> None:
    shown = [line for line in (errors.__doc__ or "").splitlines()[2:] if line.strip()]
    assert shown == ["FrontdeskError", *drawn(FrontdeskError)]


def test_every_error_has_a_code_of_its_own() -> None:
    codes = [error.code for error in every_error()]
    assert sorted(set(codes)) == sorted(codes)
    assert all(re.fullmatch(r"[a-z]+(_[a-z]+)*", code) for code in codes)


@pytest.mark.parametrize("error", every_error(), ids=lambda error: error.__name__)
def test_every_error_says_what_happened(error: type[FrontdeskError]) -> None:
    assert error.__doc__ != FrontdeskError.__doc__ or error is FrontdeskError
    assert (inspect.getdoc(error) or "").endswith(".")


def test_only_what_may_pass_by_itself_is_worth_a_retry() -> None:
    worth_it = {error.__name__ for error in every_error() if error.retryable}
    assert worth_it == {
        "RateLimited",
        "DatabaseUnavailable",
        "MediaUnavailable",
        "ChannelThrottled",
        "ChannelUnreachable",
        "DeliveryInDoubt",
        "ConversationMoved",
        "GenAIUnreachable",
        "GenAITooSlow",
        "GenAIThrottled",
        "GenAIPaused",
        "TurnPutOff",
    }
