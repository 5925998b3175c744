"""The other side of a custom channel, as the rehearsal plays it: real posts over HTTP, strict about the protocol."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import aiohttp
import pytest

from frontdesk.channels import custom
from frontdesk.core.channel import Channel
from frontdesk.core.content import Button, Content, ContentType, Outbound, OutboundMedia, Row
from frontdesk.core.exchange import Request
from frontdesk.core.fitting import fit
from frontdesk.core.message import ContactCard, Message, Place, Reaction
from frontdesk.rehearsal.custom import CustomStub, people
from tests.channels.custom.builders import a_channel

PICTURE = OutboundMedia(type="image", url="https://files.example.org/a.png")


@pytest.fixture
async def stub() -> AsyncIterator[CustomStub]:
    async with CustomStub() as running:
        yield running


@pytest.fixture
def channel(stub: CustomStub) -> Channel:
    channel = a_channel(api_base=stub.url)
    stub.secrets[str(channel.id)] = channel.secret("secret")
    return channel


async def answered(request: Request) -> tuple[int, Any]:
    async with (
        aiohttp.ClientSession() as http,
        http.request(request.method, request.url, headers=request.headers, data=request.body) as answer,
    ):
        raw = await answer.read()
        return answer.status, json.loads(raw) if answer.content_type == "application/json" else raw.decode()


def post(channel: Channel, key: str = "k-1", **content: Any) -> Request:
    return next(custom.send(Outbound(key=key, conversation="person-0", content=Content(**content)), channel))


async def test_what_was_sent_is_seen_with_its_choices(stub: CustomStub, channel: Channel) -> None:
    status, answer = await answered(
        post(channel, text="Which?", rows=(Row(title="A", payload="a"),), buttons=(Button(title="B"),))
    )
    assert (status, answer) == (200, {"id": "x-1"})
    (seen,) = stub.seen
    assert (seen.account, seen.conversation, seen.external_id) == (str(channel.id), "person-0", "x-1")
    assert (seen.type, seen.text, seen.choices) == ("text", "Which?", (("A", "a"), ("B", "B")))


async def test_the_same_key_again_is_the_same_message(stub: CustomStub, channel: Channel) -> None:
    assert [(await answered(post(channel, text="Hello")))[1] for _ in range(2)] == [{"id": "x-1"}] * 2
    assert (len(stub.seen), stub.repeats) == (1, 1)


@pytest.mark.parametrize("kind", sorted(custom.LIMITS.types))
async def test_every_type_is_taken_as_it_is_posted(stub: CustomStub, channel: Channel, kind: ContentType) -> None:
    content = Content(
        type=kind,
        text="words",
        target="m-1",
        emoji="👍",
        media=(PICTURE, replace(PICTURE, url=None, data=b"png"))
        if kind == "album"
        else (replace(PICTURE, type="voice"),),
        place=Place(latitude=0, longitude=1.5),
        contacts=(ContactCard(name="Bo", phones=("+41",)),),
    )
    for number, part in enumerate(fit(content, custom.LIMITS)):
        outbound = Outbound(key=f"k-{number}", conversation="person-0", content=part)
        assert (await answered(next(custom.send(outbound, channel))))[0] == 200
    assert stub.seen[0].type == kind
    assert not stub.refused


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"body": b'{"channel":"00000000-0000-0000-0000-000000000001"}'}, 401),
        ({"body": b"[]"}, 422),
        ({"method": "PUT"}, 415),
        ({"body": b"no json"}, 400),
    ],
    ids=str,
)
async def test_what_is_not_signed_or_not_json_is_refused(
    stub: CustomStub, channel: Channel, change: dict[str, Any], status: int
) -> None:
    assert (await answered(replace(post(channel, text="Hello"), **change)))[0] == status
    assert (len(stub.refused), stub.seen) == (1, [])


async def test_a_signature_by_another_secret_is_refused(stub: CustomStub, channel: Channel) -> None:
    other = replace(channel, credentials={"secret": "another"})
    assert (await answered(post(other, text="Hello")))[0] == 401


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ({"text": ""}, "a text has no words"),
        ({"type": "image"}, "one image has one file"),
        ({"type": "album", "media": (PICTURE,)}, "an album has two to ten files"),
        ({"type": "edit", "text": "x"}, "edit has no target"),
        ({"type": "location"}, "a location has no place"),
        ({"type": "contacts"}, "there are no contacts"),
        ({"type": "template"}, "there is no type 'template'"),
        ({"text": "x", "buttons": (Button(title=""),)}, "a choice has a title, and either a payload or a url"),
    ],
    ids=lambda value: str(value)[:30],
)
async def test_what_the_protocol_does_not_allow_is_refused_by_name(
    stub: CustomStub, channel: Channel, content: dict[str, Any], why: str
) -> None:
    assert await answered(post(channel, **content)) == (422, why)
    assert why in str(stub.refused[0])


async def test_posts_can_be_answered_as_ordered(stub: CustomStub, channel: Channel) -> None:
    stub.answers.append((503, {}))
    assert [(await answered(post(channel, text="Hello")))[0] for _ in range(2)] == [503, 200]


async def test_a_picture_lies_where_the_person_says(stub: CustomStub, channel: Channel) -> None:
    stub.files["a b/c"] = b"png"
    (event,) = custom.parse(people.sends_image(channel, "person-0", 1, "a b/c", "look"), channel)
    assert isinstance(event, Message)
    async with aiohttp.ClientSession() as http, http.get(event.media[0].ref) as answer:
        assert (await answer.read(), answer.status) == (b"png", 200)
    async with aiohttp.ClientSession() as http, http.get(f"{stub.url}/files/none") as answer:
        assert answer.status == 404


async def test_people_write_press_react_and_edit_as_the_channel_reads_it(stub: CustomStub, channel: Channel) -> None:
    await answered(post(channel, text="Which?", buttons=(Button(title="A", payload="a"), Button(title="B"))))
    who = people.person(0)
    posts = [
        people.says(channel, who, 1, "Hello"),
        people.presses(channel, who, 2, stub.seen[0], 1),
        people.presses(channel, who, 3, stub.seen[0], 4),
        people.reacts(channel, who, 4, "x-1", "👍"),
        people.edits(channel, who, 1, "Hello!"),
    ]
    assert all(custom.verify(request, channel, datetime.now(UTC)) for request in posts)
    said, press, number, reaction, edit = [event for request in posts for event in custom.parse(request, channel)]
    assert isinstance(said, Message)
    assert (said.external_id, said.origin.conversation, said.text) == (
        people.external_id(channel, who, 1),
        who,
        "Hello",
    )
    assert isinstance(press, Message)
    assert press.press is not None
    assert (press.type, press.press.payload, press.reply_to) == ("button_reply", "B", "x-1")
    assert isinstance(number, Message)
    assert number.text == "5"
    assert isinstance(reaction, Reaction)
    assert (reaction.target, reaction.emoji) == ("x-1", "👍")
    assert (edit.kind, getattr(edit, "target", None)) == ("event", said.external_id)
