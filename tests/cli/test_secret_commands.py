"""`frontdesk secret`: values come by standard input and are shown nowhere."""

import asyncio
import sys

import pytest

from tests.cli.command import SECONDS, Command, Done

VALUE = "sk-nobody-may-see-this"


async def fed(command: Command, words: list[str], said: bytes) -> Done:
    """Run a command with something on its standard input."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "frontdesk", *words),
        env=command.environment(),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await asyncio.wait_for(process.communicate(said), SECONDS)
    return Done(process.returncode or 0, out.decode(), err.decode())


@pytest.fixture(scope="module")
async def tenant(command: Command) -> str:
    settings = command.data_dir / "secretive.json"
    settings.write_text('{"llm": {"kind": "rest", "base_url": "http://127.0.0.1:9", "key": "brain", "attempts": 1}}')
    await command("tenant", "create", "secretive", "--settings", str(settings))
    return "secretive"


async def test_a_secret_is_read_from_standard_input_listed_and_removed(command: Command, tenant: str) -> None:
    missing = await command("secret", "list", tenant)
    assert "missing" in missing.out
    done = await fed(command, ["secret", "set", tenant, "brain"], f"{VALUE}\n".encode())
    assert (done.code, done.out) == (0, "secret brain of tenant secretive is set; llm.key uses it\n"), done
    listed = await command("secret", "list", tenant)
    assert "llm.key" in listed.out
    assert VALUE not in done.said + listed.said
    assert "is removed" in (await command("secret", "remove", tenant, "brain")).out
    again = await command("secret", "remove", tenant, "brain", code=1)
    assert "no secret 'brain'" in again.err


async def test_a_value_on_the_command_line_nothing_and_odd_names_are_refused(command: Command, tenant: str) -> None:
    argument, nothing, odd = await asyncio.gather(
        command("secret", "set", tenant, "brain", VALUE, code=2),
        command("secret", "set", tenant, "brain", code=1),
        command("secret", "set", tenant, "Brain", code=1),
    )
    assert argument.out == ""
    assert "printable characters" in nothing.err
    assert "can't be named" in odd.err


async def test_a_check_says_how_to_mend_what_is_wrong(command: Command, tenant: str) -> None:
    done = await command("tenant", "check", tenant, code=1)
    assert "✗ secret brain" in done.out
    assert "frontdesk secret set secretive brain" in done.out
    assert "✓ translation: none is set" in done.out
