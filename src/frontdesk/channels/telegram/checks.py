"""What has to be right at Telegram for a bot to work."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from frontdesk.channels.telegram.calls import Call, perform
from frontdesk.channels.telegram.errors import redacted
from frontdesk.channels.telegram.payloads import Fields, flag, moment, whole, words
from frontdesk.channels.telegram.registration import ALLOWED_UPDATES
from frontdesk.core.channel import Channel, Check, Found
from frontdesk.core.exchange import Exchange
from frontdesk.errors import DeliveryRejected, OperatorNeeded

LEFT_OUT_UNLESS_ASKED = {"message_reaction"}
"""Telegram sends the others of ours to a webhook that was set without a list."""

MEANINGS = (
    ("403", "the webhook was set with another secret_token: register it again"),
    ("404", "that address is none of Frontdesk's channels: see that FRONTDESK_PUBLIC_URL leads here"),
    ("wrong response", "see what Frontdesk, or the proxy before it, has in its log"),
    ("certificate", "the certificate is not one Telegram trusts: serve the whole chain of a public authority"),
    ("ssl", "the certificate is not one Telegram trusts: serve the whole chain of a public authority"),
    ("resolve", "the host's name is not in the public DNS"),
    ("refused", "nothing listens there: is Frontdesk, or the proxy before it, running?"),
    ("tim", "no answer came in time: is a firewall in between?"),
)
"""Parts of `last_error_message`, in lower case, with what to do about each; the first that fits counts."""


def checks(channel: Channel, webhook_url: str | None) -> Sequence[Check]:
    """Return the token's check first: without it the others mean nothing."""
    return (Check("token", _token(channel)), Check("webhook", _webhook(channel, webhook_url)))


def _token(channel: Channel) -> Exchange[Found]:
    me = _object((yield from perform(Call("getMe", {}), channel)), "getMe")
    number, name = whole(me, "id"), words(me, "username")
    if number is None or not flag(me, "is_bot"):
        raise OperatorNeeded("this token is not a bot's: take the one BotFather shows")
    learned: dict[str, Any] = {"bot_user_id": number, **({"bot_username": name} if name else {})}
    if flag(me, "can_read_all_group_messages"):
        groups = "in groups it gets every message (privacy mode is off)"
    else:
        groups = (
            "in groups it gets commands, replies and mentions (privacy mode is on; /setprivacy at BotFather changes it)"
        )
    return Found(detail=f"it is the bot @{name or number}; {groups}", learned=learned)


def _webhook(channel: Channel, webhook_url: str | None) -> Exchange[Found]:
    info = _object((yield from perform(Call("getWebhookInfo", {}), channel)), "getWebhookInfo")
    url = words(info, "url") or ""
    if webhook_url is None:
        return Found(detail=f"Telegram posts to {_host(url)} now" if url else "none is set yet")
    again = f"run `frontdesk channel register {channel.tenant} {channel.name!r}`"
    if not url:
        raise OperatorNeeded(f"none is set, so Telegram posts nothing: {again}")
    if url != webhook_url:
        raise OperatorNeeded(
            f"Telegram posts to another address, at {_host(url)}: is the bot used elsewhere, too? If not, {again}"
        )
    if missing := _missing(info):
        raise OperatorNeeded(f"Telegram leaves out {', '.join(missing)}: {again}")
    return Found(detail=_deliveries(info, channel))


def _deliveries(info: Fields, channel: Channel) -> str:
    """Say how updates arrive; OperatorNeeded where they wait because the last try failed.

    `last_error_message` stays after deliveries go well again, so it counts only while something waits.
    """
    waiting, error = whole(info, "pending_update_count") or 0, words(info, "last_error_message")
    if error is None:
        return f"set; {waiting} updates wait at Telegram"
    at = moment(info, "last_error_date")
    told = f"{redacted(error, channel)}{f' at {at:%Y-%m-%d %H:%M} UTC' if at else ''}"
    if not waiting:
        return f"set; nothing waits at Telegram. Its last failure: {told}"
    meaning = next((remedy for sign, remedy in MEANINGS if sign in error.lower()), "see that the address is reachable")
    raise OperatorNeeded(f"{waiting} updates wait at Telegram, which says: {told}; {meaning}")


def _missing(info: Fields) -> list[str]:
    listed = info.get("allowed_updates")
    if not isinstance(listed, list) or not listed:
        return sorted(LEFT_OUT_UNLESS_ASKED)
    return [name for name in ALLOWED_UPDATES if name not in listed]


def _host(url: str) -> str:
    """Return scheme and host: the path may hold somebody's secret."""
    try:
        parts = urlsplit(url)
        return f"{parts.scheme}://{parts.hostname}"
    except ValueError:
        return "an address that can't be read"


def _object(result: Any, method: str) -> Fields:
    if not isinstance(result, dict):
        raise DeliveryRejected(f"what answers {method} is no Bot API: check the channel's api_base")
    return result
