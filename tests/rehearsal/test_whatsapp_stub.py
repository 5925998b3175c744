"""The stub refuses what Meta refuses, and fails as it is told to."""

import asyncio
import hashlib
import hmac
import io
import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from frontdesk.rehearsal.whatsapp import Template, WhatsAppStub
from tests.rehearsal.whatsapp_messages import ACCEPTED, REFUSED, YES, buttons, rows, template

TOKEN = "EAAstub"
PHONE = "106540352242922"
WABA = "102290129340398"
ADA = "77010000001"
GROUP = "Y2FwaV9ncm91cDoxNzA1NTU1MDEzOToxMjAz"
OPUS = b"OggS" + b"\0" * 24 + b"OpusHead"


class App:
    """Calls edges as a business's program does."""

    def __init__(self, stub: WhatsAppStub, http: aiohttp.ClientSession) -> None:
        self.stub, self.http = stub, http

    async def call(
        self, path: str = f"{PHONE}/messages", *, method: str = "POST", token: str = TOKEN, **body: Any
    ) -> tuple[int, Any]:
        headers = {"authorization": f"Bearer {token}"} if token else {}
        address = f"{self.stub.url}/v25.0/{path}"
        async with self.http.request(method, address, headers=headers, **body) as answer:
            return answer.status, await answer.json()

    async def send(self, kind: str = "text", content: Any = None, to: str | None = ADA, **more: Any) -> tuple[int, Any]:
        body = {"messaging_product": "whatsapp", "recipient_type": "individual", "to": to, "type": kind, **more}
        body[kind] = {"body": "hello"} if content is None else content
        return await self.call(json={key: value for key, value in body.items() if value is not None})

    async def upload(self, data: bytes, mime: str = "image/png") -> tuple[int, Any]:
        form = aiohttp.FormData({"messaging_product": "whatsapp", "type": mime})
        form.add_field("file", io.BytesIO(data), filename="a", content_type=mime)
        return await self.call(f"{PHONE}/media", data=form)


@pytest.fixture
async def stub() -> AsyncIterator[WhatsAppStub]:
    async with WhatsAppStub() as running:
        running.account.templates["news", "en"] = Template(text="Hi {{1}} and {{2}}", buttons=("Stop",))
        running.account.templates["bill", "en"] = Template(text="Paid", header="document")
        running.account.templates["old", "en"] = Template(status="PAUSED")
        running.hold("9001", b"picture")
        running.hold("9002", b"film", "video/mp4")
        yield running


@pytest.fixture
async def app(stub: WhatsAppStub) -> AsyncIterator[App]:
    async with aiohttp.ClientSession() as http:
        yield App(stub, http)


@pytest.mark.parametrize(("kind", "content"), ACCEPTED)
async def test_takes_what_meta_takes(app: App, kind: str, content: Any) -> None:
    status, answer = await app.send(kind, content)
    assert status == 200, answer
    assert answer["contacts"] == [{"input": ADA, "wa_id": ADA}]
    assert [(each.conversation, each.external_id) for each in app.stub.seen] == [(ADA, answer["messages"][0]["id"])]


@pytest.mark.parametrize(("kind", "content", "code"), REFUSED)
async def test_refuses_what_meta_refuses(app: App, kind: str, content: Any, code: int) -> None:
    status, answer = await app.send(kind, content)
    assert (status >= 400, answer["error"]["code"]) == (True, code), answer
    assert answer["error"]["fbtrace_id"]
    assert (app.stub.seen, len(app.stub.refused)) == ([], 1)


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ({"to": "somebody"}, 131009),
        ({"to": None}, 100),
        ({"to": None, "recipient": "77010000001"}, 100),
        ({"to": ADA, "recipient_type": "group"}, 131009),
        ({"to": GROUP}, 131009),
        ({"recipient_type": "crowd"}, 100),
        ({"messaging_product": "email"}, 100),
        ({"biz_opaque_callback_data": "a" * 513}, 100),
        ({"context": {}}, 131008),
    ],
)
async def test_refuses_odd_addresses(app: App, address: dict[str, Any], code: int) -> None:
    assert (await app.send(**address))[1]["error"]["code"] == code


