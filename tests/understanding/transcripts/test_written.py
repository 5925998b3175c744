"""A conversation that was held becomes a conversation test that passes, with nobody's data in it."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from dishka import AsyncContainer

from frontdesk.cli import serve
from frontdesk.core.content import Button, Content
from frontdesk.core.tenant import Tenant, TenantSettings
from frontdesk.embedded import Servers
from frontdesk.errors import NotFound
from frontdesk.rehearsal.conversations import junit, running
from frontdesk.rehearsal.people import Seen
from frontdesk.services.tenants import tenancy
from frontdesk.settings import Settings
from frontdesk.store import transcripts
from frontdesk.store.db import Databases
from frontdesk.understanding.transcripts import reading, writing
from frontdesk.web.api import conversation_tests
from frontdesk.wiring import Transactions
from tests.installation import Installation
from tests.test_scripted import Talk, talking

TENANT = {
    "keyword_rules": [{"keywords": ["booking"], "reply": "Do you have an appointment?", "buttons": ["Yes", "No"]}]
}


async def conversation_of(talk: Talk) -> UUID:
    (row,) = await talk.rows("SELECT id FROM conversations")
    return UUID(str(row["id"]))


async def has_a_turn_more(talk: Talk, known: int) -> None:
    await talk.has(f"SELECT 1 FROM turns HAVING count(*) > {known}")


@pytest.mark.parametrize("kind", ["telegram", "signal", "web"])
async def test_what_is_written_is_held_and_passes(
    installation: Installation,
    kind: str,
    tmp_path: Path,
    installation_settings: Settings,
    servers: Servers,
) -> None:
    async with talking(installation, kind) as talk:
        await talk.says("/start")  # greets by name
        question = await talk.says("My name is Ada, a booking please, ada@example.net, +351 912 345 678")
        await talk.chooses(question, 0)
        shown: Seen = talk.shown[-1]
        await talk.does(talk.stage.people.reacts(talk.bot.channel, talk.person, talk.next(), shown.external_id, "👍"))
        await talk.has("SELECT 1 FROM feedback")
        await talk.says("talk to a person")
        databases = await installation.app.get(Databases)
        answer = await conversation_tests.make(
            await conversation_of(talk), talk.tenant, Transactions(databases, talk.tenant)
        )
    text = bytes(answer.body).decode()
    assert answer.headers["content-type"] == "application/yaml; charset=utf-8"
    assert [value for value in ("Ada", "ada@", "912", "345 678") if value in text] == [], text
    (tmp_path / "made.yaml").write_text(text)
    found, wrong = running.gathered([tmp_path])
    assert list(map(str, wrong)) == [], text
    chosen = "user" if kind == "signal" else "press"  # there people write the number
    assert [placed.step.act for placed in found[0].steps] == ["user", "user", chosen, "reaction", "user"]
    run = await running.run(found, [], installation_settings, servers, serve.run_until, lambda result: None)
    failures = [junit.lines(result.failure, "") for result in run.results if result.failure]
    assert not failures, (failures, text)


async def test_a_conversation_nobody_had_is_not_found(app: AsyncContainer, tenant: Tenant) -> None:
    databases = await app.get(Databases)
    async with databases.tenant(tenancy(tenant)) as tx:
        with pytest.raises(NotFound):
            await transcripts.load(tx, UUID(int=1))


def a_row(at: Any, **changes: Any) -> dict[str, Any]:
    plain = {"direction": "inbound", "author": "contact", "type": "text", "text": "hello", "content": None}
    return {**plain, "contact_id": 1, "at": at, "handler": None, "record": None, **changes}


def test_pauses_other_people_files_and_numbered_choices_are_written() -> None:
    begun = datetime(2026, 3, 28, 12, tzinfo=UTC)
    content = Content(text="Which?\n1. Tea\n2. Milk", buttons=(Button(title="Tea"), Button(title="Milk")))
    lines = [
        writing.Line(by="contact", at=begun, text="hello", who="1", modes=("feedback",), handler="feedback"),
        writing.Line(by="bot", at=begun, text="Which?", content=content),
        writing.Line(by="human", at=begun, text="I am Grace"),
        writing.Line(by="contact", at=begun + timedelta(hours=25, minutes=5), text="me too", who="2"),
        writing.Line(by="contact", at=begun + timedelta(hours=25, minutes=6), type="image", text="my arm", who="1"),
    ]
    held = writing.Held(channel="telegram", language="en", settings=TenantSettings(), lines=lines)
    assert writing.write(held).partition("steps:\n")[2] == (
        "    - user: hello\n      handler: feedback\n      mode:\n      - feedback\n"
        "      bot:\n        text: Which?\n        buttons:\n        - Tea\n        - Milk\n"
        "    - wait: 1d 1h 5m\n"
        "    - user: me too\n      from: person 2\n      silence: true\n"
        "    - send:\n        type: image\n        caption: my arm\n      silence: true\n"
    )


def test_who_is_greeted_by_name_is_known_by_the_masked_one_and_services_are_nobodys_business() -> None:
    llm = {"kind": "rest", "base_url": "http://genai.internal.example:9000"}
    lines = [
        writing.Line(by="contact", at=datetime(2026, 3, 28, 12, tzinfo=UTC), text="hello"),
        writing.Line(by="bot", at=datetime(2026, 3, 28, 12, tzinfo=UTC), text="Hello, Grace! I'm Frontdesk."),
    ]
    rules = [{"keywords": ["where"], "reply": "At 12 Harbour Street."}]
    settings = TenantSettings.model_validate({"llm": llm, "keyword_rules": rules})
    held = writing.Held(
        channel="web", language="en", settings=settings, lines=lines, names=["Grace Hopper"], name="Grace Hopper"
    )
    made = writing.write(held)
    assert "name: Alex Robin\n" in made
    assert "bot: Hello, Alex! I'm Frontdesk.\n" in made
    assert "reply: At 1 Example Street" in made
    assert [word for word in ("Grace", "Hopper", "internal") if word in made] == []


def test_rows_are_read_as_they_are_stored() -> None:
    line = reading.line(a_row(None, handler="keywords", record='{"modes": {"after": ["x"]}}'))
    assert (line.text, line.handler, line.modes) == ("hello", "keywords", ("x",))
