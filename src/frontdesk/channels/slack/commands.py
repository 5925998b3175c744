"""Slash commands: there is no message and no thread, only an address for the answer."""

from datetime import UTC, datetime, timedelta

from frontdesk.channels.slack.installations import account_of_interaction, is_group, origin, our_app
from frontdesk.channels.slack.payloads import LAST_SECOND, Fields, words
from frontdesk.channels.slack.signature import asked_at
from frontdesk.channels.slack.texts import unescaped
from frontdesk.core.channel import Channel
from frontdesk.core.exchange import Request
from frontdesk.core.message import Ignored, Message

GOOD_FOR = timedelta(minutes=30)


def read_command(fields: Fields, request: Request, channel: Channel) -> Message | Ignored:
    """Return a slash command; it is named by its trigger, and says nothing of when it was written."""
    name, trigger = words(fields, "command"), words(fields, "trigger_id")
    place, user = words(fields, "channel_id"), words(fields, "user_id")
    if name is None or trigger is None or place is None or user is None:
        return Ignored(reason="malformed", detail="a command without its name, trigger, channel or user")
    text = unescaped(words(fields, "text") or "").strip()
    return Message(
        type="command",
        external_id=trigger,
        origin=origin(
            account_of_interaction(fields, our_app(channel, fields)),
            conversation=place,
            group=is_group(place),
            sender=user,
            sender_name=words(fields, "user_name"),
        ),
        text=f"{name} {text}".strip(),
        command=name.removeprefix("/"),
        args=text,
        answer_url=words(fields, "response_url"),
        answer_by=good_until(request) if words(fields, "response_url") else None,
    )


def good_until(request: Request) -> datetime | None:
    """Return when a `response_url` of this request ends; None where the request bears no time."""
    seconds = asked_at(request)
    if seconds is None or seconds > LAST_SECOND - GOOD_FOR.total_seconds():
        return None
    return datetime.fromtimestamp(seconds, UTC) + GOOD_FOR
