"""A custom channel of a running installation: a person is answered, presses, is sent files; repeats change nothing."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass

import pytest

from frontdesk.core.channel import Channel
from frontdesk.core.content import Content, OutboundMedia, Row
from frontdesk.core.exchange import Request
from frontdesk.core.tenant import Tenant
from frontdesk.phrases import say
from frontdesk.rehearsal.custom import CustomStub, people
from frontdesk.rehearsal.people import Seen
from frontdesk.services.sending import Sending
from tests.installation import Installation

PERSON = people.person(0)
HELP = say("en", "help.text")


@dataclass(frozen=True, slots=True)
class Side:
    """The other side: its channel, where it posts, and what it was told."""

    installation: Installation
    tenant: Tenant
    channel: Channel
    address: str
    stub: CustomStub

    async def posts(self, request: Request) -> int:
        """Post and return the status."""
        async with self.installation.http.post(self.address, data=request.body, headers=request.headers) as answer:
            return answer.status

    async def sends(self, content: Content) -> None:
        sending = await self.installation.app.get(Sending)
        await sending.send(self.tenant, self.channel, PERSON, content)

    async def until(self, said: Callable[[list[Seen]], bool]) -> list[Seen]:
        """Wait until what people saw is as asked, and return it."""
        end = time.monotonic() + 10
        while not said(self.stub.seen) and time.monotonic() < end:
            await asyncio.sleep(0.02)
        assert said(self.stub.seen), (self.stub.seen, self.stub.refused)
        return self.stub.seen


@pytest.fixture
async def side(installation: Installation, tenant: Tenant) -> AsyncIterator[Side]:
    async with CustomStub() as stub:
        channel, address = await installation.add_channel(tenant, "custom", "our app", api_base=stub.url)
        stub.secrets[str(channel.id)] = channel.secret("secret")
        yield Side(installation, tenant, channel, address, stub)


async def test_a_person_is_answered_once_however_often_the_post_comes(side: Side) -> None:
    post = people.says(side.channel, PERSON, 1, "/help")
    assert [await side.posts(post) for _ in range(3)] == [200, 200, 200]
    (answer,) = await side.until(lambda seen: len(seen) == 1)
    assert (answer.conversation, answer.text) == (PERSON, HELP)
    await asyncio.sleep(0.3)
    assert len(side.stub.seen) == 1


async def test_a_press_is_the_button_it_was(side: Side) -> None:
    await side.posts(people.says(side.channel, PERSON, 1, "/help"))
    (answer,) = await side.until(lambda seen: len(seen) == 1)
    await side.posts(people.presses(side.channel, PERSON, 2, answer, 0))
    await side.until(lambda seen: len(seen) > 1)


async def test_a_post_that_is_not_signed_is_refused(side: Side) -> None:
    post = people.says(side.channel, PERSON, 1, "/help")
    assert await side.posts(Request("POST", "", {"content-type": "application/json"}, post.body)) == 401
    assert await side.posts(Request("POST", "", post.headers, post.body + b" ")) == 401


async def test_what_fails_for_now_comes_again_under_the_same_key(side: Side) -> None:
    side.stub.answers.append((429, {"retry-after": "1"}))
    await side.sends(Content(text="Hello"))
    await side.until(lambda seen: len(seen) == 1)
    assert {call.key for call in side.stub.refused} == {side.stub.calls[0].key}


async def test_what_the_channel_can_show_arrives_as_it_is(side: Side) -> None:
    picture = OutboundMedia(type="image", url="https://files.example.org/a.png")
    await side.sends(
        Content(text="When?", rows=(Row(title="Tuesday", payload="tu"), Row(title="Friday", payload="fr")))
    )
    await side.sends(Content(type="image", media=(picture,), text="look"))
    times, image = await side.until(lambda seen: len(seen) == 2)
    assert times.choices == (("Tuesday", "tu"), ("Friday", "fr"))
    assert (image.type, image.text) == ("image", "look")
