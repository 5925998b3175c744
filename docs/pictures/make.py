"""Takes the README's pictures of the chat, light and dark, from a real demo: `.venv/bin/python docs/pictures/make.py`."""

import contextlib
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

HERE = Path(__file__).parent
FRONTDESK = Path(sys.executable).parent / "frontdesk"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
WINDOW = {"width": 1280, "height": 820}
WAIT = 10_000
SETTLED = 700  # milliseconds until the last bubble has slid in


@contextlib.contextmanager
def demo(folder: str) -> Iterator[str]:
    """Run `frontdesk demo` on a free port with its data in `folder`, and yield the address of its chat page."""
    output = Path(folder) / "said.txt"
    environment = {**os.environ, "FRONTDESK_DATA_DIR": f"{folder}/data", "FRONTDESK_LOG_LEVEL": "warning"}
    with output.open("w") as said:
        process = subprocess.Popen([FRONTDESK, "demo", "--port", "0"], stdout=said, stderr=said, env=environment)
    try:
        yield address(output)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)


def address(output: Path) -> str:
    """Wait for the address of the chat page; the demo's own words say why where none comes."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if found := re.search(r"^Chat\s+(\S+)", output.read_text(), re.MULTILINE):
            return found[1]
        time.sleep(0.1)
    raise SystemExit(f"the demo did not come up:\n{output.read_text()}")


def talk(page: Page) -> None:
    """Have a short conversation, as a visitor would."""
    chat = page.locator("frontdesk-chat")
    chat.evaluate("chat => chat.style.setProperty('--frontdesk-height', '700px')")  # all of it in one picture
    answers = chat.locator("[part~=message][data-direction=outbound][data-id]")
    chat.locator("[part~=input]").fill("When are you open?")
    chat.locator("[part~=send]").click()
    answers.nth(0).wait_for(timeout=WAIT)
    chat.get_by_role("button", name="Book a visit").click()
    answers.nth(1).wait_for(timeout=WAIT)


def main() -> None:
    """Take both pictures."""
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    with (
        tempfile.TemporaryDirectory(prefix="fd-", ignore_cleanup_errors=True) as folder,
        demo(folder) as chat_page,
        sync_playwright() as playwright,
        playwright.chromium.launch(executable_path=browser, args=["--no-sandbox"]) as chromium,
    ):
        page = chromium.new_page(viewport=WINDOW)
        page.goto(f"{chat_page}&theme=light")
        talk(page)
        page.wait_for_timeout(SETTLED)
        page.screenshot(path=HERE / "chat.png")
        page.evaluate("document.querySelector('#theme').click()")  # the open chat lies over the switch
        page.wait_for_timeout(SETTLED)
        page.screenshot(path=HERE / "chat-dark.png")


if __name__ == "__main__":
    main()
