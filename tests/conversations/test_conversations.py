"""The conversations written down beside this file, and those in the documentation, are held; each is a test."""

import re
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest

from frontdesk.cli import serve
from frontdesk.embedded import Servers
from frontdesk.rehearsal.conversations import junit, running
from frontdesk.rehearsal.conversations.cases import Case
from frontdesk.rehearsal.conversations.results import Result, Run
from frontdesk.rehearsal.stages import STAGES
from frontdesk.settings import Settings

FOLDER = Path(__file__).parent
CASES, FAULTS = running.gathered([FOLDER])
DOCUMENT = FOLDER.parents[1] / "docs" / "conversation-tests.md"
EXAMPLES = re.findall(r"^```yaml\n(.*?)^```", DOCUMENT.read_text(), re.MULTILINE | re.DOTALL)


def named(case: Case) -> str:
    return f"{case.file.stem}: {case.title}"


@pytest.fixture(scope="session")
async def held(
    installation_settings: Settings, servers: Servers, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Run, dict[str, Result]]:
    """Hold everything at once, ours and the examples."""
    folder = tmp_path_factory.mktemp("examples")
    for number, example in enumerate(EXAMPLES, 1):
        (folder / f"example {number}.yaml").write_text(example)
    examples, wrong = running.gathered([folder])
    assert list(map(str, wrong)) == []
    every = [*CASES, *examples]
    run = await running.run(every, [], installation_settings, servers, serve.run_until, lambda result: None)
    return run, {named(result.case): result for result in run.results}


def told(result: Result) -> str:
    return "\n".join(junit.lines(result.failure, str(result.case.file))) if result.failure else ""


def test_every_file_can_be_read_and_every_kind_of_channel_is_spoken_on() -> None:
    assert FAULTS == []
    assert {case.channel for case in CASES} == set(STAGES)


@pytest.mark.parametrize("case", CASES, ids=named)
async def test_the_conversation_goes_as_expected(case: Case, held: tuple[Run, dict[str, Result]]) -> None:
    result = held[1][named(case)]
    assert result.failure is None, told(result)


async def test_the_examples_in_the_documentation_go_as_they_say(held: tuple[Run, dict[str, Result]]) -> None:
    examples = [result for result in held[0].results if result.case.file.stem.startswith("example")]
    assert len(EXAMPLES) == 5
    assert len(examples) == 15
    assert [told(result) for result in examples if result.failure] == []


async def test_a_run_that_went_well_says_so(held: tuple[Run, dict[str, Result]]) -> None:
    run, _ = held
    assert (run.exit_code, run.count("passed")) == (0, len(run.results))
    root = ElementTree.fromstring(junit.xml(run))
    assert root.get("tests") == str(len(run.results))