async def test_people_are_reached_by_user_id_and_groups_by_theirs(app: App) -> None:
    assert (await app.send(to=None, recipient="KZ.123"))[0] == 200
    assert (await app.send(to=GROUP, recipient_type="group"))[0] == 200
    assert (await app.send("interactive", buttons(YES), to=GROUP, recipient_type="group"))[0] == 400
    assert [each.conversation for each in app.stub.seen] == ["KZ.123", GROUP]


@pytest.mark.parametrize("body", [b"{", b"[]", b"\xff"])
async def test_refuses_bodies_it_cannot_read(app: App, body: bytes) -> None:
    status, answer = await app.call(data=body)
    assert (status, answer["error"]["code"]) == (400, 100)


async def test_knows_tokens_and_numbers() -> None:
    async with WhatsAppStub(tokens={TOKEN}, phones={PHONE}) as stub, aiohttp.ClientSession() as http:
        app = App(stub, http)
        answers = [await app.call(token=token, json={}) for token in ("", "EAAother")]
        assert [(status, answer["error"]["code"]) for status, answer in answers] == [(401, 190), (401, 190)]
        status, answer = await app.call("1/messages", json={})
        assert (status, answer["error"]["code"], answer["error"]["error_subcode"]) == (400, 100, 33)


async def test_what_people_see_is_kept_as_they_see_it(app: App) -> None:
    _, uploaded = await app.upload(OPUS, "audio/ogg")
    await app.send("interactive", rows(2))
    await app.send("audio", {"id": uploaded["id"], "voice": True})
    stop = {
        "type": "button",
        "sub_type": "quick_reply",
        "index": "0",
        "parameters": [{"type": "payload", "payload": "s"}],
    }
    await app.send("template", {**template(), "components": [*template()["components"], stop]})
    await app.send("location", {"latitude": 1.5, "longitude": 2})
    await app.send("reaction", {"message_id": "wamid.x", "emoji": "👍"})
    chosen, voice, news, place, reaction = app.stub.seen
    assert (chosen.type, chosen.text, chosen.choices) == ("text", "?", (("row 0 0", "0-0"), ("row 0 1", "0-1")))
    assert (voice.type, voice.file) == ("voice", OPUS)
    assert (news.type, news.text, news.choices) == ("template", "Hi a and b", (("Stop", "s"),))
    assert place.place == (1.5, 2.0)
    assert (reaction.target, reaction.emoji) == ("wamid.x", "👍")


async def test_files_are_served_with_a_token_until_they_expire(app: App) -> None:
    _, uploaded = await app.upload(b"\x89PNG")
    _, info = await app.call(uploaded["id"], method="GET")
    assert (info["sha256"], info["file_size"]) == (hashlib.sha256(b"\x89PNG").hexdigest(), 4)
    async with app.http.get(info["url"], headers={"authorization": f"Bearer {TOKEN}"}) as answer:
        assert await answer.read() == b"\x89PNG"
    async with app.http.get(info["url"]) as answer:
        assert answer.content_type == "text/html"
    app.stub.account.expired.add(uploaded["id"])
    async with app.http.get(info["url"], headers={"authorization": f"Bearer {TOKEN}"}) as answer:
        assert answer.status == 404
    assert (await app.call(uploaded["id"], method="GET"))[1]["error"]["error_subcode"] == 33
    assert (await app.send("image", {"id": uploaded["id"]}))[0] == 400


async def test_a_voice_note_has_to_be_opus(app: App) -> None:
    _, uploaded = await app.upload(b"OggS and vorbis", "audio/ogg")
    assert (await app.send("audio", {"id": uploaded["id"]}))[0] == 200
    assert (await app.send("audio", {"id": uploaded["id"], "voice": True}))[1]["error"]["code"] == 131053


async def test_files_can_be_deleted_and_pictures_may_not_be_too_large(app: App) -> None:
    _, uploaded = await app.upload(b"\x89PNG")
    assert await app.call(uploaded["id"], method="DELETE") == (200, {"success": True})
    assert (await app.call(uploaded["id"], method="DELETE"))[0] == 400
    _, large = await app.upload(b"\0" * 5_000_001)
    assert (await app.send("image", {"id": large["id"]}))[1]["error"]["code"] == 131053
    assert (await app.send("document", {"id": large["id"]}))[0] == 200
    assert (await app.call(f"{PHONE}/media", json={}))[1]["error"]["code"] == 100


