"""Whether what is said in a group is said to us."""

from collections.abc import Sequence

from frontdesk.core.channel import Channel, Limits
from frontdesk.core.conversation import Conversation, Said, SentMessage
from frontdesk.core.message import Message


def is_ours(channel: Channel, limits: Limits, conversation: Conversation, history: Sequence[Said]) -> bool:
    """Say whether all that is said here is meant for us: the channel's setting `answer_all` (true, or a list of places), or a
    thread we took part in.
    """
    everywhere = channel.settings.get("answer_all")
    if everywhere is True or (isinstance(everywhere, list) and conversation.external_id in everywhere):
        return True
    took_part = any(said.direction == "outbound" for said in history)
    return limits.threads == "talks" and bool(conversation.thread) and took_part


def is_named(message: Message, about: SentMessage | None) -> bool:
    """Say whether a message names us, answers us, or was made for us."""
    named = message.mentions_bot or message.press is not None or message.answer_url is not None
    return named or about is not None
