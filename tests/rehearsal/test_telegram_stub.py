"""The stub refuses what Telegram refuses, and fails as it is told to."""

import asyncio
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from frontdesk.rehearsal.telegram import TelegramStub

TOKEN = "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"
OTHER_TOKEN = "110201544:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"
CHAT = 5550001


class Bot:
    """Calls methods as a bot does."""

    def __init__(self, stub: TelegramStub, http: aiohttp.ClientSession) -> None:
        self.stub, self.http = stub, http

    async def call(self, method: str, *, token: str = TOKEN, data: Any = None, **fields: Any) -> tuple[int, Any]:
        body = {"data": data} if data is not None else {"json": fields}
        async with self.http.post(f"{self.stub.url}/bot{token}/{method}", **body) as answer:
            return answer.status, await answer.json()


@pytest.fixture
async def stub() -> AsyncIterator[TelegramStub]:
    async with TelegramStub() as running:
        yield running


@pytest.fixture
async def bot(stub: TelegramStub) -> AsyncIterator[Bot]:
    async with aiohttp.ClientSession() as http:
        yield Bot(stub, http)


def inline(*buttons: dict[str, Any]) -> dict[str, Any]:
    return {"inline_keyboard": [[button] for button in buttons]}


PRESSABLE = {"text": "Yes", "callback_data": "yes"}
ACCEPTED = [
    ("sendMessage", {"text": "hello"}),
    ("SENDMESSAGE", {"text": "😀" * 2048}),
    ("sendMessage", {"text": f"<b>{'a' * 4096}</b>", "parse_mode": "HTML"}),
    ("sendMessage", {"text": "pick", "reply_markup": inline(*[PRESSABLE] * 100)}),
    ("sendMessage", {"text": "see", "reply_markup": inline({"text": "Site", "url": "https://example.org/a"})}),
    ("sendMessage", {"text": "ask", "reply_markup": {"keyboard": [[{"text": "Me", "request_contact": True}]]}}),
    ("sendPhoto", {"photo": "https://example.org/a.png", "caption": "a" * 1024}),
    ("sendDocument", {"document": "BQADBAADbXXXXXXXXXXXGBdhD2l6_XX"}),
    ("sendMediaGroup", {"media": [{"type": "photo", "media": "AgAD"}, {"type": "video", "media": "BAAD"}]}),
    ("sendLocation", {"latitude": 52.5, "longitude": 13.4}),
    ("sendContact", {"phone_number": "+49301", "first_name": "Ada"}),
    ("sendChatAction", {"action": "typing"}),
    ("setMessageReaction", {"message_id": 3, "reaction": [{"type": "emoji", "emoji": "👍"}]}),
    ("setMessageReaction", {"message_id": 3, "reaction": []}),
]


@pytest.mark.parametrize(("method", "fields"), ACCEPTED)
async def test_takes_what_telegram_takes(bot: Bot, method: str, fields: dict[str, Any]) -> None:
    status, answer = await bot.call(method, chat_id=CHAT, **fields)
    assert (status, answer["ok"]) == (200, True), answer
    assert [call.chat_id for call in bot.stub.calls] == [CHAT]


