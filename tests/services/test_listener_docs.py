"""The listener in the documentation works as it stands there."""

import asyncio
import json
import re
import threading
from http.server import HTTPServer
from pathlib import Path
from typing import Any
from uuid import UUID

from frontdesk.core.channel import Channel
from frontdesk.core.listener_answers import added, read
from frontdesk.core.listening import IntentAnswered
from frontdesk.core.telling import Scene, envelope
from frontdesk.core.turn import Outcome
from tests.builders import a_turn
from tests.services.desk import Desk
from tests.services.listeners import SECRET, a_listener, listening_of, texts, told

PAGE = (Path(__file__).parents[2] / "docs" / "listeners.md").read_text()


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)


async def test_the_listener_of_the_page_verifies_and_answers(desk: Desk) -> None:
    known: dict[str, Any] = {"__name__": "page"}
    exec(blocks("python")[0], known)
    server = HTTPServer(("127.0.0.1", 0), known["Listener"])
    known["Listener"].log_message = lambda *_: None
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        tenant = await desk.tenant()
        url = f"http://127.0.0.1:{server.server_port}/"
        await a_listener(desk, tenant, url, secret=known["SECRET"])
        await a_listener(desk, tenant, url, "stranger", secret=SECRET.replace("M", "N"))
        order = Outcome.say("On it.", IntentAnswered(intent="order_status", values={"order": "A-17"}))
        outcome, records = await told(await listening_of(desk, tenant), order)
    finally:
        await asyncio.to_thread(server.shutdown)
        server.server_close()
    assert texts(outcome) == ["On it.", "Order A-17 leaves today."]
    assert [(each["name"], each["status"], each["http_status"]) for each in records] == [
        ("crm", "answered", 200),
        ("stranger", "failed", 401),
    ]


def test_the_documents_of_the_page_are_json() -> None:
    event, answer, record = blocks("json")
    here = Channel(id=UUID(int=1), tenant="harbour", kind="telegram", name="bot", api_base="")
    sent = envelope("e1", Scene("harbour", here, "m1"), a_turn("x"), IntentAnswered(intent="order_status"))
    assert json.loads(event).keys() == sent.keys()
    assert json.loads(event)["data"].keys() == sent["data"].keys()
    assert set(added(read(answer.encode()))) == {"replies", "fields", "variables", "tags", "contact_tags"}
    assert len(json.loads(f"{{{record}}}")["listeners"]) == 2
