"""The adapter and the strict stub against each other over HTTP, and the people who live at the stub."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import pytest

from frontdesk.channels import whatsapp
from frontdesk.core.channel import Channel
from frontdesk.core.content import Button, Row, Template
from frontdesk.core.exchange import Request
from frontdesk.core.message import Happening, Media, Message, Reaction
from frontdesk.embedded import Servers
from frontdesk.errors import ChannelUnauthorised, DeliveryInDoubt, DeliveryRejected, FrontdeskError
from frontdesk.http import Http
from frontdesk.live import Live
from frontdesk.media import Files
from frontdesk.rehearsal.people import People
from frontdesk.rehearsal.whatsapp import Template as Approved
from frontdesk.rehearsal.whatsapp import WhatsAppStub
from frontdesk.rehearsal.whatsapp import people as module
from tests.channels.whatsapp.builders import ANA, APP_SECRET, GROUP, PHONE_ID, WABA, a_channel, a_file, an_outbound
from tests.channels.whatsapp.sayings import SAID
from tests.channels.whatsapp.test_send_files import FILES, OPUS

NOW = datetime(2025, 10, 9, tzinfo=UTC)
people = cast("People", module)


@pytest.fixture(scope="module")
async def stub() -> AsyncIterator[WhatsAppStub]:
    async with WhatsAppStub(app_secret=APP_SECRET) as running:
        yield running


@pytest.fixture(autouse=True)
def fresh(stub: WhatsAppStub) -> None:
    stub.hold("9001", OPUS, "")
    stub.account.templates = {
        ("stall_news", "en_US"): Approved(text="News"),
        ("stall_news", "ru"): Approved(text="{{1}} {{2}}", header="image", buttons=("More", "Stop")),
    }
    stub.seen.clear()
    stub.refused.clear()
    stub.orders.clear()


@pytest.fixture
async def http(servers: Servers, tmp_path: Path) -> AsyncIterator[Http]:
    live = Live(servers.redis_url)
    http = Http(5, live, Files(tmp_path))
    yield http
    await http.close()
    await live.close()


@pytest.fixture
def channel(stub: WhatsAppStub) -> Channel:
    return a_channel(api_base=stub.url, waba_id=WABA)


@pytest.mark.parametrize("content", [row[0] for row in SAID.values()], ids=SAID)
async def test_the_stub_takes_all_that_the_adapter_says(
    stub: WhatsAppStub, http: Http, channel: Channel, content: dict[str, Any]
) -> None:
    wamid = await http.perform(whatsapp.send(an_outbound(**content), channel))
    assert [seen.external_id for seen in stub.seen] == [wamid]


@pytest.mark.parametrize("media", [row[0] for row in FILES.values()], ids=FILES)
async def test_the_stub_takes_all_files(stub: WhatsAppStub, http: Http, channel: Channel, media: Any) -> None:
    await http.perform(whatsapp.send(an_outbound(type=media.type, media=(media,)), channel))
    assert [seen.file for seen in stub.seen] == [media.data]


async def test_in_groups_choices_go_as_words(stub: WhatsAppStub, http: Http, channel: Channel) -> None:
    await http.perform(whatsapp.send(an_outbound(GROUP, text="?", rows=(Row(title="a", payload="a"),)), channel))
    assert [(seen.conversation, seen.text) for seen in stub.seen] == [(GROUP, "?\n• a")]


@pytest.mark.parametrize(
    ("order", "failure"),
    [({"code": 131047}, DeliveryRejected), ({"code": 190}, ChannelUnauthorised), ({"status": 200}, DeliveryInDoubt)],
)
async def test_refusals_are_understood(
    stub: WhatsAppStub, http: Http, channel: Channel, order: dict[str, int], failure: type[FrontdeskError]
) -> None:
    stub.refuse(ANA, **order)
    with pytest.raises(failure):
        await http.perform(whatsapp.send(an_outbound(text="Hi"), channel))


async def test_a_call_cut_off_is_in_doubt(stub: WhatsAppStub, http: Http, channel: Channel) -> None:
    stub.cut(ANA)
    with pytest.raises(DeliveryInDoubt):
        await http.perform(whatsapp.send(an_outbound(text="Hi"), channel))
    assert stub.said(ANA) == ["Hi"]


async def test_a_file_comes_down_with_the_token(stub: WhatsAppStub, http: Http, channel: Channel) -> None:
    download = await http.perform(whatsapp.fetch(Media(type="audio", ref="9001"), channel))
    assert (download.data, download.mime) == (OPUS, None)


async def test_a_registered_channel_passes_all_checks(stub: WhatsAppStub, http: Http, channel: Channel) -> None:
    chosen = {"name": "stall_news", "language": "en_US"}
    channel = replace(channel, settings={**channel.settings, "window_template": chosen})
    webhook = "https://desk.example.org/hook"
    assert "Stub app" in await http.perform(whatsapp.register(channel, webhook))
    for check in whatsapp.checks(channel, webhook):
        assert (await http.perform(check.exchange)).detail
    wrong = replace(channel, credentials={**channel.credentials, "app_secret": "0" * 32})
    with pytest.raises(ChannelUnauthorised, match="app secret"):
        await http.perform(whatsapp.checks(wrong, webhook)[1].exchange)


async def test_typing_and_reading_reach_the_stub(stub: WhatsAppStub, http: Http, channel: Channel) -> None:
    await http.perform(whatsapp.show_typing(ANA, None, "wamid.theirs", channel))
    assert stub.account.typing == ["wamid.theirs"]


def _read(request: Request) -> Any:
    assert whatsapp.verify(request, a_channel(), NOW)
    [event] = whatsapp.parse(request, a_channel())
    return event


async def test_people_press_what_they_see(stub: WhatsAppStub, http: Http, channel: Channel) -> None:
    ada = people.person(0)
    buttons = (Button(title="Yes", payload="y"), Button(title="No", payload="n"))
    rows = tuple(Row(title=str(number), payload=f"row:{number}") for number in range(5))
    template = Template(name="stall_news", language="ru", header=a_file("image"), body=("a", "b"), buttons=("m", "s"))
    for content in (
        {"text": "?", "buttons": buttons},
        {"text": "?", "rows": rows},
        {"type": "template", "template": template},
    ):
        await http.perform(whatsapp.send(an_outbound(ada, **content), channel))
    pressed = [_read(people.presses(channel, ada, number, seen, 1)) for number, seen in enumerate(stub.seen, 1)]
    assert [(each.type, each.press.payload) for each in pressed] == [
        ("button_reply", "n"),
        ("list_reply", "row:1"),
        ("button_reply", "s"),
    ]
    assert [each.reply_to for each in pressed] == [seen.external_id for seen in stub.seen]


def test_people_write_as_meta_posts_it(channel: Channel) -> None:
    ada = people.person(7)
    text = _read(people.says(channel, ada, 1, "hello"))
    image = _read(people.sends_image(channel, ada, 2, "9001", "look"))
    reaction = _read(people.reacts(channel, ada, 3, "wamid.ours", "👍"))
    edit = _read(people.edits(channel, ada, 1, "hello again"))
    assert isinstance(text, Message)
    assert (text.origin.conversation, text.external_id, text.text) == (
        ada,
        people.external_id(channel, ada, 1),
        "hello",
    )
    assert (image.media[0].ref, image.text, image.external_id) == ("9001", "look", people.external_id(channel, ada, 2))
    assert isinstance(reaction, Reaction)
    assert isinstance(edit, Happening)
    assert (edit.event, edit.target, edit.text) == ("edited", text.external_id, "hello again")
    assert (
        json.loads(people.says(channel, ada, 1, "x").body)["entry"][0]["changes"][0]["value"]["metadata"][
            "phone_number_id"
        ]
        == PHONE_ID
    )
