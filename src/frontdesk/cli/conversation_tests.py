"""`frontdesk test`: conversations a tenant has written down, held with the bot as it is."""

from pathlib import Path
from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("test")(hold)


def hold(
    paths: Annotated[
        list[Path], typer.Argument(metavar="PATH…", help="Files of conversation tests, or folders of them.")
    ],
    wanted: Annotated[
        str | None, typer.Option("-k", help="Hold only conversations whose file and name have all these words.")
    ] = None,
    junit_file: Annotated[Path | None, typer.Option("--junit", help="Write the results there as JUnit XML.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the results as JSON, and nothing else.")] = False,
    listing: Annotated[bool, typer.Option("--list", help="Name the conversations, and hold none.")] = False,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Name also what passed.")] = False,
) -> None:
    """Hold the conversations in PATH… with a bot of its own, and say where one went another way than expected.

    Nothing is needed and nothing is sent: servers are started for the run in a folder of its own, providers are stand-ins,
    and time passes as the tests say. Exit code 0: all went as expected; 1: some did not; 2: some could not be run.
    The format is described in docs/conversation-tests.md.
    """
    from frontdesk.cli import conversation_run  # what it stands on takes long to load, and no other command needs it

    wish = conversation_run.Wish(paths, wanted, junit_file, as_json=as_json, listing=listing, verbose=verbose)
    raise typer.Exit(conversation_run.run(wish))
