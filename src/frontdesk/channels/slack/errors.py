"""What Slack's refusals mean: a status of 200 carries them too, so the `error` of the body decides."""

import re
from datetime import timedelta

from frontdesk.channels.slack.payloads import Fields, part, several, words
from frontdesk.core.channel import Channel
from frontdesk.core.exchange import Response
from frontdesk.errors import (
    ChannelThrottled,
    ChannelUnauthorised,
    ChannelUnreachable,
    ConversationClosed,
    DeliveryError,
    DeliveryInDoubt,
    DeliveryRejected,
    OperatorNeeded,
)

LONGEST_WAIT = timedelta(days=30)
THROTTLED = frozenset({"ratelimited", "rate_limited", "message_limit_exceeded"})
AWAY = frozenset(
    {"internal_error", "fatal_error", "service_unavailable", "request_timeout", "team_added_to_org", "accesslimited"}
)
DEAD = {
    "invalid_auth": "the bot token is wrong: give the channel the one under OAuth & Permissions",
    "not_authed": "no bot token was given: give the channel the one under OAuth & Permissions",
    "account_inactive": "the app was removed from the workspace: install it again and give the channel the new token",
    "token_revoked": "the bot token was revoked: install the app again and give the channel the new token",
    "token_expired": "the bot token has expired, and Frontdesk refreshes none: make the app anew without token rotation, "
    "or give the channel a fresh token every twelve hours",
    "org_login_required": "the workspace is moving into an organisation: install the app again once that is done",
    "ekm_access_denied": "the organisation's administrators suspended access to its encryption keys: ask them",
    "team_access_not_granted_to_app": "the organisation did not grant the app this workspace: ask an administrator",
}
OPERATOR = {
    "not_allowed_token_type": "this call wants a bot token (xoxb-…): give the channel the Bot User OAuth Token",
    "no_permission": "the token lacks a permission: check the app's scopes and install it again",
    "access_denied": "access is denied: check the app's scopes and the workspace's settings",
    "restricted_action": "the workspace's settings forbid it: an administrator has to allow it",
    "restricted_action_read_only_channel": "the channel is read-only: an administrator has to let the app post there",
    "restricted_action_thread_only_channel": "the channel allows threads only: an administrator has to let the app post",
    "restricted_action_non_threadable_channel": "the channel allows no threads: an administrator has to allow them",
    "restricted_action_thread_locked": "the thread is locked: an administrator has to open it",
    "app_missing_action_url": "the app has no address for buttons: set Interactivity's request URL to the webhook",
    "two_factor_setup_required": "the workspace wants two-factor authentication set up for the app's owner",
    "ekm_denied": "the organisation's administrators forbid it",
    "enterprise_is_restricted": "the organisation doesn't allow this call",
}
CLOSED = {
    "channel_not_found": "there is no such conversation, or the app isn't in it: invite it with /invite",
    "not_in_channel": "the app isn't in this channel: invite it with /invite",
    "is_archived": "the channel is archived",
    "user_not_found": "there is no such person in the workspace",
    "users_not_found": "there is no such person in the workspace",
    "cannot_dm_bot": "this is a bot: apps can't write to it",
    "user_disabled": "this person's account is disabled",
    "messages_tab_disabled": "the app's messages tab is off: switch it on under App Home",
    "thread_not_found": "the thread is gone",
    "cannot_reply_to_message": "this message can't have a thread",
    "team_access_not_granted": "the app was not granted the workspace of this conversation",
    "team_not_found": "the workspace of this conversation is gone",
}
SECRET = re.compile(r"https?://\S+|\bxox[a-z]-[\w-]+|\bxapp-[\w-]+")


def accepted(response: Response, channel: Channel) -> Fields:
    """Return the answer of a call, or raise the DeliveryError its refusal means."""
    answer = answer_of(response)
    if response.status < 300 and answer.get("ok") is True:
        return answer
    raise failure(response, channel)


def failure(response: Response, channel: Channel) -> DeliveryError:
    """Name the failure; the words never hold an address or a token."""
    answer = answer_of(response)
    error = words(answer, "error") or ""
    if response.status == 429 or error in THROTTLED:
        return ChannelThrottled("Slack asks us to slow down", _wait(response))
    if error in DEAD:
        return ChannelUnauthorised(f"Slack answers {error}: {DEAD[error]}")
    if error == "missing_scope":
        return OperatorNeeded(_scope(answer, channel))
    if error in OPERATOR or error.startswith("restricted_action"):
        remedy = OPERATOR.get(error, OPERATOR["restricted_action"])
        return OperatorNeeded(f"Slack answers {error}: {remedy}")
    if error in CLOSED:
        return ConversationClosed(f"Slack answers {error}: {CLOSED[error]}")
    return _by_status(response, answer, error, channel)


def answer_of(response: Response) -> Fields:
    """Return the body of an answer, empty where it is none of the Web API's."""
    answer = response.json()
    return answer if isinstance(answer, dict) else {}


def says(response: Response, *errors: str) -> bool:
    """Say whether a call was refused with one of these errors."""
    return words(answer_of(response), "error") in errors


def redacted(text: str, channel: Channel) -> str:
    """Return Slack's words without addresses or tokens, short enough for a log line."""
    token = channel.credentials.get("bot_token")
    return SECRET.sub("…", text.replace(token, "…") if token else text)[:300]


def _by_status(response: Response, answer: Fields, error: str, channel: Channel) -> DeliveryError:
    if response.status >= 500 or error in AWAY:
        return ChannelUnreachable(f"Slack fails on its side: {response.status} {redacted(error, channel)}".strip())
    if response.status == 401:
        return ChannelUnauthorised(f"Slack answers 401: {DEAD['invalid_auth']}")
    if response.status < 300 and not error:
        return DeliveryInDoubt(f"Slack answers {response.status} with a body that is none of the Web API's")
    details = several(part(answer, "response_metadata"), "messages") + several(answer, "errors")
    reason = redacted("; ".join([error or "no reason given", *details]), channel)
    return DeliveryRejected(f"Slack refuses with {response.status}: {reason}")


def _scope(answer: Fields, channel: Channel) -> str:
    needed, provided = words(answer, "needed") or "a scope", words(answer, "provided") or "none"
    return redacted(
        f"Slack answers missing_scope: the app needs {needed} and has {provided}: add it under OAuth & Permissions, "
        "install the app again, and give the channel the token shown then",
        channel,
    )


def _wait(response: Response) -> timedelta | None:
    given = response.headers.get("retry-after", "")
    if not re.fullmatch("[0-9]{1,9}", given):
        return None
    return min(timedelta(seconds=int(given)), LONGEST_WAIT)
