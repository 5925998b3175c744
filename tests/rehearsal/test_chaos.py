"""The chaos run: a small one in earnest, and the judgement by tables."""

import asyncio
import re
import sys
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from frontdesk.rehearsal.crowd import Chat, Line
from frontdesk.rehearsal.faults import Fault
from frontdesk.rehearsal.installation import Bot
from frontdesk.rehearsal.judgement import Stored, judge
from frontdesk.rehearsal.people import People, Seen
from frontdesk.rehearsal.telegram import people

SMALL = "--messages 150 --kills 5 --postgres-crashes 1 --postgres-restarts 0 --redis-kills 1 --lease-seconds 3 --seed 1"
GOOD = Stored(turns=1, answers=1, delivery="sent", in_doubt=False, text="", sent_as="7:1")


@pytest.mark.alone
async def test_nothing_is_lost_doubled_or_out_of_order() -> None:
    argv = (sys.executable, "-m", "frontdesk", "chaos", *SMALL.split())
    process = await asyncio.create_subprocess_exec(
        *argv, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT, cwd=Path(__file__).parents[2]
    )
    output = (await asyncio.wait_for(process.communicate(), 120))[0].decode()
    assert process.returncode == 0, output
    assert re.search(r"^lost 0, answered twice 0, out of order 0 — .*kills 5, postgres crashes 1", output, re.M), output


def a_chat(questions: int = 2) -> Chat:
    bot = SimpleNamespace(name="t telegram", tenant=SimpleNamespace(code="t"))
    return Chat(Line(cast("Bot", bot), cast("People", people)), "7", [0.0] * questions, accepted=questions)


def saw(number: int, *, at: float = 100.0, message_id: int | None = None) -> Seen:
    external_id = f"7:{message_id or number}"
    return Seen(at=at, account="1:bot", conversation="7", external_id=external_id, text=f"answer {number} of t")


def rows(**changes: Any) -> dict[tuple[str, str, int], Stored]:
    """Return two questions as stored; `changes` are the first one's."""
    return {("t telegram", "7", 1): replace(GOOD, **changes), ("t telegram", "7", 2): replace(GOOD, sent_as="7:2")}


KILL = [Fault("kill", 100.5, 100.5)]
AGAIN = [saw(1), saw(1, at=110, message_id=3), saw(2, at=111)]


@pytest.mark.parametrize(
    ("stored", "seen", "faults", "complaint"),
    [
        (rows(), [saw(1), saw(2)], [], None),
        (rows(), [saw(2)], [], "lost: t telegram c7 m1: no answer at the provider"),
        (
            {("t telegram", "7", 2): replace(GOOD, sent_as="7:2")},
            [saw(1), saw(2)],
            [],
            "lost: t telegram c7 m1: not even stored",
        ),
        (rows(turns=2), [saw(1), saw(2)], [], "answered twice: t telegram c7 m1"),
        (rows(answers=2), [saw(1), saw(2)], [], "answered twice: t telegram c7 m1"),
        (rows(), [saw(2), saw(1)], [], "out of order: t telegram c7 m1 answered after 2"),
        (rows(delivery="queued"), [saw(1), saw(2)], [], "strange: t telegram c7 m1"),
        (rows(delivery="read"), [saw(1), saw(2)], [], None),
        (rows(sent_as="7:9"), [saw(1), saw(2)], [], "strange: t telegram c7 m1: stored as 7:9"),
        (rows(), [saw(1), saw(2), saw(3)], [], "strange: t telegram c7 m0 saw 'answer 3 of t'"),
        (rows(in_doubt=True, sent_as="7:3"), AGAIN, KILL, None),
        (rows(in_doubt=False, sent_as="7:3"), AGAIN, KILL, "not marked in doubt"),
        (rows(in_doubt=True, sent_as="7:3"), AGAIN, [], "though nothing failed"),
    ],
)
def test_judges(stored: Any, seen: list[Seen], faults: list[Fault], complaint: str | None) -> None:
    verdict = judge([a_chat()], stored, {"t telegram": seen}, faults)
    if complaint is None:
        assert verdict.good
    else:
        assert [complaint in each for each in verdict.complaints] == [True]


def test_a_repeat_of_an_earlier_answer_is_no_disorder() -> None:
    seen = {"t telegram": [saw(1), saw(2), saw(1, at=101, message_id=3)]}
    verdict = judge([a_chat()], rows(in_doubt=True), seen, KILL)
    assert (verdict.disordered, len(verdict.repeated), verdict.good) == ([], 1, True)


def test_an_answer_on_a_line_nobody_wrote_to_is_strange() -> None:
    verdict = judge([a_chat()], rows(), {"t telegram": [saw(1), saw(2)], "t slack": [saw(1)]}, [])
    assert verdict.strange == ["chat 7 of t slack nobody wrote in"]
