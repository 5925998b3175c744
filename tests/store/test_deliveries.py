"""What becomes of a message on its way: provider's refusals, policy, doubt."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import pytest

from frontdesk.core.channel import Channel
from frontdesk.core.content import Content
from frontdesk.core.policy import Purpose
from frontdesk.core.tenant import Tenant
from frontdesk.phrases import say
from frontdesk.rehearsal.telegram import TelegramStub
from frontdesk.services.sending import Sending
from frontdesk.services.tenants import tenancy
from frontdesk.store import channels
from tests.builders import a_telegram_text
from tests.services.desk import Desk, until

CHAT = 5550001


@dataclass(frozen=True, slots=True)
class Post:
    """A tenant's channel to send through, and the worker that does."""

    desk: Desk
    tenant: Tenant
    channel: Channel
    telegram: TelegramStub

    async def send(self, text: str = "news", chat: int = CHAT, purpose: Purpose = "person") -> None:
        sending = await self.desk.app.get(Sending)
        await sending.send(self.tenant, self.channel, str(chat), Content(text=text), purpose=purpose)

    async def message(self) -> asyncpg.Record:
        """Return the message sent first."""
        return (await self.desk.rows(self.tenant, "SELECT * FROM messages ORDER BY id"))[0]

    async def postponed(self) -> asyncpg.Record:
        """Wait until the delivery was tried and given back, and return its work."""

        async def given_back() -> bool:
            message, work = await self.message(), await self.desk.work(self.tenant)
            return bool(message["error_code"] and work and work[0]["leased_by"] is None)

        await until(given_back)
        return (await self.desk.work(self.tenant))[0]

    async def hurry(self) -> None:
        await self.desk.hurry(self.tenant)
        await self.desk.finished(self.tenant)


@pytest.fixture
async def post(desk: Desk, telegram: TelegramStub) -> AsyncIterator[Post]:
    tenant = await desk.tenant()
    async with desk.working():
        yield Post(desk, tenant, await desk.channel(tenant, telegram.url), telegram)
        await desk.rows(tenant, "DELETE FROM frontdesk.work")


async def test_what_was_taken_is_noted_with_the_providers_id(post: Post) -> None:
    await post.send()
    await post.desk.finished(post.tenant)
    message = await post.message()
    assert (message["status"], message["external_id"], message["policy"]) == ("sent", f"{CHAT}:1", "allowed")
    assert (message["attempts"], message["in_doubt"], message["position"]) == (1, False, 1)
    assert message["sent_at"]


async def test_a_flood_waits_as_long_as_the_provider_asks_and_is_no_try(post: Post) -> None:
    post.telegram.refuse(CHAT, status=429, retry_after=77)
    await post.send()
    work = await post.postponed()
    assert timedelta(seconds=70) < work["due_in"] <= timedelta(seconds=77)
    assert (work["attempts"], work["in_doubt"]) == (0, False)
    assert (await post.message())["error_code"] == "channel_throttled"
    await post.hurry()
    message = await post.message()
    assert (message["status"], message["error_code"], message["attempts"]) == ("sent", None, 1)


async def test_other_conversations_go_on_while_one_waits(post: Post) -> None:
    post.telegram.refuse(CHAT, status=429, retry_after=77)
    await post.send()
    await post.postponed()
    await post.send("to another", chat=42)
    await until(lambda: post.telegram.said(42) == ["to another"])


async def test_a_message_never_overtakes_the_one_before_it(post: Post) -> None:
    post.telegram.refuse(CHAT, status=502)
    for text in ("one", "two", "three"):
        await post.send(text)
    await post.postponed()
    assert post.telegram.said(CHAT) == []
    await post.hurry()
    assert post.telegram.said(CHAT) == ["one", "two", "three"]


@pytest.mark.parametrize("status", [500, 502, 504])
async def test_a_provider_that_fails_is_asked_again_later(post: Post, status: int) -> None:
    post.telegram.refuse(CHAT, status=status)
    await post.send()
    work = await post.postponed()
    assert timedelta(seconds=4) < work["due_in"] <= timedelta(seconds=6)
    assert work["attempts"] == 1
    await post.hurry()
    assert ((await post.message())["status"], post.telegram.said(CHAT)) == ("sent", ["news"])


