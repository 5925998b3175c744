"""Every case of the conformance corpus for WhatsApp, Slack and Signal, posted to the receive endpoint as its provider would."""

import hashlib
import hmac
import json
import re
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pytest
from dishka import AsyncContainer

from frontdesk.core import wire
from frontdesk.core.channel import Channel
from frontdesk.core.tenant import Tenant
from frontdesk.core.vocabulary import flatten
from tests.conftest import make_tenant
from tests.installation import Installation
from tests.web.lines import until
from tests.web.test_receive_corpus import CORPUS, difference, raw

__all__ = ["difference"]

SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
NOWHERE = "http://127.0.0.1:9"
ACCOUNT = re.compile(r'"(?:account|phone_number_id)":"([^"]+)"')
BLOTTED = re.compile(r'"account": "([+0-9]+[xY]+)"')
KINDS = ("whatsapp", "slack", "signal")
CASES = [path for kind in KINDS for path in sorted((CORPUS / kind).glob("*.json"))] if CORPUS.is_dir() else []


def credentials(kind: str, account: str, context: Mapping[str, Any]) -> dict[str, str]:
    match kind:
        case "whatsapp":
            verify = context.get("verify_token") or "verify-me"
            return {"access_token": "t", "app_secret": SECRET, "phone_number_id": account, "verify_token": verify}
        case "slack":
            return {"bot_token": "xoxb-1-test", "signing_secret": SECRET}
    return {"number": account}


def whole(case: dict[str, Any]) -> dict[str, Any]:
    """Return the case with digits where its source blotted a number of ours out, so that there can be such a channel."""
    text = json.dumps(case)
    for account in set(BLOTTED.findall(text)):
        text = text.replace(account, account.replace("x", "5").replace("Y", "5"))
    return dict(json.loads(text))


def signed(kind: str, body: bytes, given: Mapping[str, str]) -> dict[str, str]:
    """Return the headers the provider sends with these bytes."""
    headers = {"content-type": "application/json"} | {name.lower(): value for name, value in given.items()}
    match kind:
        case "whatsapp":
            headers["x-hub-signature-256"] = "sha256=" + hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
        case "slack":
            now = str(int(time.time()))
            mac = hmac.new(SECRET.encode(), f"v0:{now}:".encode() + body, hashlib.sha256).hexdigest()
            headers |= {"x-slack-request-timestamp": now, "x-slack-signature": f"v0={mac}"}
    return headers


async def opened(desk: Installation, tenant: Tenant, case: Mapping[str, Any]) -> tuple[list[Channel], str]:
    """Add a channel for every account the case is about; return them with the address of the first one's webhook."""
    kind, context = case["channel"], case.get("context") or {}
    named = {item["account"] for item in case["expect"] if item.get("account")}
    accounts = sorted(named | set(ACCOUNT.findall(raw({"payload": "", **case}).decode("utf-8", "replace"))))
    channels, addresses = [], []
    for account in accounts or ["1"]:
        channel, address = await desk.add_channel(
            tenant,
            kind,
            account,
            credentials=credentials(kind, account, context),
            settings=dict(context),
            api_base=NOWHERE,
        )
        channels.append(channel)
        addresses.append(address)
    return channels, addresses[0]


async def kept(desk: Installation, tenant: Tenant) -> list[dict[str, Any]]:
    """Return what was said, as flat items."""
    found = []
    base = f"/tenants/{tenant.code}/conversations"
    for conversation in (await desk.api("GET", base, params={"limit": 200}))["items"]:
        page = await desk.api("GET", f"{base}/{conversation['id']}/messages", params={"limit": 200})
        found += [row["content"] for row in page["items"] if row["direction"] == "inbound"]
    return [flatten(wire.load_event(json.dumps(content))) for content in found]


def once(items: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the messages among the items, of repeats the first, in an order of their own."""
    firsts: dict[tuple[str, str], dict[str, Any]] = {}
    for item in items:
        if item["kind"] == "message":
            firsts.setdefault((item.get("account") or "", item["external_id"]), item)
    return [firsts[key] for key in sorted(firsts)]


@pytest.mark.parametrize("path", CASES, ids=lambda path: f"{path.parent.name}-{path.stem}")
async def test_what_a_provider_sends_is_kept_once_as_expected(
    app: AsyncContainer, installation: Installation, path: Any, difference: Callable[..., str]
) -> None:
    case = whole(json.loads(path.read_text()))
    tenant = await make_tenant(app)
    _, address = await opened(installation, tenant, case)
    body, method = raw({"payload": "", **case}), case.get("method", "POST")
    allowed = {case["response"]["status"]} if "response" in case else {200, 400}
    for _ in range(2):
        async with installation.http.request(
            method,
            address,
            data=body or None,
            params=case.get("query") or {},
            headers=signed(case["channel"], body, case.get("headers") or {}),
        ) as answer:
            assert answer.status in allowed, await answer.text()
            if "body" in case.get("response", {}):
                assert await answer.text() == case["response"]["body"]
    expected = once(case["expect"])

    async def all_there() -> bool:
        return len(await kept(installation, tenant)) >= len(expected)

    await until(all_there)
    assert not difference(once(await kept(installation, tenant)), expected, case["channel"])
    letters = (await installation.api("GET", f"/tenants/{tenant.code}/dead-letters"))["items"]
    assert [letter for letter in letters if letter["kind"] == wire.EVENT] == []
