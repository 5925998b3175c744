"""What a visitor says: every type, once however often it is posted, and shown again as it was said."""

import json
from typing import Any

import pytest

from frontdesk.channels.web.session import Visitor
from frontdesk.core.exchange import Request
from frontdesk.services.tenants import tenancy
from frontdesk.store.db import Databases
from frontdesk.web import named
from frontdesk.wiring import Transactions
from tests.web.chats import Chat
from tests.web.lines import ask, until

UPLOADED = b"\x89PNG\r\n\x1a\n pixels"


async def stored(chat: Chat) -> list[dict[str, Any]]:
    """Return all messages of the tenant as the API shows them."""
    found: list[dict[str, Any]] = []
    base = f"/tenants/{chat.tenant.code}/conversations"
    for conversation in (await chat.desk.api("GET", base))["items"]:
        found += (await chat.desk.api("GET", f"{base}/{conversation['id']}/messages"))["items"]
    return found


async def test_a_text_is_answered_and_both_are_in_the_history(chat: Chat) -> None:
    message_id = await chat.say("hello", id="m-1")
    assert message_id == "m-1"
    await chat.answers(1)
    said, answer = sorted(await chat.history(), key=lambda item: item["direction"])
    assert (said["id"], said["text"], said["direction"], said["type"]) == ("m-1", "hello", "inbound", "text")
    assert (answer["direction"], answer["status"], answer["format"]) == ("outbound", "sent", "plain")
    assert answer["text"]
    assert answer["position"] > 0


async def test_the_same_id_posted_again_is_one_message(chat: Chat) -> None:
    for _ in range(3):
        assert await chat.say("hello", id="m-1") == "m-1"
    assert await chat.say("hello", id="m-2") == "m-2"
    assert len(await chat.answers(2)) == 2
    assert len(await chat.history()) == 4


async def test_without_an_id_the_same_words_are_said_again_once_they_were_answered(chat: Chat) -> None:
    first = await chat.say("hello")
    await chat.answers(1)
    again = await chat.say("hello")
    assert first != again
    assert len(await chat.answers(2)) == 2


async def test_without_an_id_the_same_body_has_one_name_until_something_is_said(
    chat: Chat, databases: Databases
) -> None:
    request = Request("POST", "", body=b'{"text": "hello"}')
    who, transactions = Visitor(id=chat.visitor), Transactions(databases, chat.tenant)
    first, again = [await named.named(request, chat.channel, who, transactions) for _ in range(2)]
    assert first.json() == again.json()
    assert first.json()["text"] == "hello"
    await chat.say("good morning")
    await chat.answers(1)
    assert (await named.named(request, chat.channel, who, transactions)).json() != first.json()


async def test_without_an_id_an_unanswered_message_is_said_again_a_minute_later(
    chat: Chat, databases: Databases
) -> None:
    first = await chat.say("hello")
    await chat.answers(1)
    async with databases.tenant(tenancy(chat.tenant)) as tx:
        await tx.execute("DELETE FROM messages WHERE direction = 'outbound'")
        await tx.execute("UPDATE messages SET created_at = created_at - interval '61 s'")
    again = await chat.say("hello")
    assert first != again
    await chat.answers(1)


async def test_an_idempotency_key_names_a_message(chat: Chat) -> None:
    for _ in range(2):
        answer = await chat.ask("POST", "/messages", json={"text": "hello"}, headers={"idempotency-key": "k-1"})
        assert answer.json == {"id": "k-1"}
        await chat.answers(1)
    assert len(await chat.history()) == 2


async def test_every_question_stands_before_its_answer(chat: Chat) -> None:
    for number in range(40):
        await chat.say(f"hello {number}")
        await chat.answers(number + 1)
    assert [item["direction"] for item in await chat.history(limit=100)] == ["inbound", "outbound"] * 40


@pytest.mark.parametrize("odd", ["", "x" * 65, "a/b", "a\nb", 7, None, ["x"]])
async def test_an_id_that_can_not_be_is_replaced(chat: Chat, odd: Any) -> None:
    assert await chat.say("hello", id=odd) not in (odd, "b")
    await chat.answers(1)
    assert [item["text"] for item in await chat.history() if item["direction"] == "inbound"] == ["hello"]


