"""Pointing Meta's webhooks at us: by the API where the business account is known, else in words for whoever clicks."""

from frontdesk.channels.whatsapp import calls
from frontdesk.channels.whatsapp.errors import accepted, code_of
from frontdesk.channels.whatsapp.payloads import name, part, parts, words
from frontdesk.core.channel import Channel
from frontdesk.core.exchange import Exchange
from frontdesk.errors import ConfigurationError, DeliveryRejected

NEEDED = "messages"
USEFUL = ("message_template_status_update", "message_template_quality_update", "account_update", "user_preferences")
REFUSED_ADDRESS = {2200, 100}  # the handshake failed, or the address is none Meta takes


def waba_of(channel: Channel) -> str | None:
    """Return the id of the WhatsApp business account: a credential, or a setting, since it is no secret."""
    return channel.credentials.get("waba_id") or name(channel.settings, "waba_id")


def register(channel: Channel, webhook_url: str) -> Exchange[str]:
    """Subscribe the app to the business account with `webhook_url` as its own address; may be repeated.

    Meta shakes hands with the address before it answers, so Frontdesk has to run and be reachable. Without `waba_id`
    nothing is called, and what to enter in Meta's dashboard is said instead.
    """
    if not channel.credentials.get("verify_token"):
        raise ConfigurationError(
            f"channel {channel.name!r} has no verify_token: give it one, of any 16 characters or more"
        )
    waba = waba_of(channel)
    if waba is None:
        return by_hand(channel, webhook_url)
    body = {"override_callback_uri": webhook_url, "verify_token": channel.secret("verify_token")}
    response = yield calls.post(channel, body, waba, "subscribed_apps")
    if response.status == 400 and code_of(response) in REFUSED_ADDRESS:
        raise DeliveryRejected(
            "Meta did not take the webhook's address: it has to answer by https with a whole chain of certificates,"
            " while Frontdesk runs, and the business account has to be the one of waba_id"
        )
    accepted(response, channel)
    apps = parts(accepted((yield calls.get(channel, waba, "subscribed_apps")), channel), "data")
    names = [words(part(app, "whatsapp_business_api_data"), "name") or "an app without a name" for app in apps]
    return (
        f"Meta posts what happens on business account {waba} to this channel's webhook, for {', '.join(names) or 'no app'};"
        f" in the app's dashboard under WhatsApp, Configuration the field {NEEDED} has to be subscribed"
        f" (and, for news of templates and account: {', '.join(USEFUL)})"
    )


def by_hand(channel: Channel, webhook_url: str) -> str:
    """Say what to enter at Meta; the verify token is among it, for nothing else shows it."""
    return (
        "nothing was set up at Meta, since the setting waba_id is not given. In the app's dashboard (developers.facebook.com)"
        " under WhatsApp, Configuration enter"
        f"\n  callback URL  {webhook_url}"
        f"\n  verify token  {channel.secret('verify_token')}"
        f"\nand subscribe the fields {NEEDED}, {', '.join(USEFUL)}"
    )
