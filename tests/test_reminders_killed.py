"""Reminders while real worker processes are killed around the second they are due; `python -m bench.alarms` does it 200 times."""

import asyncio
import re
import sys
from pathlib import Path

from bench.alarms import Tally, planned

SMALL = "--kills 4 --workers 2"


async def test_each_goes_out_once_though_processes_are_killed_around_the_second() -> None:
    argv = (sys.executable, "-m", "bench.alarms", *SMALL.split())
    process = await asyncio.create_subprocess_exec(
        *argv, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT, cwd=Path(__file__).parents[1]
    )
    output = (await asyncio.wait_for(process.communicate(), 120))[0].decode()
    assert process.returncode == 0, output
    found = re.search(r"^kills 4, reminders (\d+), fired once (\d+), never 0, twice 0, messages (\d+),", output, re.M)
    assert found, output
    assert len({*found.groups()}) == 1


def test_as_many_die_as_are_to_and_at_times_all_at_once() -> None:
    plan = planned(200, 3)
    assert sum(map(len, plan)) == 200
    assert plan[:4] == [[0], [1], [2], [0, 1, 2]]


def test_a_run_is_good_only_where_each_fired_once_and_repeats_are_marked() -> None:
    tally = Tally(kills=1, reminders=2, messages=2, heard=2)
    tally.fired.update({1: 2})
    assert tally.good
    for wrong in ({"messages": 3}, {"heard": 1}, {"unmarked": 1}, {"reminders": 3}):
        faulty = Tally(**{"kills": 1, "reminders": 2, "messages": 2, "heard": 2, **wrong})
        faulty.fired.update({1: 2})
        assert not faulty.good