REFUSED = [
    ("sendMessage", {}, "message text is empty"),
    ("sendMessage", {"text": " \n"}, "message text is empty"),
    ("sendMessage", {"text": "a" * 4097}, "message is too long"),
    ("sendMessage", {"text": "😀" * 2049}, "message is too long"),
    ("sendMessage", {"text": "a <b", "parse_mode": "HTML"}, "can't parse entities"),
    ("sendMessage", {"text": "<b>a", "parse_mode": "HTML"}, "can't parse entities"),
    ("sendMessage", {"text": "<p>a</p>", "parse_mode": "HTML"}, "can't parse entities"),
    ("sendMessage", {"text": "<b></b>", "parse_mode": "HTML"}, "message text is empty"),
    ("sendMessage", {"text": "a", "parse_mode": "rtf"}, "unsupported parse_mode"),
    ("sendMessage", {"text": "a", "chat_id": ""}, "chat_id is empty"),
    ("sendMessage", {"text": "a", "chat_id": "somebody"}, "chat not found"),
    ("sendMessage", {"text": "a", "chat_id": {"id": 1}}, "chat not found"),
    ("sendMessage", {"text": "a", "reply_markup": inline({"text": "x", "callback_data": "я" * 33})}, "BUTTON_DATA"),
    ("sendMessage", {"text": "a", "reply_markup": inline({"text": "x", "callback_data": ""})}, "BUTTON_DATA"),
    ("sendMessage", {"text": "a", "reply_markup": inline({"text": "x"})}, "Text buttons are unallowed"),
    ("sendMessage", {"text": "a", "reply_markup": inline({"text": "", "callback_data": "x"})}, "non-empty"),
    ("sendMessage", {"text": "a", "reply_markup": inline({"text": "x", "url": "http://intranet/x"})}, "Wrong HTTP URL"),
    ("sendMessage", {"text": "a", "reply_markup": inline(*[PRESSABLE] * 101)}, "too long"),
    ("sendMessage", {"text": "a", "reply_markup": {"inline_keyboard": [[PRESSABLE] * 9]}}, "ROW"),
    ("sendMessage", {"text": "a", "reply_markup": {**inline(PRESSABLE), "force_reply": True}}, "reply keyboard markup"),
    (
        "sendMessage",
        {"chat_id": -100, "text": "a", "reply_markup": {"keyboard": [[{"text": "Me", "request_contact": True}]]}},
        "private chats only",
    ),
    ("sendPhoto", {}, "there is no photo in the request"),
    ("sendPhoto", {"photo": "AgAD", "caption": "a" * 1025}, "message caption is too long"),
    ("sendPhoto", {"photo": "ftp://example.org/a.png"}, "wrong HTTP URL"),
    ("sendVoice", {"voice": "not a file id"}, "wrong remote file identifier"),
    ("sendMediaGroup", {"media": [{"type": "photo", "media": "AgAD"}]}, "2 to 10"),
    ("sendMediaGroup", {"media": [{"type": "photo", "media": "A"}, {"type": "audio", "media": "B"}]}, "wrong type"),
    ("sendLocation", {"latitude": 91, "longitude": 0}, "latitude"),
    ("sendVenue", {"latitude": 1, "longitude": 1, "title": "Here"}, "address"),
    ("sendContact", {"first_name": "Ada"}, "phone number"),
    ("sendChatAction", {"action": "thinking"}, "wrong parameter action"),
    ("answerCallbackQuery", {"callback_query_id": ""}, "query is too old"),
    ("setMessageReaction", {"message_id": 3, "reaction": [{"type": "emoji", "emoji": "🦊"}]}, "REACTION_INVALID"),
    ("editMessageText", {"message_id": 99, "text": "b"}, "message to edit not found"),
    ("deleteMessage", {}, "message identifier is not specified"),
    ("getFile", {"file_id": "never-seen"}, "wrong file_id"),
    ("setWebhook", {"url": "http://example.org/hook"}, "HTTPS URL must be provided"),
    ("setWebhook", {"url": "https://example.org/hook", "secret_token": "böse"}, "unallowed characters"),
]


@pytest.mark.parametrize(("method", "fields", "reason"), REFUSED)
async def test_refuses_what_telegram_refuses(bot: Bot, method: str, fields: dict[str, Any], reason: str) -> None:
    status, answer = await bot.call(method, **{"chat_id": CHAT, **fields})
    assert (status, answer["ok"], answer["error_code"]) == (400, False, 400)
    assert answer["description"].startswith("Bad Request: ")
    assert reason in answer["description"]
    assert [bot.stub.calls, bot.stub.refused[0].refused] == [[], answer["description"]]


@pytest.mark.parametrize("body", [b"{", b"[]", b"\xff"])
async def test_refuses_bodies_it_cannot_read(bot: Bot, body: bytes) -> None:
    address = f"{bot.stub.url}/bot{TOKEN}/sendMessage"
    async with bot.http.post(address, data=body, headers={"content-type": "application/json"}) as answer:
        assert (answer.status, (await answer.json())["error_code"]) == (400, 400)


async def test_knows_tokens() -> None:
    async with TelegramStub(tokens={TOKEN}) as stub, aiohttp.ClientSession() as http:
        bot = Bot(stub, http)
        answers = [await bot.call("getMe", token=token) for token in (TOKEN, OTHER_TOKEN, "no-token")]
    assert [status for status, _ in answers] == [200, 401, 404]
    assert answers[1][1] == {"ok": False, "error_code": 401, "description": "Unauthorized"}


async def test_knows_its_methods(bot: Bot) -> None:
    assert (await bot.call("sendPostcard", chat_id=CHAT))[0] == 404


@pytest.mark.parametrize(
    ("order", "status", "parameters"),
    [
        ({"status": 429, "retry_after": 7}, 429, {"retry_after": 7}),
        ({"status": 403}, 403, None),
        ({"status": 400, "migrate_to_chat_id": -1001}, 400, {"migrate_to_chat_id": -1001}),
        ({"status": 502}, 502, None),
    ],
)
async def test_answers_errors_on_demand_once(
    bot: Bot, order: dict[str, Any], status: int, parameters: dict[str, int] | None
) -> None:
    bot.stub.refuse(CHAT, **order)
    assert (await bot.call("sendMessage", chat_id=CHAT + 1, text="another chat"))[0] == 200
    refused, answer = await bot.call("sendMessage", chat_id=CHAT, text="hello")
    assert (refused, answer.get("parameters")) == (status, parameters)
    assert (await bot.call("sendMessage", chat_id=CHAT, text="hello"))[0] == 200
    assert bot.stub.said(CHAT) == ["hello"]


