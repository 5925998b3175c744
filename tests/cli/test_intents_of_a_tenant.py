"""A tenant's intents from the command line: files in and out, versions trained, promoted, taken back and tried."""

import asyncio
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from frontdesk.cli import app
from frontdesk.errors import FrontdeskError
from frontdesk.understanding.intents import rasa
from frontdesk.understanding.intents.data import gathered
from tests.cli.command import Command
from tests.understanding.intents.sentences import some

CODE = "kiosk"
TENANT = ("--tenant", CODE)


@pytest.fixture(scope="module")
async def taught(command: Command) -> Path:
    """A tenant with training data, and the file they came from."""
    await command("tenant", "create", CODE)
    file = command.data_dir / "nlu.yml"
    file.write_text(rasa.write(gathered(some())) + "extra: kept\n")
    done = await command("intents", "import", str(file), *TENANT)
    assert f"utterances: {len(some())} added" in done.out
    assert f"frontdesk intents train {CODE}" in done.out
    return file


async def test_training_data_are_listed_and_come_out(command: Command, taught: Path) -> None:
    out, more = (command.data_dir / name for name in ("out.yml", "more.csv"))
    more.write_text("text,intent\nso long,farewell\n")
    listed, written, would = await asyncio.gather(
        command("intents", "list", CODE),
        command("intents", "export", str(out), *TENANT),
        command("intents", "import", str(more), *TENANT, "--mode", "replace", "--dry-run"),
    )
    assert all(utterance.intent in listed.out for utterance in some())
    assert "farewell" not in listed.out
    assert f"{len(some())} utterances" in written.out
    assert rasa.read(out.read_bytes()) == rasa.read(taught.read_bytes())
    assert f"utterances: 1 added, {len(some())} removed" in would.out
    assert "this would change" in would.out


async def test_a_version_is_trained_promoted_tried_and_taken_back(command: Command, taught: Path) -> None:
    async with command.serving("serve"):
        done = await command("intents", "train", CODE, "--promote", "--wait")
    found = re.search(r"version (\d+) is ready \(accuracy .+ utterances, .+ s\); it is live", done.out)
    assert found
    version = found[1]
    tried, listed = await asyncio.gather(
        command("intents", "try", CODE, some()[0].text), command("intents", "models", CODE)
    )
    assert re.search(rf"{some()[0].intent} \(\d\.\d\d, by classifier, version {version}\)", tried.out)
    assert re.search(rf"{version} +ready, live +accuracy", listed.out)
    assert f"no version of {CODE}'s intents is live" in (await command("intents", "rollback", CODE)).out
    assert f"version {version} of {CODE}'s intents is live" in (await command("intents", "promote", CODE, version)).out


async def test_without_a_worker_training_says_so(command: Command, taught: Path) -> None:
    done = await command("intents", "train", CODE, "--wait", "--patience", "1", code=1)
    assert "is queued" in done.out
    assert "no worker took it up in 1 s; it stays queued. Start one: frontdesk worker" in done.out


async def test_who_and_what_is_not_there_is_said(command: Command, taught: Path) -> None:
    nobody, version = await asyncio.gather(
        command("intents", "list", "nobody", code=1), command("intents", "promote", CODE, "999", code=1)
    )
    assert "no tenant 'nobody'" in nobody.err
    assert "no version 999" in version.err


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        (("import", "{}"), "say where to"),
        (("export", "{}"), "say where to"),
        (("import", "{}", "x.yml", *TENANT), "leave x.yml out"),
        (("export", "{}", "x.yml", *TENANT), "leave x.yml out"),
        (("export", "x.txt", *TENANT), "has to end in"),
        (("import", "{}", *TENANT), "no YAML"),
    ],
)
def test_what_is_wrong_is_said_before_servers_start(tmp_path: Path, words: tuple[str, ...], fault: str) -> None:
    file = tmp_path / "broken.yml"
    file.write_text("nlu: [")
    done = CliRunner().invoke(app, ["intents", *(word.format(file) for word in words)])
    assert isinstance(done.exception, FrontdeskError)
    assert fault in str(done.exception)
