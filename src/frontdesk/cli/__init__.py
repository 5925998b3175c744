"""The `frontdesk` command: one file a command group."""

import sys

import typer

from frontdesk.cli import (
    analytics,
    channels,
    chaos,
    contact,
    conversation_tests,
    dead,
    intents,
    keys,
    operate,
    secrets,
    serve,
    tenants,
)
from frontdesk.errors import FrontdeskError

app = typer.Typer(
    name="frontdesk",
    help="A self-hosted, multi-tenant conversation hub.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for commands in (serve, operate, chaos, conversation_tests):
    commands.register(app)
app.add_typer(tenants.app, name="tenant")
app.add_typer(analytics.app, name="analytics")
app.add_typer(channels.app, name="channel")
app.add_typer(contact.app, name="contact")
app.add_typer(keys.app, name="key")
app.add_typer(secrets.app, name="secret")
app.add_typer(dead.app, name="dead")
app.add_typer(intents.app, name="intents")


def main() -> None:
    """Run the command; what we say on purpose is one line and exit code 1, never a traceback."""
    try:
        app()
    except FrontdeskError as error:
        print(f"frontdesk: {error}", file=sys.stderr)
        sys.exit(1)