async def test_orders_can_stand_for_a_whole_bot(bot: Bot) -> None:
    bot.stub.refuse(token=TOKEN, status=503, times=None)
    answers = [await bot.call("sendMessage", token=token, chat_id=CHAT, text="a") for token in (TOKEN, OTHER_TOKEN)]
    assert [status for status, _ in answers] == [503, 200]


@pytest.mark.parametrize(("carried_out", "said"), [(True, ["hello"]), (False, [])])
async def test_cuts_the_connection_on_demand(bot: Bot, carried_out: bool, said: list[str]) -> None:
    bot.stub.cut(CHAT, carried_out=carried_out)
    with pytest.raises(aiohttp.ClientError):
        await bot.call("sendMessage", chat_id=CHAT, text="hello")
    assert bot.stub.said(CHAT) == said


async def test_message_ids_repeat_between_chats_and_edits_are_checked(bot: Bot) -> None:
    first = (await bot.call("sendMessage", chat_id=CHAT, text="a"))[1]["result"]
    assert first["chat"] == {"id": CHAT, "type": "private"}
    other = (await bot.call("sendMessage", chat_id=-1002100300400, text="a"))[1]["result"]
    assert (first["message_id"], other["message_id"], other["chat"]["type"]) == (1, 1, "supergroup")
    assert (await bot.call("editMessageText", chat_id=CHAT, message_id=1, text="b"))[0] == 200
    status, again = await bot.call("editMessageText", chat_id=CHAT, message_id=1, text="b")
    assert (status, "message is not modified" in again["description"]) == (400, True)


async def test_forms_and_uploads_are_read(bot: Bot) -> None:
    form = aiohttp.FormData({"chat_id": str(CHAT), "caption": "look", "reply_markup": '{"inline_keyboard":[]}'})
    form.add_field("photo", b"\x89PNG", filename="a.png", content_type="image/png")
    assert (await bot.call("sendPhoto", data=form))[0] == 200
    assert (await bot.call("sendMessage", data={"chat_id": str(CHAT), "text": "form"}))[0] == 200
    assert bot.stub.said(CHAT) == ["look", "form"]


async def test_files_are_served_until_they_expire(bot: Bot) -> None:
    bot.stub.bot(TOKEN).files["AgAD"] = b"picture"
    located = (await bot.call("getFile", file_id="AgAD"))[1]["result"]
    address = f"{bot.stub.url}/file/bot{TOKEN}/{located['file_path']}"
    async with bot.http.get(address) as answer:
        assert await answer.read() == b"picture"
    bot.stub.bot(TOKEN).expired.add("AgAD")
    async with bot.http.get(address) as answer:
        assert answer.status == 404
    assert (await bot.call("sendPhoto", chat_id=CHAT, photo="AgAD"))[0] == 400


async def test_a_press_is_answered_once(bot: Bot) -> None:
    answers = [await bot.call("answerCallbackQuery", callback_query_id="77") for _ in range(2)]
    assert [status for status, _ in answers] == [200, 400]


async def test_keeps_the_webhook(bot: Bot) -> None:
    hook = {"url": "https://example.org/hook", "secret_token": "s", "allowed_updates": ["message"]}
    assert (await bot.call("setWebhook", **hook))[0] == 200
    info = (await bot.call("getWebhookInfo"))[1]["result"]
    assert (info["url"], info["allowed_updates"]) == (hook["url"], ["message"])


async def test_runs_as_its_own_process() -> None:
    argv = (sys.executable, "-m", "frontdesk.rehearsal.telegram", "--port", "0")
    process = await asyncio.create_subprocess_exec(*argv, stdout=asyncio.subprocess.PIPE, cwd=Path(__file__).parents[2])
    try:
        assert process.stdout
        url = (await asyncio.wait_for(process.stdout.readline(), 20)).decode().strip()
        async with aiohttp.ClientSession() as http:
            async with http.post(f"{url}/_set", json={"chat_id": CHAT, "status": 429, "retry_after": 1}) as answer:
                assert answer.status == 200
            message = {"chat_id": CHAT, "text": "hello"}
            for expected in (429, 200):
                async with http.post(f"{url}/bot{TOKEN}/sendMessage", json=message) as answer:
                    assert answer.status == expected
            async with http.get(f"{url}/_calls") as answer:
                ((_, token, chat, method, text, number),) = await answer.json()
    finally:
        process.terminate()
        assert await asyncio.wait_for(process.wait(), 10) == 0
    assert (token, chat, method, text, number) == (TOKEN, CHAT, "sendMessage", "hello", 1)
