"""What has to be right at Meta for a number to work, each point with its remedy."""

import hmac
from collections.abc import Mapping, Sequence
from hashlib import sha256
from urllib.parse import urlsplit

from frontdesk.channels.whatsapp import calls
from frontdesk.channels.whatsapp.errors import WRONG_FIELD, accepted, code_of
from frontdesk.channels.whatsapp.payloads import Fields, name, part, parts, words
from frontdesk.channels.whatsapp.registration import waba_of
from frontdesk.core.channel import Channel, Check, Found
from frontdesk.core.exchange import Exchange
from frontdesk.errors import ChannelUnauthorised, ConfigurationError, DeliveryRejected, OperatorNeeded

NUMBER_FIELDS = "display_phone_number,verified_name,quality_rating"
STANDING_FIELDS = "status,platform_type,name_status,code_verification_status"
WORKING = ("CONNECTED", "FLAGGED")  # flagged: people complain, and sending still works
TEMPLATE = "window_template"


def checks(channel: Channel, webhook_url: str | None) -> Sequence[Check]:
    """Return the points in the order to mend them: nothing can be asked with a token that is no good."""
    return (
        Check("access token", _token(channel)),
        Check("app secret", _app_secret(channel)),
        Check("number registered", _registered(channel)),
        Check("webhook", _webhook(channel, webhook_url)),
        *([Check("template for a closed window", _template(channel))] if channel.settings.get(TEMPLATE) else []),
    )


def _token(channel: Channel) -> Exchange[Found]:
    number = yield from _ask(channel, channel.secret("phone_number_id"), fields=NUMBER_FIELDS)
    shown = words(number, "display_phone_number")
    quality = words(number, "quality_rating") or "unknown"
    detail = (
        f"the token reads {words(number, 'verified_name') or 'a number'} at {shown or '?'}, quality {quality.lower()}"
    )
    return Found(detail=detail, learned={"display_phone_number": shown} if shown else {})


def _app_secret(channel: Channel) -> Exchange[Found]:
    """Let Meta check a proof made of token and secret: a wrong secret is named here before any webhook is refused."""
    token, secret = channel.secret("access_token"), channel.secret("app_secret")
    proof = hmac.new(secret.encode(), token.encode(), sha256).hexdigest()
    phone = channel.secret("phone_number_id")
    response = yield calls.get(channel, phone, fields="id", appsecret_proof=proof)
    if code_of(response) == WRONG_FIELD:
        raise ChannelUnauthorised(
            "the app secret is not that of the app the access token belongs to: copy it from the app's dashboard,"
            " under App settings, Basic"
        )
    accepted(response, channel)
    return Found(detail="app secret and access token belong to one app")


def _registered(channel: Channel) -> Exchange[Found]:
    number = yield from _ask(channel, channel.secret("phone_number_id"), fields=STANDING_FIELDS)
    status, platform = words(number, "status"), words(number, "platform_type")
    if platform not in (None, "CLOUD_API"):
        raise OperatorNeeded("the number is not registered with the Cloud API: register it in the WhatsApp Manager")
    if status is not None and status not in WORKING:
        raise OperatorNeeded(
            f"the number is {status.lower()} at Meta: see why in the WhatsApp Manager, under Phone numbers"
        )
    return Found(detail=f"the number is registered ({(status or 'status not told').lower()})")


def _webhook(channel: Channel, webhook_url: str | None) -> Exchange[Found]:
    phone = yield from _ask(channel, channel.secret("phone_number_id"), fields="webhook_configuration")
    waba = waba_of(channel)
    if waba is not None and webhook_url is not None:
        apps = yield from _ask(channel, waba, "subscribed_apps")
        if not parts(apps, "data"):
            raise OperatorNeeded("no app is subscribed to the business account: register the channel's webhook")
    address = _in_force(part(phone, "webhook_configuration"))
    if webhook_url is None:
        return Found(detail="Meta posts to an address that is set already" if address else "none is set yet")
    if address is None:
        raise OperatorNeeded("Meta has no webhook for this number: register it, or enter it in the app's dashboard")
    if not _leads_here(address, webhook_url):
        raise OperatorNeeded("Meta posts this number's messages to another address: register the channel's webhook")
    same = address == webhook_url
    return Found(detail="Meta posts to this channel's webhook" if same else "Meta posts to a webhook of this server")


def _in_force(configuration: Fields) -> str | None:
    """Return the address in force: a number's own goes before its account's, and that before the app's."""
    addresses = (words(configuration, key) for key in ("phone_number", "whatsapp_business_account", "application"))
    return next(filter(None, addresses), None)


def _leads_here(address: str, webhook_url: str) -> bool:
    """Say whether an address is ours: the webhook of another channel of the same app brings this one's messages, too."""
    try:
        return urlsplit(address)[:2] == urlsplit(webhook_url)[:2]
    except ValueError:
        return False


def _template(channel: Channel) -> Exchange[Found]:
    chosen = channel.settings.get(TEMPLATE)
    wanted = name(chosen, "name") if isinstance(chosen, Mapping) else None
    waba = waba_of(channel)
    if not isinstance(chosen, Mapping) or wanted is None:
        raise ConfigurationError(f'the setting {TEMPLATE} is written {{"name": …, "language": …, "body": […]}}')
    if waba is None:
        raise ConfigurationError("to look for templates the business account has to be known: set waba_id")
    language = words(chosen, "language") or "en"
    found = parts((yield from _ask(channel, waba, "message_templates", name=wanted)), "data")
    same = [each for each in found if words(each, "name") == wanted and words(each, "language") == language]
    if not same:
        raise DeliveryRejected(f"there is no template {wanted!r} in {language}: create it in the WhatsApp Manager")
    if (status := words(same[0], "status")) != "APPROVED":
        raise OperatorNeeded(
            f"template {wanted!r} is {(status or 'not approved').lower()}: see it in the WhatsApp Manager"
        )
    return Found(detail=f"template {wanted!r} in {language} is approved")


def _ask(channel: Channel, *path: str, **query: str) -> Exchange[Fields]:
    return accepted((yield calls.get(channel, *path, **query)), channel)
