"""Answers by the address of a command or a press: who gets them, and when the channel is used instead."""

import json

import pytest

from frontdesk.channels import slack
from frontdesk.core.content import Button
from frontdesk.core.exchange import Response
from frontdesk.errors import ConversationClosed, DeliveryRejected
from tests.channels.slack.builders import DIRECT, KEY, ROOM, TS, a_channel, an_outbound, asked, drive, ok, refusal, sent

YES = Button(title="Yes")
COMMAND = "https://hooks.slack.com/commands/T0HOME/1/abc"
PRESS = "https://hooks.slack.com/actions/T0HOME/1/abc"


def test_a_command_in_a_channel_is_answered_by_its_address_and_for_its_sender() -> None:
    message = an_outbound(ROOM, text="<Open>", answer_url=COMMAND)
    [request], external_id = drive(slack.send(message, a_channel()), [Response(200, b"ok")])
    assert (request.method, request.url) == ("POST", COMMAND)
    assert "authorization" not in request.headers
    assert json.loads(request.body) == {
        "text": "&lt;Open&gt;",
        "response_type": "ephemeral",
        "replace_original": False,
    }
    assert external_id == f"{ROOM}:{KEY}"


def test_a_channel_may_answer_commands_for_all_to_see() -> None:
    message = an_outbound(ROOM, text="Sure?", buttons=(YES,), answer_url=COMMAND)
    [request], _ = drive(slack.send(message, a_channel(answer_commands="in_channel")), [ok()])
    body = json.loads(request.body)
    assert (body["response_type"], [block["type"] for block in body["blocks"]]) == (
        "in_channel",
        ["section", "actions"],
    )


@pytest.mark.parametrize("spent", [Response(404), refusal("expired_url", 404), refusal("used_url")])
def test_a_spent_address_leaves_the_channel(spent: Response) -> None:
    message = an_outbound(ROOM, text="Open", answer_url=COMMAND)
    requests, external_id = drive(slack.send(message, a_channel()), [spent, sent(ROOM)])
    assert asked(requests[1])[0] == "chat.postMessage"
    assert external_id == f"{ROOM}:{TS}"


@pytest.mark.parametrize(("conversation", "url"), [(ROOM, PRESS), (DIRECT, COMMAND)])
def test_where_the_app_is_a_member_it_posts_itself(conversation: str, url: str) -> None:
    message = an_outbound(conversation, text="Open", answer_url=url)
    [request], _ = drive(slack.send(message, a_channel()), [sent()])
    assert asked(request)[0] == "chat.postMessage"


def test_where_it_is_none_the_address_is_left() -> None:
    message = an_outbound(ROOM, "1759990000.000200", text="Open", answer_url=PRESS)
    requests, external_id = drive(slack.send(message, a_channel()), [refusal("not_in_channel"), Response(200, b"ok")])
    assert requests[1].url == PRESS
    assert json.loads(requests[1].body)["thread_ts"] == "1759990000.000200"
    assert external_id == f"{ROOM}:{KEY}"


def test_where_both_are_closed_the_conversation_is() -> None:
    message = an_outbound(ROOM, text="Open", answer_url=PRESS)
    with pytest.raises(ConversationClosed):
        drive(slack.send(message, a_channel()), [refusal("channel_not_found"), refusal("expired_url", 404)])


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/commands/1",
        "http://hooks.slack.com/commands/1",
        "https://hooks.slack.com.evil.example/commands/1",
        "https://hooks.slack.com@evil.example/commands/1",
        "https://hooks.slack.com:444/commands/1",
        "https://files.slack.com/commands/1",
        "https://[/commands/1",
    ],
)
def test_no_other_address_is_ever_answered(url: str) -> None:
    message = an_outbound(ROOM, text="Open", answer_url=url)
    with pytest.raises(DeliveryRejected, match="none of Slack's"):
        drive(slack.send(message, a_channel()), [])


def test_the_channel_s_own_server_may_be_answered() -> None:
    message = an_outbound(ROOM, text="Open", answer_url="http://127.0.0.1:9/commands/1")
    [request], _ = drive(slack.send(message, a_channel(api_base="http://127.0.0.1:9")), [Response(200, b"ok")])
    assert request.url == "http://127.0.0.1:9/commands/1"
