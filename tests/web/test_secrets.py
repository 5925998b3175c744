"""Secrets stay out of log lines and error documents, whatever goes wrong."""

from typing import Any

from structlog.testing import capture_logs

from tests.builders import a_telegram_text
from tests.installation import Installation
from tests.web.lines import BOT_TOKEN, SECRET, Line, ask


async def test_neither_bot_token_nor_path_token_nor_secret_is_logged_or_answered(
    installation: Installation, line: Line
) -> None:
    secrets = [BOT_TOKEN, line.token, line.channel.secret("secret_token"), "a-guess-of-the-secret"]
    bodies: list[str] = []
    with capture_logs() as logs:
        for answer in (
            await line.post(a_telegram_text(), {SECRET: "a-guess-of-the-secret"}),
            await line.post(b"{"),
            await line.post(a_telegram_text(), {"content-type": "text/plain"}),
            await line.post(a_telegram_text(), address=line.address.replace("/telegram/", "/slack/")),
            await line.post(a_telegram_text(), address=line.address.replace(line.tenant.code, "nobody")),
            await line.post(a_telegram_text(), address=line.address + "/more"),
            await line.post(a_telegram_text(), method="PUT"),
            await ask(installation, "POST", line.send_address, json={"to": "1", "text": "x"}),
        ):
            bodies.append(answer.body.decode())
        refusals = [
            (400, "Bad Request: chat not found"),
            (403, "Forbidden: bot was blocked by the user"),
            (401, "Unauthorized"),
        ]
        for number, refusal in enumerate(refusals, 1):
            line.bot.failing = refusal
            await line.say(chat=number)
            await line.answers(number)
    bodies += [str(row) for row in await _shown(line)]
    assert logs
    said = "\n".join([*map(str, logs), *bodies])
    assert [secret for secret in secrets if secret in said] == []


async def _shown(line: Line) -> list[Any]:
    return [*await line.messages(), *(await line.api("GET", "/dead-letters"))["items"]]


async def test_a_key_is_shown_once_and_never_again(line: Line) -> None:
    made = await line.api("POST", "/keys", status=201, json={"name": "site", "scopes": ["messages:send"]})
    listed = await line.api("GET", "/keys")
    assert made["key"] not in str(listed)
    assert "site" in str(listed)


async def test_channels_are_shown_without_their_credentials(line: Line) -> None:
    shown = str(await line.api("GET", f"/channels/{line.channel.id}")) + str(await line.api("GET", "/channels"))
    assert BOT_TOKEN not in shown
    assert line.channel.secret("secret_token") not in shown
