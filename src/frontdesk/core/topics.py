"""Names of live topics."""

from uuid import UUID


def conversation_topic(channel_id: UUID, conversation: str) -> str:
    """Return the topic of one conversation: word that something was delivered there, and who is typing."""
    return f"frontdesk:conversation:{channel_id}:{conversation}"
