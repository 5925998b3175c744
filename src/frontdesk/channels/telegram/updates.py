"""Telegram's updates as events: one webhook body is one update of one kind."""

from frontdesk.channels.telegram.inbound import read_edit, read_message
from frontdesk.channels.telegram.members import read_membership, read_own_membership
from frontdesk.channels.telegram.origins import our_bot
from frontdesk.channels.telegram.payloads import UNSTORABLE, Fields, whole
from frontdesk.channels.telegram.presses import read_press
from frontdesk.channels.telegram.reactions import read_reaction
from frontdesk.core.channel import Channel
from frontdesk.core.exchange import Request
from frontdesk.core.message import Event, Ignored

READ = frozenset({"message", "edited_message", "callback_query", "my_chat_member", "chat_member", "message_reaction"})


def parse(request: Request, channel: Channel) -> list[Event]:
    """Return the update's events; only MalformedPayload is raised, for a body that is no JSON.

    What is JSON and not understood is Ignored: any answer but 200 would hold back all later updates of that chat.
    """
    update = request.json()
    events: list[Event]
    match update:
        case {"message": dict(message)}:
            events = read_message(message, our_bot(channel))
        case {"edited_message": dict(message)}:
            events = read_edit(message, our_bot(channel))
        case {"callback_query": dict(query)}:
            events = read_press(query)
        case {"my_chat_member": dict(change)}:
            events = read_own_membership(change, _update_identity(update))
        case {"chat_member": dict(change)}:
            events = read_membership(change, _update_identity(update))
        case {"message_reaction": dict(change)}:
            events = read_reaction(change, _update_identity(update))
        case _:
            events = [_unread(update)]
    return events


def _unread(update: object) -> Ignored:
    """Say why an update is left alone; one of a kind we read that is no object is broken."""
    match update:
        case {"message_reaction_count": _}:
            return Ignored(reason="anonymous_counts")
        case {"channel_post": _} | {"edited_channel_post": _}:
            return Ignored(reason="channel_post")
        case {"update_id": _, **kinds} if kinds and READ.isdisjoint(kinds):
            return Ignored(reason="unsupported", detail=UNSTORABLE.sub("\ufffd", str(next(iter(kinds)))[:40]))
        case _:
            return Ignored(reason="malformed")


def _update_identity(update: Fields) -> str | None:
    """Name an event that has no message id of its own, so that its second delivery is recognised."""
    number = whole(update, "update_id")
    return None if number is None else f"update:{number}"
