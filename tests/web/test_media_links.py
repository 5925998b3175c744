"""Files of messages over HTTP: listed with their message, shown by signed links that end, never able to run."""

import re
from typing import Any
from uuid import UUID, uuid4

import pytest

from frontdesk.core.sealing import Seal
from frontdesk.core.tenant import Tenant
from frontdesk.media import Files
from frontdesk.settings import Settings
from frontdesk.web import media
from tests.builders import a_telegram_text
from tests.web.bot_api import FILE, BotApi
from tests.web.lines import Answer, Line, ask

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'


async def a_photo(line: Line, **fields: Any) -> dict[str, Any]:
    """Receive a message with a file, and return it as the API shows it."""
    update = a_telegram_text(message_id=uuid4().int % 10**9, update_id=uuid4().int % 10**9)
    del update["message"]["text"]
    update["message"] |= fields or {"photo": [{"file_id": "f1", "width": 9, "height": 9, "file_size": len(FILE)}]}
    assert (await line.post(update)).status == 200
    await line.settled()
    (said,) = [message for message in await line.messages() if message["direction"] == "inbound"]
    return await shown(line, said["id"])


async def shown(line: Line, message_id: str) -> dict[str, Any]:
    return await line.api("GET", f"/messages/{message_id}")


async def kept(line: Line, **fields: Any) -> dict[str, Any]:
    """Receive a message with a file, have it kept, and return how the API lists it."""
    said = await a_photo(line, **fields)
    await line.api("GET", f"/messages/{said['id']}/media/0")
    (attachment,) = (await shown(line, said["id"]))["attachments"]
    return attachment


async def get(line: Line, url: str, **headers: str) -> Answer:
    return await ask(line.desk, "GET", url, headers=headers)


async def test_a_message_lists_its_files_with_links(line: Line, bot: BotApi) -> None:
    said = await a_photo(line)
    assert [each["number"] for each in said["attachments"]] == [0]
    assert await line.api("GET", f"/messages/{said['id']}/media/0") == FILE
    (attachment,) = (await shown(line, said["id"]))["attachments"]
    assert (attachment["status"], attachment["mime"], attachment["size"]) == ("kept", "image/png", len(FILE))
    assert attachment["filename"] == "file_1.png"
    answer = await get(line, attachment["url"])
    assert (answer.status, answer.body, answer.headers["content-type"]) == (200, FILE, "image/png")
    assert answer.headers["content-disposition"].startswith("inline")
    assert "sandbox" in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    await line.api("GET", f"/messages/{said['id']}/media/0")
    assert [call.method for call in bot.calls].count("getFile") == 1
    await line.api("GET", f"/messages/{said['id']}/media/1", status=404)


async def test_what_could_run_is_only_saved(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.web.bot_api.FILE", SVG)
    document = {"file_id": "f1", "file_name": 'ev"il\r\n.png', "mime_type": "image/png"}
    attachment = await kept(line, document=document)
    assert attachment["mime"] == "image/svg+xml"
    answer = await get(line, attachment["url"])
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"].startswith("attachment")


async def test_a_part_of_a_file_can_be_asked_for(line: Line) -> None:
    url, size = (await kept(line))["url"], len(FILE)
    for asked, start, end in (("0-3", 0, 4), ("5-", 5, size), ("-4", size - 4, size), ("2-9999", 2, size)):
        answer = await get(line, url, range=f"bytes={asked}")
        assert (answer.status, answer.body) == (206, FILE[start:end])
        assert answer.headers["content-range"] == f"bytes {start}-{end - 1}/{size}"
    for asked in ("bytes=9999-", "bytes=-0", "bytes=7-5"):
        answer = await get(line, url, range=asked)
        assert (answer.status, answer.headers["content-range"]) == (416, f"bytes */{size}")
    for asked in ("bytes=-", "bytes=0-1,4-5", "lines=1-2", "bytes=x"):
        assert (await get(line, url, range=asked)).body == FILE


async def test_changed_expired_and_exchanged_links_are_refused(line: Line, other_tenant: Tenant) -> None:
    url = (await kept(line))["url"]
    seal, settings = await line.desk.app.get(Seal), await line.desk.app.get(Settings)
    file_id = UUID(re.findall(r"[0-9a-f-]{36}", url)[0])
    over = media.link(seal, settings.model_copy(update={"link_seconds": -5}), line.tenant.code, file_id)
    strangers = media.link(Seal(["another key"]), settings, line.tenant.code, file_id)
    longer = re.sub(r"expires=(\d+)", lambda found: f"expires={int(found[1]) + 1}", url)
    exchanged = url.replace(line.tenant.code, other_tenant.code)
    for bad in (
        url[:-1],
        longer,
        strangers,
        exchanged,
        url.replace(str(file_id), str(uuid4())),
        url.partition("?")[0],
        over,
    ):
        (await get(line, bad)).problem(403, "forbidden")
    (await get(line, media.link(seal, settings, other_tenant.code, file_id))).problem(404, "not_found")
    assert (await get(line, url + "&expires=9")).status == 403


async def test_a_file_that_could_not_be_kept_says_why(line: Line, tenant: Tenant) -> None:
    await line.api("PUT", "/settings", json={"settings": {"media": {"types": ["audio/*"]}}})
    said = await a_photo(line)
    await line.api("GET", f"/messages/{said['id']}/media/0", status=502)
    (attachment,) = (await shown(line, said["id"]))["attachments"]
    assert (attachment["status"], attachment["url"]) == ("refused", None)
    assert "image/png" in attachment["error"]


async def test_a_file_whose_bytes_are_gone_is_404(line: Line) -> None:
    url = (await kept(line))["url"]
    file_id = UUID(re.findall(r"[0-9a-f-]{36}", url)[0])
    await (await line.desk.app.get(Files)).remove(line.tenant.code, [file_id])
    (await get(line, url)).problem(404, "not_found")


def test_links_bear_the_public_address() -> None:
    settings = Settings(public_url="https://desk.example.org/")
    url = media.link(Seal(["a key"]), settings, "acme", UUID(int=7))
    assert url.startswith(f"https://desk.example.org/media/acme/{UUID(int=7)}?expires=")
