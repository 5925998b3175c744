"""A language model that says what a file of conversation tests has it say: a GenAI service of its own on loopback."""

import contextlib
import json
from collections.abc import AsyncIterator, Sequence

from aiohttp import web

from frontdesk.core.tenant import TenantSettings
from frontdesk.rehearsal.conversations.given import Spoken

MOST_BYTES = 4 * 1024 * 1024
UNSCRIPTED = 400
"""What a task is refused with that nobody has written an answer to: the bot goes on without a model."""


@contextlib.asynccontextmanager
async def speaking(script: Sequence[Spoken], settings: TenantSettings) -> AsyncIterator[TenantSettings]:
    """Yield the settings with this model in them; without a script, as they are."""
    if not script:
        yield settings
        return

    async def answered(request: web.Request) -> web.Response:
        return _answer(script, request.match_info["task"], json.dumps(await request.json(), ensure_ascii=False))

    app = web.Application(client_max_size=MOST_BYTES)
    app.router.add_post("/{task}", answered)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        host, port = runner.addresses[0][:2]
        chosen = {"kind": "rest", "base_url": f"http://{host}:{port}", "model": "scripted", "key": None, "attempts": 1}
        document = settings.model_dump(mode="json", exclude_unset=True)
        yield TenantSettings.model_validate({**document, "llm": {**document.get("llm", {}), **chosen}})
    finally:
        await runner.cleanup()


def _answer(script: Sequence[Spoken], task: str, asked: str) -> web.Response:
    """Answer with the first of the script that is about this."""
    for spoken in script:
        if spoken.task == task and (spoken.about or "").casefold() in asked.casefold():
            if spoken.fails:
                return web.json_response({}, status=spoken.fails)
            return web.json_response({"result": spoken.says, "usage": {"model": "scripted"}})
    return web.json_response({}, status=UNSCRIPTED)
