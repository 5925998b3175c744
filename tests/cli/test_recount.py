"""`frontdesk analytics recount`: days counted anew."""

from typer.testing import CliRunner

from frontdesk.cli import app
from frontdesk.errors import InvalidInput
from tests.cli.command import Command


async def test_days_are_counted_anew(command: Command) -> None:
    await command("tenant", "create", "counts")
    done = await command("analytics", "recount", "counts", "2025-03-01", "2025-03-02")
    assert done.out.splitlines() == ["2025-03-01: 0 turns", "2025-03-02: 0 turns"]


def test_days_in_the_wrong_order_are_refused() -> None:
    done = CliRunner().invoke(app, ["analytics", "recount", "counts", "2025-03-02", "2025-03-01"])
    assert isinstance(done.exception, InvalidInput)
    assert "the first day comes after the last" in str(done.exception)
