"""The stub refuses what the bridge refuses, and fails as it is told to."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from frontdesk.channels import signal
from frontdesk.core.content import Button, Content, OutboundMedia
from frontdesk.core.fitting import fit
from frontdesk.core.message import Media, Place
from frontdesk.errors import ChannelThrottled, DeliveryError, DeliveryRejected, OperatorNeeded, RecipientOptedOut
from frontdesk.rehearsal.signal import SignalStub, people
from tests.rehearsal.signal_bridge import ANA, GROUP, GROUP_SENT, US, Bridge

MESSAGE = {"number": US, "recipients": [ANA], "message": "hello"}
PNG = "data:image/png;filename=a.png;base64,iVBORw=="


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
async def bridge(http: aiohttp.ClientSession) -> AsyncIterator[Bridge]:
    async with SignalStub() as stub:
        yield Bridge(stub, http)


ACCEPTED: list[tuple[str, str, dict[str, Any], int]] = [
    ("POST", "/v2/send", MESSAGE, 201),
    ("POST", "/v2/send", {**MESSAGE, "text_mode": "styled", "notify_self": False}, 201),
    ("POST", "/v2/send", {**MESSAGE, "recipients": [GROUP_SENT]}, 201),
    ("POST", "/v2/send", {**MESSAGE, "recipients": ["+4917011", "ana.01"]}, 201),
    ("POST", "/v2/send", {**MESSAGE, "message": "", "base64_attachments": [PNG, "iVBORw=="]}, 201),
    ("POST", "/v2/send", {**MESSAGE, "quote_author": ANA, "quote_timestamp": 17}, 201),
    ("POST", "/v2/send", {**MESSAGE, "message": "", "sticker": "9acc:0"}, 201),
    ("POST", f"/v1/reactions/{US}", {"recipient": ANA, "reaction": "👍", "target_author": ANA, "timestamp": 17}, 204),
    ("DELETE", f"/v1/reactions/{US}", {"recipient": GROUP_SENT, "target_author": ANA, "timestamp": 17}, 204),
    ("POST", f"/v1/receipts/{US}", {"recipient": ANA, "receipt_type": "read", "timestamp": 17}, 204),
    ("PUT", f"/v1/typing-indicator/{US}", {"recipient": GROUP_SENT}, 204),
    ("DELETE", f"/v1/typing-indicator/{US}", {"recipient": ANA}, 204),
    ("PUT", f"/v1/identities/{US}/trust/{ANA}", {"trust_all_known_keys": True}, 204),
    ("POST", f"/v1/accounts/{US}/rate-limit-challenge", {"challenge_token": "7c", "captcha": "signalcaptcha://x"}, 204),
]


@pytest.mark.parametrize(("method", "path", "body", "status"), ACCEPTED)
async def test_takes_what_the_bridge_takes(
    bridge: Bridge, method: str, path: str, body: dict[str, Any], status: int
) -> None:
    assert (await bridge.call(method, path, body))[0] == status
    assert [call.fields for call in bridge.stub.calls] == [body]


REFUSED: list[tuple[str, str, Any, str]] = [
    ("POST", "/v2/send", [], "invalid request"),
    ("POST", "/v2/send", {**MESSAGE, "mesage": "typo"}, "no field mesage"),
    ("POST", "/v2/send", {**MESSAGE, "message": 5}, "invalid request"),
    ("POST", "/v2/send", {**MESSAGE, "recipients": ANA}, "invalid request"),
    ("POST", "/v2/send", {**MESSAGE, "recipients": [5]}, "invalid request"),
    ("POST", "/v2/send", {**MESSAGE, "edit_timestamp": "17"}, "invalid request"),
    ("POST", "/v2/send", {**MESSAGE, "recipients": []}, "at least one recipient"),
    ("POST", "/v2/send", {**MESSAGE, "number": ""}, "valid number"),
    ("POST", "/v2/send", {**MESSAGE, "recipients": [GROUP_SENT, ANA]}, "cannot be specified together"),
    ("POST", "/v2/send", {**MESSAGE, "recipients": [GROUP_SENT, GROUP_SENT]}, "more than one group"),
    ("POST", "/v2/send", {**MESSAGE, "recipients": [f"group.{GROUP}"]}, "Invalid group id"),
    ("POST", "/v2/send", {**MESSAGE, "recipients": ["group.!"]}, "Invalid group id"),
    ("POST", "/v2/send", {**MESSAGE, "recipients": [GROUP]}, "Failed to parse recipient"),
    ("POST", "/v2/send", {**MESSAGE, "text_mode": "html"}, "text mode"),
    ("POST", "/v2/send", {**MESSAGE, "message": ""}, "no message"),
    ("POST", "/v2/send", {**MESSAGE, "sticker": "9acc"}, "sticker delimiter"),
    ("POST", "/v2/send", {**MESSAGE, "quote_timestamp": 17}, "quote"),
    ("POST", "/v2/send", {**MESSAGE, "base64_attachments": ["data:image/png;base64,§"]}, "illegal base64"),
    ("POST", "/v2/send", {**MESSAGE, "base64_attachments": [""]}, "does not exist"),
    ("POST", "/v2/send", {**MESSAGE, "base64_attachments": [PNG] * 33}, "too many"),
    ("POST", "/v2/send", {**MESSAGE, "edit_timestamp": 17}, "edit not found"),
    ("POST", f"/v1/reactions/{US}", {"recipient": ANA, "target_author": ANA, "timestamp": 17}, "reaction missing"),
    ("POST", f"/v1/reactions/{US}", {"recipient": ANA, "reaction": "👍", "timestamp": 17}, "target_author missing"),
    (
        "POST",
        f"/v1/reactions/{US}",
        {"recipient": ANA, "reaction": "👍", "target_author": ANA, "timestamp": "17"},
        "invalid",
    ),
    ("POST", f"/v1/receipts/{US}", {"recipient": ANA, "receipt_type": "seen", "timestamp": 17}, "invalid request"),
    ("POST", f"/v1/receipts/{US}", {"recipient": GROUP_SENT, "receipt_type": "read", "timestamp": 17}, "people"),
    ("DELETE", f"/v1/remote-delete/{US}", {"recipient": ANA, "timestamp": 17}, "delete not found"),
    ("PUT", f"/v1/typing-indicator/{US}", {}, "invalid request"),
    ("PUT", f"/v1/identities/{US}/trust/{ANA}", {"trust_all_known_keys": False}, "safety number"),
    ("POST", f"/v1/accounts/{US}/rate-limit-challenge", {"captcha": "x"}, "challenge_token missing"),
]


@pytest.mark.parametrize(("method", "path", "body", "reason"), REFUSED)
async def test_refuses_what_the_bridge_refuses(bridge: Bridge, method: str, path: str, body: Any, reason: str) -> None:
    status, answer = await bridge.call(method, path, body)
    assert status == 400
    assert reason in answer["error"]
    assert (bridge.stub.calls, bridge.stub.seen) == ([], [])


async def test_refuses_bodies_it_cannot_read(bridge: Bridge) -> None:
    async with bridge.http.post(f"{bridge.stub.url}/v2/send", data=b"{") as answer:
        assert (answer.status, await answer.json()) == (
            400,
            {"error": "Couldn't process request - invalid request"},
        )


@pytest.mark.parametrize(("method", "path"), [("GET", "/v2/send"), ("POST", "/v1/postcards/+1"), ("PUT", "/v1/health")])
async def test_knows_its_endpoints(bridge: Bridge, method: str, path: str) -> None:
    assert (await bridge.call(method, path, {}))[0] in (400, 404)
    assert bridge.stub.calls == []


async def test_knows_its_numbers_groups_and_people(http: aiohttp.ClientSession) -> None:
    async with SignalStub(numbers=[US], groups=[]) as stub:
        bridge = Bridge(stub, http)
        assert (await bridge.call("GET", "/v1/accounts"))[1] == [US]
        _, answer = await bridge.call("POST", "/v2/send", {**MESSAGE, "number": "+15550000"})
        assert answer == {"error": "Specified account does not exist"}
        _, answer = await bridge.call("POST", "/v2/send", {**MESSAGE, "recipients": [GROUP_SENT]})
        assert answer == {"error": f"Group {GROUP} not found"}
        stub.accounts.unregistered.add(ANA)
        with pytest.raises(RecipientOptedOut):
            await bridge.send(text="hello")


async def test_a_safety_number_is_trusted_over_the_wire(bridge: Bridge) -> None:
    bridge.stub.accounts.untrusted.add(ANA)
    with pytest.raises(OperatorNeeded, match="safety number"):
        await bridge.send(text="hello")
    await bridge.send(text="hello", settings={"trust_new_identities": True})
    assert bridge.stub.said(ANA) == ["hello"]
    assert [(call.method, call.endpoint) for call in bridge.stub.calls] == [("PUT", "identities"), ("POST", "send")]


@pytest.mark.parametrize(
    ("order", "failure"),
    [
        ({"status": 429}, ChannelThrottled),
        ({"status": 429, "challenge_tokens": ["7c"]}, OperatorNeeded),
        ({"status": 400, "error": "Rate limit exceeded"}, ChannelThrottled),
        ({"status": 400}, DeliveryRejected),
    ],
)
async def test_answers_errors_on_demand_once(
    bridge: Bridge, order: dict[str, Any], failure: type[DeliveryError]
) -> None:
    bridge.stub.refuse(ANA, **order)
    await bridge.send(people.person(2), text="to another")
    with pytest.raises(failure):
        await bridge.send(text="hello")
    await bridge.send(text="hello")
    assert bridge.stub.said(ANA) == ["hello"]
    assert len(bridge.stub.refused) == 1


@pytest.mark.parametrize(("carried_out", "said"), [(True, ["hello"]), (False, [])])
async def test_cuts_the_connection_on_demand(bridge: Bridge, carried_out: bool, said: list[str]) -> None:
    bridge.stub.cut(ANA, carried_out=carried_out, endpoint="send")
    with pytest.raises(aiohttp.ClientError):
        await bridge.send(text="hello")
    assert bridge.stub.said(ANA) == said


async def test_delays_on_demand(bridge: Bridge) -> None:
    bridge.stub.delay(0.05, ANA)
    started = asyncio.get_running_loop().time()
    await bridge.send(text="hello")
    assert asyncio.get_running_loop().time() - started >= 0.05


async def test_people_see_what_was_sent(bridge: Bridge) -> None:
    pick = Content(text="Which?", buttons=(Button(title="Ten", payload="a"), Button(title="Noon", payload="b")))
    [offered] = fit(pick, signal.LIMITS)
    first = await bridge.send(text=offered.text)
    await bridge.send(text="<b>now</b> or <i>never</i>", format="html")
    await bridge.send(type="image", media=(OutboundMedia(type="image", data=b"png", mime="image/png"),), text="map")
    [place] = fit(Content(type="location", place=Place(latitude=43.2, longitude=76.8)), signal.LIMITS)
    await bridge.send(text=place.text)
    await bridge.send(type="edit", target=first, text="Which one?")
    await bridge.send(type="reaction", target=f"{ANA}:17", emoji="👍")
    await bridge.send(type="delete", target=first)
    await bridge.send(GROUP, text="all")
    seen = bridge.stub.seen
    assert [each.type for each in seen] == ["text", "text", "image", "text", "edit", "reaction", "delete", "text"]
    assert [title for title, _ in seen[0].choices] == ["Ten", "Noon"]
    assert (seen[0].external_id, seen[0].account, seen[0].conversation) == (first, US, ANA)
    assert seen[1].text == "now or never"
    assert (seen[2].text, seen[2].file) == ("map", b"png")
    assert seen[3].place == (43.2, 76.8)
    assert (seen[4].target, seen[4].text) == (first, "Which one?")
    assert (seen[5].target, seen[5].emoji) == (f"{ANA}:17", "👍")
    assert (seen[6].target, seen[7].conversation) == (first, GROUP)
    stamps = [int(each.external_id) for each in seen if each.type in ("text", "image", "edit")]
    assert stamps == sorted(set(stamps))


async def test_files_are_there_until_they_are_deleted(bridge: Bridge) -> None:
    bridge.stub.accounts.files["Gk3x.jpg"] = b"jpeg"
    media = Media(type="image", ref="Gk3x.jpg", mime="image/jpeg")
    assert (await bridge.call("GET", "/v1/attachments"))[1] == ["Gk3x.jpg"]
    assert (await bridge.perform(signal.fetch(media, bridge.channel()))).data == b"jpeg"
    await bridge.perform(signal.kept(media, bridge.channel()))
    await bridge.perform(signal.kept(media, bridge.channel()))
    with pytest.raises(DeliveryRejected, match="no longer"):
        await bridge.perform(signal.fetch(media, bridge.channel()))


async def test_a_bridge_set_up_right_passes_the_checks(http: aiohttp.ClientSession) -> None:
    async with SignalStub(numbers=[US]) as stub:
        bridge = Bridge(stub, http)
        for check in signal.checks(bridge.channel(), "https://desk.example.org/hook"):
            assert (await bridge.perform(check.exchange)).detail
