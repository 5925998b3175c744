"""Regular expressions a tenant writes: what is refused before it costs anything."""

import time

import pytest

from frontdesk.core.expressions import written_out
from frontdesk.core.rules.matching import fault


@pytest.mark.parametrize(
    "expression",
    [
        "(?:(?:(?:(?:a{200}){200}){200}){200})",
        "(?:(?:(?:a{199,200}){199,}){199,200})",
        "(((a{100})*){100})?",
        r"(?:(?:(?:[()\]]{200}){200}){200})",
        r"(?:(?:\((?:a|b){200}){200}){200}",
    ],
)
def test_repeats_within_repeats_are_refused_before_they_are_made_ready(expression: str) -> None:
    started = time.process_time()
    assert "written out" in (fault(expression) or "")
    assert time.process_time() - started < 0.1


@pytest.mark.parametrize(
    ("expression", "size"),
    [
        ("abc", 3),
        ("a{3}", 3),
        ("(?:ab){3}c", 13),
        ("[a-z()]{4}", 4),
        ("[]a]{4}", 4),
        (r"\(\){2}", 3),
        ("a{0,200}", 1),
        ("a)b(", 3),
        ("", 0),
    ],
)
def test_an_expression_is_written_out(expression: str, size: int) -> None:
    assert written_out(expression) == size


@pytest.mark.parametrize(
    "expression",
    [
        r"\b[A-Z]{2}\d{2}(?:\s?\d{4}){5}\b",
        r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}",
        r"(?:\d{1,3}\.){3}\d{1,3}",
        r"(?:\w{1,50}\s){1,20}end",
    ],
)
def test_what_people_look_for_is_taken(expression: str) -> None:
    assert fault(expression) is None
