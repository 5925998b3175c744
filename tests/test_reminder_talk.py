"""What is said on the way to a reminder, through the whole journey: the zone, the question whether that is right, and what is none."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from frontdesk.core.channel import Channel
from frontdesk.core.tenant import Tenant
from frontdesk.phrases import say
from frontdesk.rehearsal.telegram import TelegramStub
from tests.builders import a_telegram_press, a_telegram_text
from tests.services.desk import Desk

CHAT = 6660001
ASKED = {
    "en": "remind me to take my pills every day at 8 and 20 except Sunday",
    "es": "recuérdame tomar mis pastillas todos los días a las 8 y a las 20 excepto los domingos",
    "de": "erinnere mich jeden Tag um 8 und 20 Uhr außer Sonntag daran, meine Tabletten zu nehmen",
}
WHAT = {"en": "take my pills", "es": "tomar mis pastillas", "de": "meine Tabletten zu nehmen"}
YES = {"en": "yes", "es": "sí", "de": "ja"}
CANCEL = {"en": "cancel", "es": "cancelar", "de": "abbrechen"}
LISBON = {"en": "Lisbon", "es": "Lisboa", "de": "Lissabon"}
NAIROBI = {"en": "I'm in Nairobi", "es": "estoy en Nairobi", "de": "ich bin in Nairobi"}


@dataclass
class Talk:
    """One person speaking with the bot of a fresh tenant in one language."""

    desk: Desk
    tenant: Tenant
    channel: Channel
    telegram: TelegramStub
    language: str = "en"
    number: int = field(default=0)

    async def say(self, text: str) -> str:
        """Say something, and return what comes back last."""
        return await self._heard(a_telegram_text(text, chat=CHAT, message_id=self._next(), update_id=self.number))

    async def press(self, payload: str) -> str:
        return await self._heard(a_telegram_press(payload, chat=CHAT, message_id=self._next()))

    def _next(self) -> int:
        self.number += 1
        return self.number

    async def _heard(self, update: dict[str, Any]) -> str:
        await self.desk.hear(self.tenant, self.channel, update)
        await self.desk.finished(self.tenant)
        return self.telegram.said(CHAT)[-1]

    def phrase(self, key: str, **values: str) -> str:
        return say(self.language, f"reminder.{key}", **values)

    def buttons(self) -> list[str]:
        call = [each for each in self.telegram.calls if each.message_id][-1]
        rows = call.fields.get("reply_markup", {}).get("inline_keyboard", [])
        return [button["text"] for row in rows for button in row]

    async def rows(self, query: str) -> list[Any]:
        return await self.desk.rows(self.tenant, query)

    async def zone(self) -> str | None:
        (row,) = await self.rows("SELECT time_zone FROM contacts")
        return row["time_zone"]  # type: ignore[no-any-return]

    async def schedules(self) -> list[dict[str, Any]]:
        return [json.loads(row["schedule"]) for row in await self.rows("SELECT schedule FROM reminders ORDER BY id")]


@pytest.fixture(params=["en", "es", "de"])
async def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


async def opened(desk: Desk, telegram: TelegramStub, language: str) -> Talk:
    tenant = await desk.tenant(languages=[language], time_zone="Europe/Madrid")
    return Talk(desk, tenant, await desk.channel(tenant, telegram.url), telegram, language)


@pytest.fixture
async def talk(desk: Desk, telegram: TelegramStub, language: str) -> AsyncIterator[Talk]:
    async with desk.working():
        yield await opened(desk, telegram, language)


@pytest.fixture
async def english(desk: Desk, telegram: TelegramStub) -> AsyncIterator[Talk]:
    async with desk.working():
        yield await opened(desk, telegram, "en")


async def asked(talk: Talk) -> None:
    assert await talk.say(ASKED[talk.language]) == talk.phrase("zone")
    assert talk.buttons() == ["Madrid"]


async def is_asked_whether_that_is_right(talk: Talk, answer: str) -> None:
    first = talk.phrase("confirm", text="", when="").split("\n")[0]
    assert answer.startswith(f"{first}\n{WHAT[talk.language]}\n"), answer
    assert await talk.say(YES[talk.language])
    (kept,) = await talk.schedules()
    assert (kept["times"], kept["without_weekdays"]) == (["08:00:00", "20:00:00"], [6])


async def test_the_zone_offered_is_taken_by_a_yes(talk: Talk) -> None:
    await asked(talk)
    await is_asked_whether_that_is_right(talk, await talk.say(YES[talk.language]))
    assert await talk.zone() == "Europe/Madrid"


async def test_the_zone_offered_is_taken_by_its_button(talk: Talk) -> None:
    await asked(talk)
    await is_asked_whether_that_is_right(talk, await talk.press("/reminder zone Europe/Madrid"))


@pytest.mark.parametrize(
    ("said", "zone"),
    [(LISBON, "Europe/Lisbon"), (NAIROBI, "Africa/Nairobi"), (dict.fromkeys(YES, "UTC+3"), "Etc/GMT-3")],
    ids=["a city", "a city in a sentence", "a difference to UTC"],
)
async def test_a_zone_is_taken_by_what_people_call_it(talk: Talk, said: dict[str, str], zone: str) -> None:
    await asked(talk)
    await is_asked_whether_that_is_right(talk, await talk.say(said[talk.language]))
    assert await talk.zone() == zone
    (kept,) = await talk.schedules()
    assert kept["zone"] == zone


async def test_what_is_no_zone_is_asked_again_and_it_can_be_left(talk: Talk) -> None:
    await asked(talk)
    assert await talk.say("hä?") == talk.phrase("zone_unknown")
    assert await talk.say("xyz qrs") == talk.phrase("zone_unknown")
    assert await talk.say(CANCEL[talk.language])
    assert (await talk.zone(), await talk.schedules()) == (None, [])


async def test_a_place_on_the_map_is_no_zone_and_asked_again(english: Talk) -> None:
    await asked(english)
    update = a_telegram_text("", chat=CHAT, message_id=90, update_id=90)
    del update["message"]["text"]
    update["message"]["location"] = {"latitude": -1.29, "longitude": 36.82}
    assert await english._heard(update) == english.phrase("zone_unknown")
    await is_asked_whether_that_is_right(english, await english.say("Nairobi"))


async def confirming(talk: Talk) -> str:
    await talk.say("remind me to call Bo tomorrow at 8")
    return await talk.say("Madrid")


@pytest.mark.parametrize(
    "said",
    [
        "the lab has to be called by Friday at the latest",
        "what is the weather going to be on Friday",
        "we are going to move house on the 3rd",
        "is the office open at 9 on Monday mornings",
    ],
)
async def test_words_about_something_else_change_no_schedule(english: Talk, said: str) -> None:
    question = await confirming(english)
    assert await english.say(said) == question
    await english.say("yes")
    (kept,) = await english.schedules()
    assert kept["first"].endswith("T08:00:00")


@pytest.mark.parametrize(
    ("said", "time"),
    [
        ("no, at 9", "09:00:00"),
        ("make it 9:30", "09:30:00"),
        ("actually I meant 10am", "10:00:00"),
        ("9 o'clock please", "09:00:00"),
        ("call Bo at 11", "11:00:00"),
        ("remind me at 9", "09:00:00"),
    ],
)
async def test_another_time_said_in_few_words_corrects_the_one_asked_about(english: Talk, said: str, time: str) -> None:
    await confirming(english)
    assert "call Bo" in await english.say(said)
    await english.say("yes")
    (kept,) = await english.schedules()
    assert kept["first"].endswith(f"T{time}")


async def test_another_reminder_takes_the_place_of_one_nobody_agreed_to(english: Talk) -> None:
    await confirming(english)
    assert "buy milk" in await english.say("remind me to buy milk tomorrow at 17:00")
    await english.say("yes")
    (row,) = await english.rows("SELECT text FROM reminders")
    assert row["text"] == "buy milk"


async def test_another_reminder_changes_none_that_was_being_changed(english: Talk) -> None:
    await confirming(english)
    await english.say("yes")
    assert await english.say("change my reminder") == english.phrase("change", text="call Bo")
    assert "buy milk" in await english.say("remind me to buy milk tomorrow at 17:00")
    await english.say("yes")
    assert [row["text"] for row in await english.rows("SELECT text FROM reminders ORDER BY id")] == [
        "call Bo",
        "buy milk",
    ]


async def test_a_yes_after_the_time_is_asked_for_another(english: Talk) -> None:
    await english.say("remind me to call Bo in 20 minutes")
    now = "2020-01-01T08:00:00+00:00"
    await english.rows(
        f"UPDATE conversations SET modes = jsonb_set(modes, '{{0,state,schedule,first}}', '\"{now}\"'), version = version + 1"
    )
    assert await english.say("yes") == english.phrase("when")
    assert await english.schedules() == []
    assert "call Bo" in await english.say("in an hour")


async def test_one_that_is_gone_is_not_said_to_be_changed(english: Talk) -> None:
    await confirming(english)
    await english.say("yes")
    await english.say("change my reminder")
    await english.say("tomorrow at 10")
    await english.rows("DELETE FROM reminders")
    assert await english.say("yes") == english.phrase("gone")