async def test_visitors_can_use_the_same_ids(chat: Chat) -> None:
    other = await chat.another(user=chat.user("x"))
    # a user's own id may hold a slash: together with the page's id it must not name another's message
    slashed = await chat.another(user=chat.user("x/1"))
    for number, each in enumerate((chat, other, slashed)):
        await each.say(f"hello {number}", id="1")
    await other.say("hello 3", id="1/1")
    for each, count in ((chat, 1), (other, 2), (slashed, 1)):
        assert len(await each.answers(count)) == count
        assert "1" in [item["id"] for item in await each.history()]


@pytest.mark.parametrize(
    ("body", "kept"),
    [
        ({"text": "hello"}, {"type": "text", "text": "hello"}),
        ({"type": "text", "text": "/help me please"}, {"type": "command", "command": "help", "args": "me please"}),
        ({"type": "text", "text": "  "}, None),
        ({"type": "text", "text": "x" * 9000}, {"text": "x" * 8000}),
        ({"type": "text", "text": "a\0b\ud800c"}, {"text": "a\ufffdb\ufffdc"}),
        ({"type": "text", "text": "<b onclick=x>&amp;</b>"}, {"text": "<b onclick=x>&amp;</b>"}),
        ({"type": "location", "latitude": 38.7, "longitude": -9.1}, {"place": {"latitude": 38.7, "longitude": -9.1}}),
        ({"type": "location", "latitude": 0, "longitude": 0}, {"place": {"latitude": 0.0, "longitude": 0.0}}),
        ({"type": "location", "latitude": 91, "longitude": 0}, None),
        ({"type": "location", "latitude": True, "longitude": 0}, None),
        ({"type": "button_reply", "payload": "/help", "text": "Help"}, {"press": {"payload": "/help"}}),
        ({"type": "list_reply", "payload": "row", "text": "Row"}, {"press": {"payload": "row"}}),
        ({"type": "button_reply"}, None),
        ({"type": "image"}, None),
        ({"type": "parcel", "text": "x"}, None),
        ({"type": ["text"], "text": "x"}, None),
        ({}, None),
        ([], None),
    ],
)
async def test_messages_of_each_type_are_kept_or_refused(chat: Chat, body: Any, kept: dict[str, Any] | None) -> None:
    answer = await chat.ask("POST", "/messages", json=body)
    if kept is None:
        answer.problem(422, "invalid_input")
        assert await chat.history() == []
        return
    assert answer.status == 202
    await chat.answers(1)
    (content,) = [row["content"] for row in await stored(chat) if row["direction"] == "inbound"]
    for name, value in kept.items():
        given = content[name]
        assert {key: given[key] for key in value} == value if isinstance(value, dict) else given == value
    assert json.dumps(await chat.history())


@pytest.mark.parametrize(
    ("data", "status", "code"),
    [
        (b"{", 400, "malformed_payload"),
        (b"\xff", 400, "malformed_payload"),
        (b'{"text": NaN}', 400, "malformed_payload"),
        (b"[" * 60_000, 400, "malformed_payload"),
        (b" " * 65_537, 413, "payload_too_large"),
    ],
)
async def test_what_is_no_message_is_refused(chat: Chat, data: bytes, status: int, code: str) -> None:
    headers = {"content-type": "application/json"}
    (await chat.ask("POST", "/messages", data=data, headers=headers)).problem(status, code)


async def test_another_content_type_is_415(chat: Chat) -> None:
    answer = await chat.ask("POST", "/messages", data=b'{"text":"x"}', headers={"content-type": "text/plain"})
    answer.problem(415, "unsupported_media_type")


async def test_a_pressed_button_is_answered_as_its_command(chat: Chat) -> None:
    await chat.say("what is this")
    (fallback,) = await chat.answers(1)
    button = fallback["buttons"][0]
    body = {"type": "button_reply", "payload": button["payload"], "text": button["title"], "reply_to": fallback["id"]}
    assert (await chat.ask("POST", "/messages", json=body)).status == 202
    await chat.answers(2)
    (pressed,) = [item for item in await chat.history() if item["type"] == "button_reply"]
    assert (pressed["type"], pressed["text"], pressed["reply_to"]) == ("button_reply", button["title"], fallback["id"])


