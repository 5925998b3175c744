"""The stub refuses what Slack refuses, and fails as it is told to."""

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from frontdesk.rehearsal.slack.vocabulary import team_of
from tests.rehearsal.slack_app import ADA, ROOM, TOKEN, App, an_app


@pytest.fixture
async def app() -> AsyncIterator[App]:
    async with an_app() as running:
        yield running


def actions(*elements: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"type": "actions", "elements": list(elements)}]


def button(title: str = "Yes", value: str = "yes", name: str = "a", **more: Any) -> dict[str, Any]:
    text = {"type": "plain_text", "text": title}
    return {"type": "button", "text": text, "value": value, "action_id": name, **more}


def select(*options: tuple[str, str]) -> dict[str, Any]:
    shown = [{"text": {"type": "plain_text", "text": title}, "value": value} for title, value in options]
    return {"type": "static_select", "action_id": "s", "options": shown}


def section(text: str) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


REFUSED = [
    ("chat.postMessage", {"text": ""}, "no_text"),
    ("chat.postMessage", {"text": "a" * 40_001}, "msg_too_long"),
    ("chat.postMessage", {"channel": "lobby", "text": "a"}, "channel_not_found"),
    ("chat.postMessage", {"channel": None, "text": "a"}, "channel_not_found"),
    ("chat.postMessage", {"text": "a", "thread_ts": "yesterday"}, "invalid_thread_ts"),
    ("chat.postMessage", {"text": "a", "metadata": {"event_type": 1}}, "invalid_metadata_format"),
    ("chat.postMessage", {"text": "a", "unfurl_links": "no"}, "invalid_arguments"),
    ("chat.postMessage", {"text": "a", "blocks": {}}, "invalid_blocks_format"),
    ("chat.postMessage", {"blocks": []}, "no_text"),
    ("chat.postMessage", {"text": "a", "blocks": [{"type": "keyboard"}]}, "invalid_blocks"),
    ("chat.postMessage", {"text": "a", "blocks": [{"type": "divider"}] * 51}, "invalid_blocks"),
    ("chat.postMessage", {"text": "a", "blocks": [section("a" * 3001)]}, "invalid_blocks"),
    ("chat.postMessage", {"text": "a", "blocks": [section("")]}, "invalid_blocks"),
    ("chat.postMessage", {"text": "a", "blocks": [section("a" * 2900)] * 5}, "msg_blocks_too_long"),
    ("chat.postMessage", {"text": "a", "blocks": actions(*[button(name=f"{n}") for n in range(26)])}, "invalid_blocks"),
    ("chat.postMessage", {"text": "a", "blocks": actions(button(), button())}, "invalid_blocks"),
    ("chat.postMessage", {"text": "a", "blocks": actions(button("a" * 76))}, "invalid_blocks"),
    ("chat.postMessage", {"text": "a", "blocks": actions(button(value="a" * 2001))}, "invalid_blocks"),
    ("chat.postMessage", {"text": "a", "blocks": actions(button(url="tel:112"))}, "invalid_blocks"),
    ("chat.postMessage", {"text": "a", "blocks": actions(select(("a", "b" * 151)))}, "invalid_blocks"),
    ("chat.postMessage", {"text": "a", "blocks": actions(select(*[("a", "b")] * 101))}, "invalid_blocks"),
    ("chat.postMessage", {"text": "a", "blocks": [{"type": "image", "image_url": "x"}]}, "invalid_blocks"),
    ("chat.postEphemeral", {"text": "a"}, "user_not_in_channel"),
    ("chat.update", {"ts": "1.000100", "text": "a"}, "message_not_found"),
    ("chat.delete", {"ts": "1.000100"}, "message_not_found"),
    ("reactions.add", {"timestamp": "1.000100", "name": "👍"}, "invalid_name"),
    ("reactions.add", {"timestamp": "soon", "name": "+1"}, "bad_timestamp"),
    ("reactions.remove", {"timestamp": "1.000100", "name": "+1"}, "no_reaction"),
    ("files.getUploadURLExternal", {"filename": "a", "length": 1}, "invalid_arguments"),
    ("conversations.history", {"limit": 0}, "invalid_limit"),
    ("conversations.open", {"users": "ada"}, "user_not_found"),
    ("assistant.threads.setStatus", {"channel_id": ADA, "status": "x"}, "invalid_thread_ts"),
    ("views.open", {"trigger_id": "1", "view": {"type": "modal", "title": {"text": "a" * 25}}}, "invalid_arguments"),
    ("chat.sendPostcard", {}, "unknown_method"),
]