async def test_a_provider_that_keeps_failing_ends_in_a_dead_letter(post: Post) -> None:
    post.telegram.refuse(CHAT, status=500, times=3)
    await post.send()
    for _ in range(2):
        await post.postponed()
        await post.desk.rows(post.tenant, "UPDATE messages SET error_code = NULL")
        await post.desk.hurry(post.tenant)
    await post.desk.finished(post.tenant)
    message = await post.message()
    assert (message["status"], message["error_code"]) == ("failed", "channel_unreachable")
    (letter,) = await post.desk.rows(post.tenant, "SELECT * FROM dead_letters")
    assert (letter["kind"], letter["attempts"], letter["error_code"]) == ("delivery", 3, "channel_unreachable")


async def test_no_answer_leaves_a_doubt_and_is_sent_again(post: Post) -> None:
    post.telegram.cut(CHAT, carried_out=True)
    await post.send()
    work = await post.postponed()
    assert (work["in_doubt"], (await post.message())["error_code"]) == (True, "delivery_in_doubt")
    await post.hurry()
    message = await post.message()
    assert (message["status"], message["in_doubt"], message["attempts"]) == ("sent", True, 2)
    assert post.telegram.said(CHAT) == ["news", "news"]


async def test_nobody_listening_leaves_no_doubt(post: Post, desk: Desk) -> None:
    nowhere = await desk.channel(post.tenant, "http://127.0.0.1:9", name="nowhere")
    sending = await desk.app.get(Sending)
    await sending.send(post.tenant, nowhere, "1", Content(text="x"))
    work = await post.postponed()
    assert (work["in_doubt"], (await post.message())["error_code"]) == (False, "channel_unreachable")


async def test_who_blocked_us_is_remembered(post: Post) -> None:
    post.telegram.refuse(CHAT, status=403)
    await post.send()
    await post.desk.finished(post.tenant)
    assert ((await post.message())["status"], (await post.message())["error_code"]) == ("failed", "recipient_opted_out")
    (identity,) = await post.desk.rows(post.tenant, "SELECT blocked_at FROM identities")
    assert identity["blocked_at"]
    await post.send("again")
    await post.desk.finished(post.tenant)
    kept = await post.desk.rows(post.tenant, "SELECT status, policy FROM messages ORDER BY id")
    assert tuple(kept[1]) == ("refused", "blocked_by_contact")


async def test_a_group_that_removed_us_is_closed(post: Post) -> None:
    post.telegram.refuse(-40, status=403, description="Forbidden: bot was kicked from the group chat")
    await post.send(chat=-40)
    await post.desk.finished(post.tenant)
    (conversation,) = await post.desk.rows(post.tenant, "SELECT status FROM conversations")
    assert (conversation["status"], (await post.message())["error_code"]) == ("closed", "conversation_closed")


async def test_a_refused_message_is_not_tried_again(post: Post) -> None:
    post.telegram.refuse(CHAT, status=400, description="Bad Request: message text is empty")
    await post.send()
    await post.desk.finished(post.tenant)
    message = await post.message()
    assert (message["status"], message["error_code"]) == ("failed", "delivery_rejected")
    assert "message text is empty" in message["error"]
    assert len(post.telegram.refused) == 1


@pytest.mark.parametrize("status", [400, 401, 403, 503])
async def test_a_refusal_in_odd_words_is_kept_all_the_same(post: Post, status: int) -> None:
    post.telegram.refuse(CHAT, status=status, description="Bad: nul \0 inside")
    await post.send()

    async def noted() -> bool:
        return bool((await post.message())["error_code"])

    await until(noted)
    assert len(post.telegram.refused) == 1


async def test_a_moved_group_is_followed(post: Post) -> None:
    post.telegram.refuse(-40, status=400, migrate_to_chat_id=-100777)
    await post.send(chat=-40)
    await post.desk.finished(post.tenant)
    assert post.telegram.said(-100777) == ["news"]
    (conversation,) = await post.desk.rows(post.tenant, "SELECT external_id FROM conversations")
    assert conversation["external_id"] == "-100777"