async def reactions(chat: Chat) -> list[dict[str, Any]]:
    """Return the reactions on the first answer."""
    return (await chat.answers(1))[0]["reactions"]


async def test_a_reaction_is_shown_on_its_message_and_can_be_taken_back(chat: Chat, databases: Databases) -> None:
    await chat.say("hello")
    (answer,) = await chat.answers(1)
    body = {"type": "reaction", "target": answer["id"], "emoji": "👍"}
    assert (await chat.ask("POST", "/messages", json=body)).status == 202

    async def shown() -> bool:
        return await reactions(chat) == [{"emoji": "👍", "own": True}]

    await until(shown)
    async with databases.tenant(tenancy(chat.tenant)) as tx:
        assert await tx.fetchval("SELECT message_id::text FROM feedback") == answer["id"]
        assert await tx.fetchval("SELECT score FROM feedback") == 5
    await chat.ask("POST", "/messages", json={**body, "action": "remove"})

    async def gone() -> bool:
        return await reactions(chat) == []

    await until(gone)
    for wrong in ({"emoji": ""}, {"emoji": "x" * 17}, {"target": 5}, {"action": "toggle"}):
        (await chat.ask("POST", "/messages", json={**body, **wrong})).problem(422, "invalid_input")


async def test_a_reaction_posted_again_is_shown_once(chat: Chat) -> None:
    await chat.say("hello")
    (answer,) = await chat.answers(1)
    for _ in range(2):
        await chat.ask("POST", "/messages", json={"type": "reaction", "target": answer["id"], "emoji": "👍"})
    await chat.say("hello again")
    await chat.answers(2)
    assert await reactions(chat) == [{"emoji": "👍", "own": True}]


async def test_read_marks_reach_the_messages_up_to_them(chat: Chat) -> None:
    for number in range(3):
        await chat.say(f"hello {number}")
        await chat.answers(number + 1)
    first, second, third = await chat.answers(3)
    assert (await chat.ask("POST", "/read", json={"id": second["id"]})).status == 204
    assert [item["status"] for item in await chat.answers(3)] == ["read", "read", "sent"]
    assert (await chat.ask("POST", "/read", json={"id": first["id"]})).status == 204
    assert (await chat.ask("POST", "/read", json={"id": "no id"})).status == 404
    assert (await chat.ask("POST", "/typing", json={"on": True})).status == 204
    assert third["status"] == "sent"


async def test_one_visitor_reads_nothing_of_anothers(chat: Chat) -> None:
    await chat.say("my secret")
    (answer,) = await chat.answers(1)
    other = await chat.another()
    assert await other.history() == []
    await other.say("hello")
    await other.ask("POST", "/read", json={"id": "ffffffff-ffff-7fff-bfff-ffffffffffff"})
    assert (await chat.answers(1))[0]["status"] == "sent"
    assert "my secret" not in json.dumps(await other.history(cursor="ffffffff-ffff-7fff-bfff-ffffffffffff"))
    assert answer["id"] not in json.dumps(await other.history())


async def test_history_is_paged_backwards_without_gaps_or_doubles(chat: Chat) -> None:
    for number in range(8):
        await chat.say(f"hello {number}")
        await chat.answers(number + 1)
    whole = await chat.history(limit=100)
    seen: list[dict[str, Any]] = []
    params: dict[str, Any] = {"limit": 5}
    while True:
        page = (await chat.ask("GET", "/messages", params=params)).json
        seen = page["items"] + seen
        if page["next"] is None:
            break
        params["cursor"] = page["next"]
    assert [item["id"] for item in seen] == [item["id"] for item in whole]
    assert len(seen) == 16
    (await chat.ask("GET", "/messages", params={"cursor": "no id"})).problem(422, "invalid_input")


async def test_the_receive_endpoint_takes_no_web_messages(chat: Chat) -> None:
    path = f"/messages/receive/tenants/{chat.tenant.code}/channels/web/tokens/{chat.token}"
    answer = await ask(chat.desk, "POST", path, chat.session, json={"type": "image", "media_ref": "x", "mime": 5})
    answer.problem(404, "channel_unknown")
