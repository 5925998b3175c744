"""Who an event is from, and where an answer goes."""

from frontdesk.channels.custom.payloads import Fields, name, part, words
from frontdesk.core.message import Origin


def origin_of(fields: Fields) -> Origin | None:
    """Return the conversation and who spoke; without a conversation it is the sender's own. None where neither is named."""
    sender = part(fields, "sender")
    who = name(sender, "id")
    conversation = name(fields, "conversation") or who
    if conversation is None:
        return None
    return Origin(
        conversation=conversation,
        thread=name(fields, "thread"),
        group=fields.get("group") is True,
        sender=who or conversation,
        sender_name=(words(sender, "name") or "")[:100] or None,
    )
