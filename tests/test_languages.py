"""A contact is answered in the language they write, among those the tenant speaks, and it does not flip at a word."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest

from frontdesk.core.channel import Channel
from frontdesk.core.tenant import Tenant
from frontdesk.rehearsal.telegram import TelegramStub
from tests.builders import a_telegram_text
from tests.services.desk import Desk

CHAT = 5550001


@dataclass(slots=True)
class Talk:
    desk: Desk
    tenant: Tenant
    channel: Channel
    telegram: TelegramStub
    number: int = field(default=0)

    async def says(self, text: str) -> str:
        """Write, and return the answer."""
        self.number += 1
        update = a_telegram_text(text, chat=CHAT, message_id=self.number, update_id=self.number)
        await self.desk.hear(self.tenant, self.channel, update)
        await self.desk.finished(self.tenant)
        return self.telegram.said(CHAT)[-1]

    async def language(self) -> str | None:
        (row,) = await self.desk.rows(self.tenant, "SELECT language FROM contacts")
        return str(row["language"]) if row["language"] else None


@pytest.fixture
async def talk(desk: Desk, telegram: TelegramStub) -> AsyncIterator[Talk]:
    tenant = await desk.tenant(languages=["en", "hi", "de"])
    async with desk.working():
        yield Talk(desk, tenant, await desk.channel(tenant, telegram.url), telegram)


async def test_whoever_writes_hindi_is_answered_in_hindi(talk: Talk) -> None:
    answer = await talk.says("मुझे कल डॉक्टर से मिलना है, क्या समय मिलेगा?")
    assert any("\u0900" <= char <= "\u097f" for char in answer), answer
    assert await talk.language() == "hi"


async def test_a_word_an_emoji_or_a_number_changes_nothing(talk: Talk) -> None:
    await talk.says("Ich möchte gern einen Termin für meine Tochter vereinbaren.")
    assert await talk.language() == "de"
    for text in ("👍", "42", "ok", "Anna Schmidt", "https://example.org"):
        await talk.says(text)
        assert await talk.language() == "de"
    await talk.says("Could you please answer me in English from now on?")
    assert await talk.language() == "en"


async def test_a_tenant_of_one_language_keeps_to_it(desk: Desk, telegram: TelegramStub) -> None:
    tenant = await desk.tenant(languages=["en"])
    async with desk.working():
        talk = Talk(desk, tenant, await desk.channel(tenant, telegram.url), telegram)
        answer = await talk.says("Ich möchte gern einen Termin für meine Tochter vereinbaren.")
        assert await talk.language() is None
        assert "ich" not in answer.lower().split()
