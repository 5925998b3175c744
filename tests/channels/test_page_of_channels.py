"""docs/channels.md says of every kind what its adapter says."""

import runpy
from pathlib import Path

from frontdesk.channels import adapters

ROOT = Path(__file__).parents[2]


def test_the_page_of_channels_is_current() -> None:
    script = runpy.run_path(str(ROOT / "docs" / "generate_channels.py"))
    assert (ROOT / "docs" / "channels.md").read_text() == script["page"](), (
        "run .venv/bin/python docs/generate_channels.py"
    )


def test_the_tables_have_every_kind_and_every_credential() -> None:
    page = (ROOT / "docs" / "channels.md").read_text()
    assert f"| {' | '.join(sorted(adapters()))} |" in page
    missing = [
        f"{name}.{each.name}"
        for name, kind in adapters().items()
        for each in kind.CREDENTIALS
        if f"| {name} | `{each.name}` |" not in page
    ]
    assert not missing
