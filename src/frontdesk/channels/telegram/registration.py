"""Pointing a bot's webhook at us."""

from frontdesk.channels.telegram.calls import Call, perform
from frontdesk.channels.telegram.errors import redacted
from frontdesk.channels.telegram.payloads import whole, words
from frontdesk.core.channel import Channel
from frontdesk.core.exchange import Exchange
from frontdesk.errors import DeliveryRejected

# named one by one, since Telegram leaves reactions out unless asked and keeps the last list it was given
ALLOWED_UPDATES = ["message", "edited_message", "callback_query", "my_chat_member", "message_reaction"]


def register(channel: Channel, webhook_url: str) -> Exchange[str]:
    """Set the webhook, ask Telegram what it now has, and say so; may be repeated.

    DeliveryRejected where Telegram keeps another address: then somebody else sets this bot's webhook, too.
    """
    fields = {
        "url": webhook_url,
        "secret_token": channel.secret("secret_token"),
        "allowed_updates": ALLOWED_UPDATES,
    }
    yield from perform(Call("setWebhook", fields), channel)
    result = yield from perform(Call("getWebhookInfo", {}), channel)
    info = result if isinstance(result, dict) else {}
    if words(info, "url") != webhook_url:
        raise DeliveryRejected("Telegram keeps another webhook address for this bot: is the bot used elsewhere, too?")
    return _report(whole(info, "pending_update_count") or 0, words(info, "last_error_message"), channel)


def _report(waiting: int, last_error: str | None, channel: Channel) -> str:
    report = f"Telegram sends {', '.join(ALLOWED_UPDATES)} to this channel's webhook; {waiting} updates are waiting"
    if last_error is None:
        return report
    return f"{report}; its last delivery failed: {redacted(last_error, channel)}"