async def test_a_group_that_moved_where_we_talk_already_ends_and_does_not_spin(post: Post) -> None:
    await post.send("hello", chat=-100777)
    post.telegram.refuse(-40, status=400, migrate_to_chat_id=-100777, times=None)
    await post.send(chat=-40)
    await post.desk.finished(post.tenant)
    assert len(post.telegram.refused) <= 3


async def test_wrong_credentials_stop_the_channel_and_wait_for_an_operator(post: Post) -> None:
    post.telegram.refuse(CHAT, status=401)
    await post.send()
    await post.desk.finished(post.tenant)
    (letter,) = await post.desk.rows(post.tenant, "SELECT error_code FROM dead_letters")
    assert letter["error_code"] == "channel_unauthorised"
    (channel,) = await post.desk.rows(post.tenant, "SELECT status, status_reason FROM channels")
    assert channel["status"] == "stopped"
    assert "BotFather" in channel["status_reason"]
    assert (await post.desk.directory.channel(post.tenant, post.channel.id)).status == "stopped"
    await post.send("after")
    await post.desk.finished(post.tenant)
    assert (await post.desk.said_by_us(post.tenant))[1] == ("refused", "after")


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ("UPDATE contacts SET opted_out_at = now()", "opted_out"),
        ("UPDATE identities SET blocked_at = now()", "blocked_by_contact"),
        ("UPDATE conversations SET status = 'closed'", "conversation_closed"),
        ("UPDATE channels SET status = 'stopped'", "channel_stopped"),
    ],
)
async def test_policy_refuses_for_good_and_says_why(post: Post, change: str, reason: str) -> None:
    await post.send("first")
    await post.desk.finished(post.tenant)
    await post.desk.rows(post.tenant, change)
    await post.send("second")
    await post.desk.finished(post.tenant)
    second = (await post.desk.rows(post.tenant, "SELECT status, policy FROM messages ORDER BY id"))[1]
    assert tuple(second) == ("refused", reason)
    assert post.telegram.said(CHAT) == ["first"]


async def test_a_notice_waits_for_the_end_of_quiet_hours_and_an_answer_does_not(post: Post) -> None:
    now = datetime.now(UTC)
    hours: dict[str, Any] = {"start": f"{now - timedelta(hours=1):%H:%M}", "end": f"{now + timedelta(hours=2):%H:%M}"}
    tenant = await post.desk.provisioning.change_settings(post.tenant.code, {"quiet_hours": hours})
    await post.send("notice", purpose="notice")

    await post.desk.finished(tenant)
    (put_off,) = await post.desk.rows(tenant, "SELECT id, due_at FROM frontdesk.scheduled")
    assert timedelta(hours=1, minutes=58) < put_off["due_at"] - now <= timedelta(hours=2, seconds=5)
    await post.desk.hear(tenant, post.channel, a_telegram_text("help"))
    await post.desk.finished(tenant)
    assert post.telegram.said(CHAT) == [say("en", "help.text")]
    await post.desk.provisioning.change_settings(post.tenant.code, {})
    await post.desk.rows(tenant, "UPDATE frontdesk.scheduled SET due_at = now()")
    await until(lambda: len(post.telegram.said(CHAT)) == 2)
    assert post.telegram.said(CHAT)[1] == "notice"


async def test_a_channels_own_pace_is_kept(post: Post) -> None:
    slow = await post.desk.channel(post.tenant, post.telegram.url, name="slow", settings={"per_second": 2})
    sending = await post.desk.app.get(Sending)
    for number in range(1, 5):
        await sending.send(post.tenant, slow, str(number), Content(text="x"), purpose="person")
    await post.desk.finished(post.tenant)
    at = sorted(call.at for call in post.telegram.calls)
    assert len(at) == 4
    assert at[-1] - at[0] > 0.5


async def test_an_erased_message_is_not_sent(post: Post) -> None:
    post.telegram.refuse(CHAT, status=502)
    await post.send()
    await post.postponed()
    await post.desk.rows(post.tenant, "DELETE FROM messages")
    await post.hurry()
    assert post.telegram.said(CHAT) == []


async def test_a_stopped_channel_is_known_by_its_reason(post: Post) -> None:
    async with post.desk.databases.tenant(tenancy(post.tenant)) as tx:
        await channels.set_status(tx, post.channel.id, "stopped", "for a while")
        assert [tuple(row) for row in await channels.stopped(tx)] == [("bot", "for a while")]
