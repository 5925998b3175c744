"""A channel set up by the command itself: by a script, and on a terminal."""

import asyncio
import contextlib
import fcntl
import json
import os
import pty
import subprocess
import sys
import termios
from collections.abc import AsyncIterator

import pytest

from frontdesk.rehearsal.telegram import TelegramStub
from tests.cli.command import Command

TOKEN = "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"
WRONG = "990201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"
PUBLIC = {"frontdesk_public_url": "https://desk.example.org"}


@pytest.fixture(scope="module")
async def tenant(command: Command) -> str:
    await command("tenant", "create", "setup", "--name", "Harbour Clinic")
    return "setup"


@pytest.fixture
async def provider() -> AsyncIterator[TelegramStub]:
    """A Bot API that knows one bot."""
    async with TelegramStub(tokens=[TOKEN]) as stub:
        yield stub


def adding(name: str, api_base: str, *more: str) -> tuple[str, ...]:
    return ("channel", "add", "telegram", "--tenant", "setup", "--name", name, "--api-base", api_base, *more)


async def test_a_script_adds_a_channel_mends_it_and_tries_it_out(
    command: Command, tenant: str, provider: TelegramStub
) -> None:
    added = await command(*adding("front", provider.url, "--credential", f"token={TOKEN}"))
    assert "channel front of setup is ready" in added.out
    assert "✓ token: it is the bot @stub_bot" in added.err
    sick = await command("channel", "doctor", tenant, code=1, **PUBLIC)
    assert "✗ webhook: none is set" in sick.out
    assert "frontdesk channel register setup 'front'" in sick.out
    fixed = await command("channel", "doctor", tenant, "front", "--fix", "--json", **PUBLIC)
    (report,) = json.loads(fixed.out)["channels"]
    assert (report["channel"], report["ok"]) == ("front", True)
    assert "Telegram sends" in report["mended"][0]
    async with command.serving("serve") as running:
        tried = await command("channel", "simulate", tenant, "front", "thanks", "--url", running.base_url)
    assert "← sent: " in tried.out
    assert TOKEN not in added.said + sick.said + fixed.said + tried.said


async def on_a_terminal(command: Command, answers: dict[str, str], *words: str) -> tuple[int, str]:
    """Run a command on a terminal, answer each question once its words are shown, and return exit code and screen."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        (sys.executable, "-m", "frontdesk", *words),
        env=command.environment(term="dumb"),
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        # passwords are asked for on /dev/tty, so the terminal has to be the process's own
        preexec_fn=lambda: (os.setsid(), fcntl.ioctl(0, termios.TIOCSCTTY, 0)),  # noqa: PLW1509
    )
    os.close(theirs)
    os.set_blocking(ours, False)
    screen, waiting = "", list(answers.items())
    try:
        async with asyncio.timeout(40):
            while process.poll() is None:  # the commands of these tests fit into the terminal's buffer
                await asyncio.sleep(0.05)
                with contextlib.suppress(OSError):
                    screen += os.read(ours, 65536).decode("utf-8", "replace")
                if waiting and waiting[0][0] in screen:
                    os.write(ours, f"{waiting.pop(0)[1]}\n".encode())
        with contextlib.suppress(OSError):
            screen += os.read(ours, 65536).decode("utf-8", "replace")
    finally:
        process.kill()
        process.wait()
        os.close(ours)
    assert not waiting, (waiting, screen)
    return process.returncode, screen


async def test_on_a_terminal_a_credential_is_asked_for_checked_and_never_shown(
    command: Command, tenant: str, provider: TelegramStub
) -> None:
    asked = {"token: ": TOKEN}
    code, screen = await on_a_terminal(command, asked, *adding("typed", provider.url))
    assert (code, TOKEN in screen) == (0, False)
    assert "BotFather" in screen
    assert "token: it is the bot @stub_bot" in screen
    assert "channel typed of setup is ready" in screen


async def test_on_a_terminal_a_fault_is_yours_to_judge(command: Command, tenant: str, provider: TelegramStub) -> None:
    words = adding("judged", provider.url, "--credential", f"token={WRONG}")
    code, screen = await on_a_terminal(command, {"Keep it anyway?": "n"}, *words)
    assert code == 1
    assert "✗ token" in screen
    assert "is ready" not in screen