@pytest.mark.parametrize(("method", "arguments", "error"), REFUSED)
async def test_refuses_what_slack_refuses(app: App, method: str, arguments: dict[str, Any], error: str) -> None:
    status, answer = await app.call(method, **{"channel": ROOM, **arguments})
    assert (status, answer["ok"], answer["error"]) == (200, False, error)
    assert ([], error) == (app.stub.calls, app.stub.refused[0].refused)
    assert app.stub.seen == []


@pytest.mark.parametrize(
    ("token", "error"), [(None, "not_authed"), ("xoxp-1-2", "invalid_auth"), ("xoxb-88-x", "invalid_auth")]
)
async def test_knows_tokens(app: App, token: str | None, error: str) -> None:
    app.stub.tokens = {TOKEN}
    assert await app.call("auth.test", token=token) == (200, {"ok": False, "error": error})
    assert (await app.call("auth.test"))[1]["team_id"] == team_of(TOKEN)


async def test_slack_s_own_client_is_understood(app: App) -> None:
    stub = app.stub
    client = AsyncWebClient(token=TOKEN, base_url=f"{stub.url}/api/")
    posted = await client.chat_postMessage(channel=ROOM, text="hello", blocks=actions(button()))
    ts = str(posted["ts"])
    await client.chat_update(channel=ROOM, ts=ts, text="hello again")
    await client.reactions_add(channel=ROOM, timestamp=ts, name="eyes")
    with pytest.raises(SlackApiError, match="already_reacted"):
        await client.reactions_add(channel=ROOM, timestamp=ts, name="eyes")
    history = await client.conversations_history(channel=ROOM)
    assert [said["text"] for said in history["messages"]] == ["hello again"]
    await client.chat_delete(channel=ROOM, ts=ts)
    shared = await client.files_upload_v2(channel=ROOM, content=b"hello", filename="a.txt", initial_comment="look")
    assert shared["ok"]
    assert [each.type for each in stub.seen] == ["text", "edit", "reaction", "delete", "document"]
    assert stub.said(ROOM) == ["hello", "look"]


@pytest.mark.parametrize(
    ("order", "status", "error"),
    [
        ({"status": 429, "retry_after": 7}, 429, "ratelimited"),
        ({"error": "channel_not_found"}, 200, "channel_not_found"),
        ({"status": 503}, 503, "internal_error"),
    ],
)
async def test_answers_errors_on_demand_once(app: App, order: dict[str, Any], status: int, error: str) -> None:
    app.stub.refuse(ROOM, **order)
    assert (await app.call("chat.postMessage", channel="C0OTHER", text="another channel"))[1]["ok"]
    refused, answer = await app.call("chat.postMessage", channel=ROOM, text="hello")
    assert (refused, answer["error"]) == (status, error)
    assert (await app.call("chat.postMessage", channel=ROOM, text="hello"))[1]["ok"]
    assert app.stub.said(ROOM) == ["hello"]


@pytest.mark.parametrize(("carried_out", "said"), [(True, ["hello"]), (False, [])])
async def test_cuts_the_connection_on_demand(app: App, carried_out: bool, said: list[str]) -> None:
    app.stub.cut(ROOM, carried_out=carried_out)
    with pytest.raises(aiohttp.ClientError):
        await app.call("chat.postMessage", channel=ROOM, text="hello")
    assert app.stub.said(ROOM) == said


async def test_limits_posts_to_a_channel_where_it_is_told_to(app: App) -> None:
    app.stub.per_second = 1
    answers = [await app.call("chat.postMessage", channel=place, text="a") for place in (ROOM, ROOM, "C0OTHER")]
    assert [status for status, _ in answers] == [200, 429, 200]
