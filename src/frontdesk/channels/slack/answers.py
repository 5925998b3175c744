"""Answers by the address that came with a command or a press: good for half an hour and five posts."""

import re
from typing import Any

from frontdesk.channels.slack.blocks import blocks_of
from frontdesk.channels.slack.calls import is_at
from frontdesk.channels.slack.errors import accepted, answer_of, says
from frontdesk.channels.slack.installations import is_group
from frontdesk.channels.slack.markup import mrkdwn
from frontdesk.channels.slack.targets import stand_in
from frontdesk.core.channel import Channel
from frontdesk.core.content import Outbound
from frontdesk.core.exchange import Exchange, Request
from frontdesk.errors import DeliveryRejected

HOSTS = frozenset({"hooks.slack.com"})
SPENT = ("expired_url", "used_url", "no_service", "no_active_hooks")
TO_ALL = "in_channel"
COMMAND = re.compile("https?://[^/]+/commands/")


def goes_by_url(url: str, message: Outbound) -> bool:
    """Say whether an answer goes by its address first: one to a command in a channel, where the app need not be."""
    return is_group(message.conversation) and COMMAND.match(url) is not None


def answer_by_url(url: str, message: Outbound, channel: Channel) -> Exchange[str | None]:
    """Post an answer and return our key for it, since Slack tells no ts; None where the address is spent.

    Only the sender sees it, unless the channel's setting `answer_commands` says `in_channel`.
    """
    if not is_at(url, HOSTS, channel):
        raise DeliveryRejected("the address for this answer is none of Slack's: nothing was posted there")
    response = yield Request.post_json(
        url, _body(message, channel), {"content-type": "application/json; charset=utf-8"}
    )
    if response.status in (404, 410) or says(response, *SPENT):
        return None
    if response.status == 200 and not answer_of(response):
        return stand_in(message)  # the body is the word ok
    accepted(response, channel)
    return stand_in(message)


def _body(message: Outbound, channel: Channel) -> dict[str, Any]:
    blocks = blocks_of(message.content)
    body = {
        "text": mrkdwn(message.content) or "…",
        "response_type": TO_ALL if channel.settings.get("answer_commands") == TO_ALL else "ephemeral",
        "replace_original": False,
    }
    if message.thread:
        body["thread_ts"] = message.thread
    return {**body, "blocks": blocks} if blocks else body