@pytest.mark.parametrize(
    ("order", "status", "code"),
    [
        ({"code": 131056}, 400, 131056),
        ({"code": 130429, "retry_after": 7}, 429, 130429),
        ({"code": 190, "subcode": 463}, 401, 190),
        ({"code": 2}, 503, 2),
    ],
)
async def test_answers_errors_on_demand_once(app: App, order: dict[str, Any], status: int, code: int) -> None:
    app.stub.refuse(ADA, **order)
    assert (await app.send(to="77010000002"))[0] == 200
    refused, answer = await app.send()
    assert (refused, answer["error"]["code"]) == (status, code)
    assert (await app.send())[0] == 200
    assert app.stub.said(ADA) == ["hello"]


async def test_a_proxy_s_page_can_be_ordered_too(app: App) -> None:
    app.stub.refuse(status=502, edge="media")
    assert (await app.send())[0] == 200
    address = f"{app.stub.url}/v25.0/{PHONE}/media"
    async with app.http.post(address, headers={"authorization": "Bearer a"}) as answer:
        assert (answer.status, b"<html>" in await answer.read()) == (502, True)


@pytest.mark.parametrize(("carried_out", "said"), [(True, ["hello"]), (False, [])])
async def test_cuts_the_connection_on_demand(app: App, carried_out: bool, said: list[str]) -> None:
    app.stub.cut(ADA, carried_out=carried_out)
    with pytest.raises(aiohttp.ClientError):
        await app.send()
    assert app.stub.said(ADA) == said


async def test_a_closed_window_lets_only_templates_through(app: App) -> None:
    app.stub.account.closed.add(ADA)
    assert (await app.send())[1]["error"]["code"] == 131047
    assert (await app.send("template", template()))[0] == 200


async def test_a_number_s_throughput_is_limited_on_demand(app: App) -> None:
    app.stub.account.most_per_second = 2
    codes = [(await app.send())[0] for _ in range(3)]
    assert codes == [200, 200, 429]


async def test_reading_and_typing_are_noted(app: App) -> None:
    read = {"messaging_product": "whatsapp", "status": "read", "message_id": "wamid.x"}
    assert await app.call(json=read) == (200, {"success": True})
    assert (await app.call(json={**read, "typing_indicator": {"type": "text"}}))[0] == 200
    assert (app.stub.account.read, app.stub.account.typing) == (["wamid.x"] * 2, ["wamid.x"])
    assert (await app.call(json={**read, "typing_indicator": {"type": "voice"}}))[0] == 400


async def test_receipts_are_posted_and_signed(app: App) -> None:
    posted: list[tuple[bytes, str]] = []

    async def take(request: web.BaseRequest) -> web.Response:
        posted.append((await request.read(), request.headers["x-hub-signature-256"]))
        return web.Response()

    runner = web.ServerRunner(web.Server(take))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        app.stub.report_to(f"http://127.0.0.1:{runner.addresses[0][1]}/", "s3cret", ("sent", "delivered"))
        _, answer = await app.send(biz_opaque_callback_data="our-key")
        await app.stub.reports.settled()
        wamid = answer["messages"][0]["id"]
        assert await app.stub.reports.report("failed", PHONE, ADA, wamid, "our-key", 131026) == 200
    finally:
        await runner.cleanup()
    statuses = [json.loads(body)["entry"][0]["changes"][0]["value"]["statuses"][0] for body, _ in posted]
    assert [status["status"] for status in statuses] == ["sent", "delivered", "failed"]
    assert {(status["id"], status["biz_opaque_callback_data"]) for status in statuses} == {(wamid, "our-key")}
    assert statuses[2]["errors"][0]["code"] == 131026
    for body, signature in posted:
        assert signature == "sha256=" + hmac.new(b"s3cret", body, hashlib.sha256).hexdigest()


async def test_answers_take_the_time_they_are_told_to(app: App) -> None:
    app.stub.delay(0.2, ADA)
    clock = asyncio.get_running_loop().time
    started = clock()
    await app.send()
    assert clock() - started >= 0.2
