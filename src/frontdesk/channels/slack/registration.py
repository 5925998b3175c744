"""Where to paste the webhook's address, and whether the app is set up as it should be."""

from collections.abc import Sequence

from frontdesk.channels.slack.calls import Call
from frontdesk.channels.slack.errors import accepted, says
from frontdesk.channels.slack.payloads import Fields, flag, part, words
from frontdesk.core.channel import Channel, Check, Found
from frontdesk.core.exchange import Exchange, Response
from frontdesk.errors import ConfigurationError, OperatorNeeded

ESSENTIAL = {
    "chat:write": "to answer",
    "im:history": "to hear direct messages",
    "app_mentions:read": "to hear mentions in channels",
}
USEFUL = {
    "channels:history": "to hear threads of public channels",
    "groups:history": "to hear threads of private channels",
    "mpim:history": "to hear group conversations",
    "channels:read": "to notice being added to channels",
    "groups:read": "to notice being added to private channels",
    "commands": "for slash commands and shortcuts",
    "files:read": "to download files",
    "files:write": "to send files",
    "reactions:read": "to hear reactions",
    "reactions:write": "to react",
    "im:write": "to write to people first",
    "users:read": "to learn the app's id",
}


def register(channel: Channel, webhook_url: str) -> Exchange[str]:
    """Say where the address belongs: Slack lets nobody set it by a call of the bot's."""
    yield from ()
    return (
        "nothing was set up at Slack: only its pages can do that. Open https://api.slack.com/apps, choose the app, and "
        "paste this one address as the Request URL under Event Subscriptions, under Interactivity & Shortcuts, and in "
        f"every slash command: {webhook_url}"
    )


def checks(channel: Channel, webhook_url: str | None) -> Sequence[Check]:
    """Return what must be right, in the order to mend it."""
    return (
        Check("signing secret", _check_secret(channel)),
        Check("bot token", _check_token(channel)),
        Check("scopes", _check_scopes(channel)),
        Check("app", _check_app(channel)),
    )


def _check_secret(channel: Channel) -> Exchange[Found]:
    yield from ()
    secret = channel.credentials.get("signing_secret", "").strip()
    if not secret:
        raise ConfigurationError("there is no signing secret: it stands under Basic Information, App Credentials")
    if secret.startswith("xox"):
        raise ConfigurationError("the signing secret is a token: give the one under Basic Information, App Credentials")
    return Found(detail="there is one; Slack tells by its first request whether it is right")


def _check_token(channel: Channel) -> Exchange[Found]:
    """Learn who the token is; an organisation's names no workspace of its own."""
    answer, _ = yield from _who(channel)
    if words(answer, "bot_id") is None:
        raise OperatorNeeded("this is a person's token: give the channel the Bot User OAuth Token, xoxb-…")
    wide = flag(answer, "is_enterprise_install")
    learned = {
        "bot_user_id": words(answer, "user_id"),
        "bot_id": words(answer, "bot_id"),
        "app_id": words(answer, "app_id"),
        "team_id": None if wide else words(answer, "team_id"),
        "enterprise_id": words(answer, "enterprise_id"),
        "url": words(answer, "url"),
    }
    name = f"{words(answer, 'user') or 'the app'} in {words(answer, 'team') or 'its workspace'}"
    detail = f"{name}, for the whole organisation" if wide else name
    return Found(detail=detail, learned={key: value for key, value in learned.items() if value})


def _check_scopes(channel: Channel) -> Exchange[Found]:
    _, response = yield from _who(channel)
    given = {scope.strip() for scope in response.headers.get("x-oauth-scopes", "").split(",") if scope.strip()}
    if not given:
        return Found(detail="Slack doesn't tell which scopes the token has")
    if missing := _missing(ESSENTIAL, given):
        raise OperatorNeeded(
            f"the app lacks {missing}: add it under OAuth & Permissions, install the app again, and give the channel "
            "the token shown then"
        )
    unused = _missing(USEFUL, given)
    return Found(detail=f"enough to converse; it lacks {unused}" if unused else "all that Frontdesk uses")


def _check_app(channel: Channel) -> Exchange[Found]:
    """Learn the app's id, by which our own posts are told from other bots'."""
    who, _ = yield from _who(channel)
    if app_id := words(who, "app_id"):
        return Found(detail=app_id, learned={"app_id": app_id})
    response = yield Call("bots.info", {"bot": words(who, "bot_id") or ""}, form=True).request(channel)
    if says(response, "missing_scope", "bot_not_found"):
        return Found(detail="not known, and not needed: with the scope users:read it would be")
    app_id = words(part(accepted(response, channel), "bot"), "app_id")
    return Found(detail=app_id or "not known", learned={"app_id": app_id} if app_id else {})


def _who(channel: Channel) -> Exchange[tuple[Fields, Response]]:
    response = yield Call("auth.test", {}).request(channel)
    return accepted(response, channel), response


def _missing(wanted: dict[str, str], given: set[str]) -> str:
    return ", ".join(f"{scope} ({purpose})" for scope, purpose in wanted.items() if scope not in given)
