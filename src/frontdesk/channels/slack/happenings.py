"""Events that are no messages: reactions, comings and goings, opened conversations, the end of an installation."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from frontdesk.channels.slack.emoji import drawn
from frontdesk.channels.slack.inbound import Envelope
from frontdesk.channels.slack.installations import is_group, origin
from frontdesk.channels.slack.payloads import Fields, moment, part, several, stamp, words
from frontdesk.core.message import Event, Happening, Ignored, Reaction

Reader = Callable[[Fields, Envelope], Event]


def read_reaction(event: Fields, envelope: Envelope) -> Event:
    """Return a reaction with its short name, such as `heart_eyes` or `+1::skin-tone-3`."""
    item = part(event, "item")
    channel, ts, user = words(item, "channel"), stamp(item, "ts"), words(event, "user")
    emoji = words(event, "reaction")
    if envelope.app.is_user(user):
        return Ignored(reason="own_message")
    if item.get("type") not in (None, "message"):
        return Ignored(reason="unsupported", detail="a reaction to something that is no message")
    if channel is None or ts is None or user is None or emoji is None:
        return Ignored(reason="malformed", detail="a reaction without user, name or message")
    return Reaction(
        target=f"{channel}:{ts}",
        action="add" if event.get("type") == "reaction_added" else "remove",
        origin=origin(
            envelope.where,
            conversation=channel,
            group=is_group(channel, words(item, "channel_type")),
            sender=user,
        ),
        emoji=emoji,
        symbol=drawn(emoji),
        external_id=envelope.id,
        timestamp=_time(event, envelope),
    )


def read_member(event: Fields, envelope: Envelope) -> Event:
    """Return somebody's coming or going; of our own, whoever invited us is the one who acted."""
    user, joined = words(event, "user"), event.get("type") == "member_joined_channel"
    if user is None or words(event, "channel") is None:
        return Ignored(reason="malformed", detail="a member without user or channel")
    if envelope.app.is_user(user):
        name, detail, actor = ("bot_added" if joined else "bot_removed"), {}, words(event, "inviter")
    else:
        name, detail, actor = ("member_joined" if joined else "member_left"), {"members": [user]}, user
    return _happening(name, event, envelope, sender=actor, **detail)


def read_home(event: Fields, envelope: Envelope) -> Event:
    return _happening("home_opened", event, envelope, sender=words(event, "user"), tab=words(event, "tab"))


def read_start(event: Fields, envelope: Envelope) -> Event:
    """Return the opening of an assistant's thread: everything said there stands in that thread."""
    thread = part(event, "assistant_thread")
    channel, ts = words(thread, "channel_id"), stamp(thread, "thread_ts")
    if channel is None or ts is None:
        return Ignored(reason="malformed", detail="an assistant's thread without channel or ts")
    where = origin(
        envelope.where,
        conversation=channel,
        thread=ts,
        group=is_group(channel),
        sender=words(thread, "user_id"),
    )
    return Happening(
        event="conversation_started", origin=where, external_id=envelope.id, timestamp=_time(event, envelope)
    )


def read_move(event: Fields, envelope: Envelope) -> Event:
    """Return a channel's new id, which it gets when it is shared with another company."""
    old, new = words(event, "old_channel_id"), words(event, "new_channel_id")
    if old is None or new is None:
        return Ignored(reason="malformed", detail="a move without both ids")
    return _happening("chat_migrated", {**event, "channel": old}, envelope, new_conversation=new)


def read_uninstalled(event: Fields, envelope: Envelope) -> Event:
    return _happening("app_uninstalled", event, envelope)


def read_revoked(event: Fields, envelope: Envelope) -> Event:
    """Return which tokens died: `bot` names the bot users, `oauth` the people whose own tokens we never use."""
    tokens = part(event, "tokens")
    return _happening("tokens_revoked", event, envelope, bot=several(tokens, "bot"), oauth=several(tokens, "oauth"))


READERS: dict[str, Reader] = {
    "reaction_added": read_reaction,
    "reaction_removed": read_reaction,
    "member_joined_channel": read_member,
    "member_left_channel": read_member,
    "app_home_opened": read_home,
    "assistant_thread_started": read_start,
    "channel_id_changed": read_move,
    "app_uninstalled": read_uninstalled,
    "tokens_revoked": read_revoked,
}


def _happening(name: str, event: Fields, envelope: Envelope, *, sender: str | None = None, **detail: Any) -> Event:
    channel = words(event, "channel")
    return Happening(
        event=name,
        origin=origin(
            envelope.where,
            conversation=channel,
            group=is_group(channel, words(event, "channel_type")),
            sender=sender,
        ),
        external_id=envelope.id,
        timestamp=_time(event, envelope),
        detail={key: value for key, value in detail.items() if value},
    )


def _time(event: Fields, envelope: Envelope) -> datetime | None:
    return moment(event, "event_ts") or moment(envelope.at, "event_time")
