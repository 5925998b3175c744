"""Every command explains itself."""

from collections.abc import Iterator

import pytest
import typer
from typer.testing import CliRunner

from frontdesk.cli import app
from tests.cli.command import Command


def paths(group: object, before: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    yield before
    for name, command in sorted(getattr(group, "commands", {}).items()):
        yield from paths(command, (*before, name))


ALL = list(paths(typer.main.get_command(app)))


def test_the_commands_of_the_handbook_are_there() -> None:
    wanted = ["demo", "serve", "api", "worker", "migrate", "doctor", "tenant", "channel", "key", "dead"]
    assert {path[0] for path in ALL if path} >= set(wanted)
    assert {path[1] for path in ALL if path[:1] == ("dead",) and len(path) > 1} == {
        "list",
        "show",
        "edit",
        "replay",
        "discard",
    }


@pytest.mark.parametrize("path", ALL, ids=" ".join)
@pytest.mark.parametrize("option", ["--help", "-h"])
def test_every_command_says_what_it_does(path: tuple[str, ...], option: str) -> None:
    done = CliRunner().invoke(app, [*path, option], env={"COLUMNS": "120", "TERM": "dumb"})
    assert done.exit_code == 0, done.output
    assert "Usage:" in done.output
    described = [line.strip(" │") for line in done.output.splitlines() if line.strip(" │╭╮─╰╯")]
    assert len(described) >= 3


@pytest.mark.parametrize(
    "words", [["nonsense"], ["tenant", "nonsense"], ["tenant", "create"], ["serve", "--port", "x"]]
)
async def test_what_it_does_not_know_it_says(command: Command, words: list[str]) -> None:
    done = await command(*words, code=2)
    assert "Usage" in done.err


async def test_help_needs_no_servers_and_comes_quickly(alone: Command) -> None:
    done = await alone("--help")
    assert "A self-hosted, multi-tenant conversation hub." in done.out
    assert list(alone.data_dir.iterdir()) == []
