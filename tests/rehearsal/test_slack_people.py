"""The stub takes what the adapter sends, and the adapter believes and understands the stub's people."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import aiohttp
import pytest

from frontdesk.channels import slack
from frontdesk.core.channel import Channel
from frontdesk.core.content import Button, Content, Outbound, OutboundMedia, Row
from frontdesk.core.message import Happening, Message, Reaction
from frontdesk.errors import ChannelThrottled, ConversationClosed, OperatorNeeded
from frontdesk.rehearsal.people import Seen
from frontdesk.rehearsal.slack import people
from frontdesk.rehearsal.slack.vocabulary import APP, BOT, BOT_USER, team_of
from tests.rehearsal.slack_app import ADA, ROOM, TOKEN, App, an_app


@pytest.fixture
async def app() -> AsyncIterator[App]:
    async with an_app() as running:
        yield running


@pytest.fixture
def channel(app: App) -> Channel:
    return Channel(
        id=UUID(int=1),
        tenant="acme",
        kind="slack",
        name="desk",
        api_base=app.stub.url,
        credentials={"bot_token": TOKEN, "signing_secret": "s3cret"},
        settings={"bot_user_id": BOT_USER, "bot_id": BOT, "app_id": APP, "team_id": team_of(TOKEN)},
    )


def an_outbound(conversation: str = ADA, thread: str | None = None, url: str | None = None, **content: Any) -> Outbound:
    return Outbound(
        key="0199-key", conversation=conversation, thread=thread, answer_url=url, content=Content(**content)
    )


async def test_a_closed_channel_and_a_missing_scope_are_errors_of_the_adapter(app: App, channel: Channel) -> None:
    app.stub.closed[ROOM] = "is_archived"
    with pytest.raises(ConversationClosed):
        await app.perform(slack.send(an_outbound(ROOM, text="Hi"), channel))
    app.stub.scopes.remove("chat:write")
    with pytest.raises(OperatorNeeded, match="chat:write"):
        await app.perform(slack.send(an_outbound(text="Hi"), channel))
    app.stub.refuse(status=429, retry_after=2)
    with pytest.raises(ChannelThrottled):
        await app.perform(slack.send(an_outbound(text="Hi"), channel))


ROWS = tuple(Row(title=f"At {n}", payload="p" * 200, description="d" * 75) for n in range(100))
CONTENTS: list[tuple[dict[str, Any], str, str | None]] = [
    ({"text": "1 < 2 & more"}, "text", "1 < 2 & more"),
    ({"text": "x" * 3900, "buttons": tuple(Button(title=f"{n}", payload="y" * 5000) for n in range(25))}, "text", None),
    ({"text": "&" * 2900, "rows": ROWS[:20], "list_title": "When?"}, "text", None),
    ({"text": "x" * 2900, "rows": ROWS}, "text", None),
    ({"type": "image", "media": (OutboundMedia(type="image", url="https://example.org/a.png"),)}, "image", None),
    ({"type": "image", "media": (OutboundMedia(type="image", data=b"\x89PNG", mime="image/png"),)}, "image", None),
    ({"type": "voice", "media": (OutboundMedia(type="voice", data=b"Ogg", mime="audio/ogg"),)}, "audio", None),
    (
        {"type": "album", "media": (OutboundMedia(type="document", data=b"a"),) * 2, "text": "two & more"},
        "album",
        "two & more",
    ),
]


@pytest.mark.parametrize(("content", "kind", "text"), CONTENTS, ids=range(len(CONTENTS)))
async def test_the_stub_takes_what_the_adapter_sends(
    app: App, channel: Channel, content: dict[str, Any], kind: str, text: str | None
) -> None:
    external_id = await app.perform(slack.send(an_outbound(**content), channel))
    assert app.stub.refused == []
    [seen] = app.stub.seen
    assert (seen.type, seen.conversation, seen.account) == (kind, ADA, team_of(TOKEN))
    assert text is None or seen.text == text
    assert seen.external_id == external_id or external_id == f"{ADA}:0199-key"


async def test_changes_are_seen(app: App, channel: Channel) -> None:
    target = await app.perform(slack.send(an_outbound(text="one"), channel))
    for content in (
        {"type": "edit", "text": "two", "buttons": (Button(title="Yes"),)},
        {"type": "reaction", "emoji": "👍"},
        {"type": "reaction"},
        {"type": "delete"},
        {"type": "delete"},
    ):
        assert await app.perform(slack.send(an_outbound(target=target, **content), channel)) == target
    assert [(each.type, each.text, each.emoji) for each in app.stub.seen[1:]] == [
        ("edit", "two", None),
        ("reaction", None, "+1"),
        ("reaction", None, "+1"),
        ("delete", None, None),
    ]
    assert app.stub.seen[1].choices == (("Yes", "Yes"),)


async def test_a_message_cut_off_is_found_again(app: App, channel: Channel) -> None:
    message = an_outbound(ROOM, "1760000000.000100", text="once")
    assert await app.perform(slack.recall(message, channel)) is None
    app.stub.cut(ROOM)
    with pytest.raises(aiohttp.ClientError):
        await app.perform(slack.send(message, channel))
    assert await app.perform(slack.recall(message, channel)) == app.stub.seen[0].external_id
    app.stub.scopes.remove("im:history")
    assert await app.perform(slack.recall(message, channel)) is None


async def test_a_command_is_answered_five_times(app: App, channel: Channel) -> None:
    app.stub.closed[ROOM] = "not_in_channel"
    request = people.commands(channel, ADA, 1, "/desk open now?", place=ROOM)
    [command] = slack.parse(request, channel)
    assert isinstance(command, Message)
    assert (command.origin.conversation, command.command, command.args) == (ROOM, "desk", "open now?")
    for number in range(5):
        await app.perform(slack.send(an_outbound(ROOM, url=command.answer_url, text=f"{number}"), channel))
    assert app.stub.said(ROOM) == ["0", "1", "2", "3", "4"]
    with pytest.raises(ConversationClosed):
        await app.perform(slack.send(an_outbound(ROOM, url=command.answer_url, text="6"), channel))


async def test_files_are_served_to_the_token_and_a_login_page_to_others(app: App, channel: Channel) -> None:
    app.stub.files["pic1"] = b"\x89PNG"
    [shared] = slack.parse(people.sends_image(channel, ADA, 1, "pic1", "look"), channel)
    assert isinstance(shared, Message)
    download = await app.perform(slack.fetch(shared.media[0], channel))
    assert (download.data, download.mime) == (b"\x89PNG", "image/png")
    app.stub.scopes.remove("files:read")
    with pytest.raises(OperatorNeeded, match="files:read"):
        await app.perform(slack.fetch(shared.media[0], channel))


async def test_every_check_passes_and_learns_who_the_app_is(app: App, channel: Channel) -> None:
    found = [await app.perform(check.exchange) for check in slack.checks(channel, None)]
    learned = {name: value for each in found for name, value in each.learned.items()}
    assert learned.items() >= channel.settings.items()


async def test_typing_is_taken_in_an_assistant_s_thread(app: App, channel: Channel) -> None:
    await app.perform(slack.show_typing(ADA, "1760000000.000100", None, channel))
    assert [call.method for call in app.stub.calls] == ["assistant.threads.setStatus"]


SEEN = Seen(at=0, account="T", conversation=ADA, external_id=f"{ADA}:1760000009.000100", choices=(("Yes", "~0"),))


def test_people_are_believed_and_understood(channel: Channel) -> None:
    requests = {
        "says": people.says(channel, ADA, 1, "1 < 2 &amp; more"),
        "presses": people.presses(channel, ADA, 2, SEEN, 0),
        "sends_image": people.sends_image(channel, ADA, 3, "pic1", "look"),
        "reacts": people.reacts(channel, ADA, 4, SEEN.external_id, "👍"),
        "edits": people.edits(channel, ADA, 1, "better"),
        "mentions": people.mentions(channel, ADA, 5, "hello", ROOM),
    }
    for request in requests.values():
        assert slack.verify(request, channel, datetime.now(UTC))
        assert not slack.verify(replace(request, body=request.body + b" "), channel, datetime.now(UTC))
    events = {name: slack.parse(request, channel)[0] for name, request in requests.items()}
    said, press, image, mention = (events[name] for name in ("says", "presses", "sends_image", "mentions"))
    assert isinstance(said, Message)
    assert (said.text, said.external_id) == ("1 < 2 &amp; more", people.external_id(channel, ADA, 1))
    assert (said.origin.conversation, said.origin.account) == (ADA, team_of(TOKEN))
    assert isinstance(press, Message)
    assert press.press
    assert (press.press.payload, press.reply_to) == ("~0", SEEN.external_id)
    assert press.external_id == people.external_id(channel, ADA, 2)
    assert isinstance(image, Message)
    assert (image.type, image.text) == ("image", "look")
    assert isinstance(mention, Message)
    assert (mention.mentions_bot, mention.origin.conversation) == (True, ROOM)
    reaction, edit = events["reacts"], events["edits"]
    assert isinstance(reaction, Reaction)
    assert (reaction.emoji, reaction.target) == ("+1", SEEN.external_id)
    assert isinstance(edit, Happening)
    assert (edit.event, edit.text, edit.target) == ("edited", "better", said.external_id)


def test_without_buttons_the_number_is_written(channel: Channel) -> None:
    [said] = slack.parse(people.presses(channel, ADA, 2, replace(SEEN, choices=()), 1), channel)
    assert isinstance(said, Message)
    assert said.text == "2"
