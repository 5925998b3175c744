"""Slot filling over restarts: between any two messages every process ends, PostgreSQL and Redis among them."""

import asyncio
import re
from typing import Any

import aiohttp

from frontdesk.phrases import say
from tests.builders import a_telegram_press, a_telegram_text
from tests.cli.command import Command
from tests.cli.conftest import alone
from tests.web.bot_api import BotApi
from tests.web.lines import SECRET

__all__ = ["alone"]

ADMIN = {"authorization": "Bearer op-key"}
GIVEN = {"frontdesk_admin_key": "op-key", "frontdesk_secret_keys": "k"}
TOKEN = "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"
BOOKING = {
    "name": "booking",
    "title": {"en": "Book an appointment"},
    "patterns": [{"kind": "regex", "expression": "appointment"}],
    "slots": [
        {"name": "service", "kind": "list", "options": [{"value": "haircut"}, {"value": "colour"}]},
        {"name": "day", "kind": "date", "when": "future"},
        {"name": "hour", "kind": "time"},
        {"name": "people", "kind": "number", "at_least": 1, "at_most": 8},
    ],
    "confirm": True,
    "attempts": 2,
    "responses": {"en": ["Your {service} for {people} is on {day} at {hour}."]},
}


class Frontdesk:
    """A Frontdesk that is started anew for every round of messages, and the people who write to it."""

    def __init__(self, command: Command, bot: BotApi, http: aiohttp.ClientSession) -> None:
        self.command, self.bot, self.http = command, bot, http
        self.path = ""
        self.number = 0

    async def open(self) -> None:
        """Make a tenant with a bot, and its intents live."""
        async with self.command.serving("serve", **GIVEN) as running:
            api = f"{running.base_url}/api/v1/tenants"
            await self._post(api, {"code": "acme", "name": "Acme"})
            await self._post(f"{api}/acme/intents", BOOKING)
            await self._post(f"{api}/acme/intents/models", {"promote": True})
            credentials = {"token": TOKEN, "secret_token": "hush-Secret_1"}
            body = {"kind": "telegram", "name": "front", "credentials": credentials, "api_base": self.bot.url}
            self.path = (await self._post(f"{api}/acme/channels", body))["webhook_path"]
            async with asyncio.timeout(20):
                while not await self._live(f"{api}/acme/intents/models"):
                    await asyncio.sleep(0.05)

    async def _post(self, address: str, body: Any) -> Any:
        async with self.http.post(address, json=body, headers=ADMIN) as answer:
            assert answer.status < 300, await answer.text()
            return await answer.json()

    async def _waiting(self, base_url: str) -> bool:
        """Say whether anything is still on its way: an answer may be two messages."""
        async with self.http.get(f"{base_url}/api/v1/tenants/acme/queues", headers=ADMIN) as answer:
            return any(lane["waiting"] for lane in (await answer.json())["items"])

    async def _live(self, address: str) -> bool:
        async with self.http.get(address, headers=ADMIN) as answer:
            return any(item["is_live"] for item in (await answer.json())["items"])

    async def hears(self, *said: str, silent: int = 0) -> list[list[str]]:
        """Start, hear one message of each person (`[yes]` is a button), answer all but `silent`, and end; return the lines
        each person was sent.
        """
        known = len(self.bot.said)
        async with self.command.serving("serve", **GIVEN) as running:
            for person, text in enumerate(said, 1):
                address, headers = running.base_url + self.path, {SECRET: "hush-Secret_1"}
                async with self.http.post(address, json=self._update(person, text), headers=headers) as answer:
                    assert answer.status == 200
            async with asyncio.timeout(20):
                while len(self.bot.said) < known + len(said) - silent or await self._waiting(running.base_url):
                    await asyncio.sleep(0.02)
            assert await running.end() == 0
        assert self.command.servers() == []
        return [self._lines(person, known) for person in range(1, len(said) + 1)]

    def _update(self, person: int, text: str) -> Any:
        self.number += 1
        if text.startswith("["):
            return a_telegram_press(text.strip("[]"), message_id=9000 + len(self.bot.calls), chat=person)
        return a_telegram_text(text, chat=person, message_id=self.number, update_id=self.number)

    def _lines(self, person: int, known: int) -> list[str]:
        calls = [call for call in self.bot.said[known:] if call.fields["chat_id"] == person]
        return [line for call in calls for line in call.fields["text"].splitlines()]


async def test_slots_are_filled_though_everything_is_restarted_between_messages(alone: Command) -> None:
    async with BotApi() as bot, aiohttp.ClientSession() as http:
        desk = Frontdesk(alone, bot, http)
        await desk.open()
        asking = ["an appointment please", "an appointment please", "an appointment for 3"]
        assert await desk.hears(*asking) == [["service?"], ["service?"], ["service?"]]

        ada, bob, eve = await desk.hears("[haircut]", "the moon", "cancel")
        assert ada == ["day?"]
        assert bob == ["Sorry, I didn't understand that as service.", "service?"]
        assert eve == [say("en", "cancel.done")]

        ada, bob, eve = await desk.hears("tomorrow at 5 for two", "a star", "no, an appointment after all, a haircut")
        assert [line.partition(":")[0] for line in ada] == ["Is this right?", "service", "day", "hour", "people"]
        assert bob == ["Sorry, I didn't understand that as service.", say("en", "handoff.asked")]
        assert eve == ["day?"], "the three people went with what was cancelled"

        ada, bob, eve = await desk.hears("no, Tuesday", "is there anybody?", "forget it", silent=1)
        assert ada[0].startswith("Changed: day is now Tuesday (2")
        assert ada[2:] == ["service: haircut", ada[3], "hour: 17:00", "people: two"]
        assert bob == []
        assert eve == ["All right, I've cancelled that."]

        ada, bob, eve = await desk.hears("[/yes]", "bot", "hello")
        assert len(ada) == 1
        assert re.fullmatch(r"Your haircut for two is on Tuesday \(\d{4}-\d\d-\d\d\) at 17:00\.", ada[0])
        assert bob == [say("en", "handoff.back")]
        assert eve, "small talk again"
