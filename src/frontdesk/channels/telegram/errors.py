"""What the Bot API's refusals mean, by code and `parameters` first and by parts of the description last."""

import re
from datetime import timedelta
from typing import Any

from frontdesk.channels.telegram.payloads import Fields, part, whole, words
from frontdesk.core.channel import Channel
from frontdesk.core.exchange import Response
from frontdesk.errors import (
    ChannelThrottled,
    ChannelUnauthorised,
    ChannelUnreachable,
    ConversationClosed,
    ConversationMoved,
    DeliveryError,
    DeliveryInDoubt,
    DeliveryRejected,
    RecipientOptedOut,
)

LONGEST_WAIT = timedelta(days=30)
BY_CODE: dict[int, tuple[type[DeliveryError], str]] = {
    401: (ChannelUnauthorised, "the bot token is wrong or was revoked: give the channel the one BotFather shows"),
    404: (ChannelUnauthorised, "Telegram knows no bot of this token: give the channel the one BotFather shows"),
    409: (DeliveryRejected, "another program polls this bot with getUpdates: stop it, or give Frontdesk its own bot"),
    413: (DeliveryRejected, "the file is too large for Telegram: uploads end at 50 MB, pictures at 10 MB"),
}
ADDRESS_OR_TOKEN = re.compile(r"https?://\S+|\b[0-9]{5,}:[\w-]{20,}")


def accepted(response: Response, channel: Channel) -> Any:
    """Return the `result` of a call, or raise the DeliveryError its refusal means."""
    answer = _answer(response)
    if response.status < 300 and answer.get("ok") is True:
        return answer.get("result")
    raise failure(response, channel)


def failure(response: Response, channel: Channel) -> DeliveryError:
    """Name the failure; the words never hold an address or the token."""
    answer = _answer(response)
    code = response.status if response.status >= 300 else whole(answer, "error_code") or response.status
    moved = whole(part(answer, "parameters"), "migrate_to_chat_id")
    if moved is not None:
        return ConversationMoved(str(moved))
    return _by_code(code, response, channel)


def _by_code(code: int, response: Response, channel: Channel) -> DeliveryError:
    match code:
        case 401 | 404 | 409 | 413:
            kind, remedy = BY_CODE[code]
            return kind(f"Telegram answers {code}: {remedy}")
        case 403:
            return _forbidden(response, channel)
        case 429:
            return ChannelThrottled("Telegram asks us to slow down", _wait(response))
        case _ if code >= 500:
            return ChannelUnreachable(f"Telegram fails on its side and answers {code}")
        case _ if code < 300:
            return DeliveryInDoubt(f"Telegram answers {code} with a body that is none of the Bot API's")
        case _:
            return DeliveryRejected(f"Telegram refuses with {code}: {redacted(_description(response), channel)}")


def says(response: Response, *phrases: str) -> bool:
    """Say whether this is a bad request whose description has one of `phrases` (lower case) in it."""
    description = _description(response).lower()
    return response.status == 400 and any(phrase in description for phrase in phrases)


def redacted(text: str, channel: Channel) -> str:
    """Return provider's words without addresses or tokens, short enough for a log line."""
    token = channel.credentials.get("token")
    without_token = text.replace(token, "…") if token else text
    return ADDRESS_OR_TOKEN.sub("…", without_token)[:200]


def _forbidden(response: Response, channel: Channel) -> DeliveryError:
    description = _description(response)
    match description.lower():
        case reason if "blocked by the user" in reason or "user is deactivated" in reason:
            return RecipientOptedOut("the contact blocked the bot or deleted the account")
        case reason if "kicked" in reason or "is not a member" in reason:
            return ConversationClosed("the bot was removed from this chat; a member has to add it again")
        case _:
            return DeliveryRejected(f"Telegram forbids it: {redacted(description, channel)}")


def _wait(response: Response) -> timedelta | None:
    seconds = whole(part(_answer(response), "parameters"), "retry_after")
    if seconds is None:
        seconds = whole(response.headers, "retry-after")
    if seconds is None or seconds < 0:
        return None
    return min(timedelta(seconds=min(seconds, 10**9)), LONGEST_WAIT)


def _answer(response: Response) -> Fields:
    answer = response.json()
    return answer if isinstance(answer, dict) else {}


def _description(response: Response) -> str:
    return words(_answer(response), "description") or "no reason given"
