"""Slack end to end: talks in threads, commands, and the end of an installation."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest

from frontdesk.core.channel import Channel
from frontdesk.core.exchange import Request
from frontdesk.core.tenant import KeywordRule, Tenant
from frontdesk.rehearsal.slack import SlackStub, people
from tests.services.desk import Desk, until

LOBBY = "C0000001"
RULES = [KeywordRule(keywords=("opening",), reply="Nine to five.").model_dump()]


@dataclass(slots=True)
class App:
    desk: Desk
    tenant: Tenant
    channel: Channel
    stub: SlackStub

    async def hears(self, request: Request) -> None:
        await self.desk.journey.receive(self.tenant, self.channel, request, None)
        await self.desk.finished(self.tenant)

    async def says_in_thread(self, number: int, text: str, thread: str) -> None:
        """Let somebody write in a thread of the lobby, naming nobody."""
        request = people.says(self.channel, people.person(1), number, text)
        body = json.loads(request.body)
        body["event"] |= {"channel": LOBBY, "channel_type": "channel", "thread_ts": thread}
        await self.hears(Request("POST", "", request.headers, json.dumps(body).encode()))

    def threads(self) -> list[str | None]:
        """Return in which threads what we posted stands."""
        return [call.arguments.get("thread_ts") for call in self.stub.calls if call.method == "chat.postMessage"]


@pytest.fixture
async def slack(desk: Desk) -> AsyncIterator[App]:
    tenant = await desk.tenant(keyword_rules=RULES)
    credentials = {"bot_token": "xoxb-1234-test", "signing_secret": "s" * 32}
    async with SlackStub() as stub, desk.working():
        channel, _ = await desk.provisioning.add_channel(
            tenant, "slack", "s", credentials=credentials, api_base=stub.url
        )
        yield App(desk, tenant, channel, stub)
        await desk.rows(tenant, "DELETE FROM frontdesk.work")


async def test_a_mention_is_answered_in_a_thread_where_the_talk_goes_on_without_naming_us(slack: App) -> None:
    await slack.hears(people.mentions(slack.channel, people.person(1), 1, "opening hours?", LOBBY))
    assert slack.stub.said(LOBBY) == ["Nine to five."]
    (thread,) = slack.threads()
    assert thread
    await slack.says_in_thread(2, "and the opening on Sunday?", thread)
    assert slack.stub.said(LOBBY) == ["Nine to five."] * 2
    assert slack.threads() == [thread, thread]


async def test_a_thread_we_took_no_part_in_is_left_alone(slack: App) -> None:
    await slack.says_in_thread(1, "when is the opening?", "1700000000.000100")
    assert slack.stub.seen == []
    rows = await slack.desk.rows(slack.tenant, "SELECT text, status FROM messages")
    assert [tuple(row) for row in rows] == [("when is the opening?", "answered")]


async def test_a_command_is_answered_to_whoever_gave_it_also_where_we_are_no_member(slack: App) -> None:
    slack.stub.closed[LOBBY] = "not_in_channel"
    await slack.hears(people.commands(slack.channel, people.person(1), 1, "/desk opening", place=LOBBY))
    await until(lambda: bool(slack.stub.seen))
    assert [seen.text for seen in slack.stub.seen] == ["Nine to five."]
    assert slack.threads() == []


async def test_an_uninstalled_app_stops_its_channel_and_says_why(slack: App) -> None:
    request = people.says(slack.channel, people.person(1), 1, "x")
    body = {**json.loads(request.body), "event": {"type": "app_uninstalled"}}
    await slack.hears(Request("POST", "", request.headers, json.dumps(body).encode()))
    (row,) = await slack.desk.rows(slack.tenant, "SELECT status, status_reason FROM channels")
    assert row["status"] == "stopped"
    assert "install it again" in row["status_reason"]
    assert await slack.desk.rows(slack.tenant, "SELECT FROM contacts") == []
