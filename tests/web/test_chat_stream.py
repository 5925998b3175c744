"""The event stream: nothing lost and nothing doubled, over cuts, restarts and several tabs."""

import asyncio
from typing import Any

import pytest

from frontdesk.web import stream
from tests.installation import Installation
from tests.web.chats import Chat
from tests.web.conftest import Installed, a_chat


async def test_what_is_answered_arrives_as_it_is_in_the_history(chat: Chat) -> None:
    async with chat.listening() as events:
        await chat.say("hello")
        message = await events.message()
        assert message["direction"] == "outbound"
        assert str(message["position"]) == events.last_id
        assert message == (await chat.answers(1))[0]
        assert await events.quiet()


async def test_without_a_place_to_resume_only_what_is_new_comes(chat: Chat) -> None:
    await chat.say("before")
    await chat.answers(1)
    async with chat.listening() as events:
        assert await events.quiet()
        await chat.say("hello")
        await events.message()


async def test_a_cut_stream_resumes_after_the_last_event(chat: Chat) -> None:
    seen: list[dict[str, Any]] = []
    last = "0"
    for number in range(4):
        async with chat.listening(last) as events:
            await chat.say(f"hello {number}")
            seen.append(await events.message())
            last = events.last_id
        await chat.say(f"hello while away {number}")
        await chat.answers(2 * number + 2)
        async with chat.listening(last) as events:
            seen.append(await events.message())
            last = events.last_id
            assert await events.quiet(0.1)
    history = await chat.answers(8)
    assert [item["id"] for item in seen] == [item["id"] for item in history]


async def test_the_place_to_resume_may_stand_in_the_address(chat: Chat) -> None:
    await chat.say("hello")
    (answer,) = await chat.answers(1)
    url = f"{chat.desk.base_url}{chat.path}/events?last_event_id=0&session={chat.session}"
    async with chat.desk.http.get(url) as response:
        blocks = [(await response.content.readuntil(b"\n\n")).decode() for _ in range(2)]
    assert answer["id"] in blocks[1]


@pytest.mark.parametrize("odd", ["x", "-1", "99999999999999999999999", "1.5", ""])
async def test_a_place_that_is_none_begins_with_what_is_new(chat: Chat, odd: str) -> None:
    await chat.say("before")
    await chat.answers(1)
    async with chat.listening(odd) as events:
        assert await events.quiet(0.2)


async def test_two_tabs_hear_the_same(chat: Chat) -> None:
    async with chat.listening() as first, chat.listening() as second:
        for number in range(3):
            await chat.say(f"hello {number}")
        heard = await asyncio.gather(first.messages(3), second.messages(3))
        assert heard[0] == heard[1]
        assert await first.quiet(0.2)


async def test_one_visitor_hears_nothing_of_another(chat: Chat) -> None:
    other = await chat.another()
    async with chat.listening() as events:
        await other.say("hello")
        await other.answers(1)
        assert await events.quiet()


async def test_after_a_restart_of_the_api_the_stream_goes_on_without_loss_or_doubles(
    installed: Installed, tenant: Any
) -> None:
    async with installed(work=True) as desk:
        chat = await a_chat(desk, tenant)
        async with chat.listening("0") as events:
            await chat.say("first")
            first = await events.message()
            last = events.last_id
            await chat.say("second")
    async with installed(work=True) as desk:
        chat.desk = desk
        async with chat.listening(last) as events:
            second = await events.message()
            await chat.say("third")
            third = await events.message()
            assert await events.quiet(0.2)
        history = await chat.answers(3)
        assert [first["id"], second["id"], third["id"]] == [item["id"] for item in history]


async def test_a_person_who_answers_is_heard(chat: Chat) -> None:
    async with chat.listening() as events:
        await chat.say("hello")
        await events.message()
        base = f"/tenants/{chat.tenant.code}/conversations"
        (conversation,) = (await chat.desk.api("GET", base))["items"]
        body = {"text": "Ana <b>here</b> & now"}
        await chat.desk.api("POST", f"{base}/{conversation['id']}/messages", status=202, json=body)
        message = await events.message()
        # words travel as they are: the page shows them as text
        assert (message["text"], message["format"]) == ("Ana <b>here</b> & now", "plain")


async def test_typing_is_shown_while_an_answer_takes_long(chat: Chat, installation: Installation) -> None:
    from frontdesk.core.topics import conversation_topic
    from frontdesk.live import Live

    async with chat.listening() as events:
        live = await installation.app.get(Live)
        await live.publish(conversation_topic(chat.channel.id, chat.visitor), {"event": "typing", "on": True})
        block = await events.block()
        assert (block["event"], block["data"]) == ("typing", '{"on": true}')


async def test_a_silent_stream_says_that_it_lives(chat: Chat, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "PING_SECONDS", 0.6)
    monkeypatch.setattr(stream, "LOOK_SECONDS_WITH_WORD", 0.1)
    async with chat.listening() as events:
        assert [await events.block(5) for _ in range(2)] == [{"": " ping"}] * 2


async def test_a_page_that_leaves_is_forgotten(chat: Chat, installation: Installation) -> None:
    from frontdesk.live import Live

    live = await installation.app.get(Live)
    async with chat.listening():
        assert await _listeners(live) >= 1
    for _ in range(100):
        if await _listeners(live) == 0:
            break
        await asyncio.sleep(0.1)
    assert await _listeners(live) == 0


async def _listeners(live: Any) -> int:
    return sum(1 for channel in await live.client.pubsub_channels("*") if "change" not in channel)
