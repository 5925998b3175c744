"""Files of visitors: kept, shown by signed links alone, and nobody else's to send."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from frontdesk.core.sealing import sign
from tests.web.chats import Chat
from tests.web.conftest import Installed, a_chat
from tests.web.lines import Answer, ask

PNG = b"\x89PNG\r\n\x1a\n pixels"


async def show(chat: Chat, url: str) -> Answer:
    return await ask(chat.desk, "GET", url)


async def test_an_uploaded_picture_is_sent_and_shown(chat: Chat) -> None:
    kept = await chat.upload(PNG, "cat.png")
    assert kept.status == 201
    facts = kept.json
    assert (facts["mime"], facts["filename"], facts["size"]) == ("image/png", "cat.png", len(PNG))
    body = {
        "type": "image",
        "media_ref": facts["media_ref"],
        "text": "my cat",
        "id": "m1",
        "mime": "text/html",
        "size": 1,
    }
    assert (await chat.ask("POST", "/messages", json=body)).status == 202
    await chat.answers(1)
    (said,) = [item for item in await chat.history() if item["direction"] == "inbound"]
    assert (said["type"], said["text"]) == ("image", "my cat")
    (media,) = said["media"]
    assert (media["mime"], media["filename"], media["size"]) == ("image/png", "cat.png", len(PNG))
    for url in (facts["url"], media["url"]):
        answer = await show(chat, url)
        assert (answer.status, answer.body, answer.headers["content-type"]) == (200, PNG, "image/png")
        assert answer.headers["content-disposition"] == "inline"
        assert "sandbox" in answer.headers["content-security-policy"]
        assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("mime", ["text/html", "image/svg+xml", "application/javascript", "nonsense", "image/SVG+xml"])
async def test_what_could_run_is_only_downloaded(chat: Chat, mime: str) -> None:
    kept = await chat.upload(b"<script>alert(1)</script>", "page.html", mime)
    answer = await show(chat, kept.json["url"])
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"] == "attachment"


@pytest.mark.parametrize("name", ["../../etc/passwd", "a/b.png", "x" * 500, "ñandú 🐦.png", 'quo"te.png'])
async def test_any_file_name_is_only_a_name(chat: Chat, name: str) -> None:
    kept = await chat.upload(PNG, name)
    assert kept.status == 201
    assert "/" not in kept.json["filename"]
    assert len(kept.json["filename"]) <= 200
    assert (await show(chat, kept.json["url"])).status == 200


async def test_another_visitors_file_is_refused(chat: Chat, other_tenant: Any) -> None:
    kept = (await chat.upload(PNG)).json
    thief = await chat.another()
    stranger = await a_chat(chat.desk, other_tenant)
    for who in (thief, stranger):
        answer = await who.ask("POST", "/messages", json={"type": "image", "media_ref": kept["media_ref"]})
        answer.problem(404, "not_found")
        assert await who.history() == []


@pytest.mark.parametrize("ref", ["", "x", "00000000-0000-7000-8000-000000000000", 7, None, {"a": 1}])
async def test_a_file_that_is_not_there_is_404(chat: Chat, ref: Any) -> None:
    answer = await chat.ask("POST", "/messages", json={"type": "image", "media_ref": ref})
    answer.problem(404, "not_found")


async def test_expired_forged_and_exchanged_links_are_404(chat: Chat) -> None:
    mine, other = (await chat.upload(PNG)).json, (await chat.upload(b"other")).json
    path, _, signature = mine["url"].partition("?sig=")
    key = chat.channel.secret("session_key").encode()
    past, later = (int((datetime.now(UTC) + timedelta(hours=hours)).timestamp()) for hours in (-1, 1))
    ref = mine["media_ref"]
    for sig in (
        "",
        "x",
        signature[:-1],
        other["url"].partition("?sig=")[2],
        chat.session,
        sign({"f": ref, "exp": past}, key),
        sign({"f": ref, "exp": later}, b"guess"),
        sign({"f": ref}, key),
    ):
        (await show(chat, f"{path}?sig={sig}")).problem(404, "not_found")
    assert (await show(chat, path)).status == 422
    assert (await show(chat, f"{path}?sig={sign({'f': ref, 'exp': later}, key)}")).status == 200
    gone = sign({"f": "../secret", "exp": later}, key)
    assert (await show(chat, path.replace(ref, "..%2fsecret") + f"?sig={gone}")).status == 404


async def test_files_without_bytes_or_with_too_many_are_refused(installed: Installed, tenant: Any) -> None:
    async with installed(max_file_bytes=2048) as desk:
        chat = await a_chat(desk, tenant)
        (await chat.upload(b"")).problem(422, "invalid_input")
        (await chat.upload(b"x" * 2049)).problem(413, "payload_too_large")
        assert (await chat.upload(b"x" * 2048)).status == 201
        assert (await chat.enter()).json["config"]["max_file_bytes"] == 2048
        (await chat.upload(b"x" * 1_200_000)).problem(413, "payload_too_large")


async def test_a_form_without_a_file_is_422(chat: Chat) -> None:
    (await chat.ask("POST", "/files", data={"file": "words"})).problem(422, "invalid_input")
    (await chat.ask("POST", "/files", json={})).problem(422, "invalid_input")


async def test_a_file_is_downloaded_by_people_through_the_api(chat: Chat) -> None:
    kept = (await chat.upload(PNG)).json
    await chat.ask("POST", "/messages", json={"type": "image", "media_ref": kept["media_ref"]})
    await chat.answers(1)
    base = f"/tenants/{chat.tenant.code}"
    (conversation,) = (await chat.desk.api("GET", f"{base}/conversations"))["items"]
    rows = (await chat.desk.api("GET", f"{base}/conversations/{conversation['id']}/messages"))["items"]
    (said,) = [row for row in rows if row["direction"] == "inbound"]
    assert await chat.desk.api("GET", f"{base}/messages/{said['id']}/media/0") == PNG
