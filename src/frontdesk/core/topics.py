"""Names of live topics."""

from uuid import UUID


def conversation_topic(channel_id: UUID, conversation: str) -> str:
    """Return the topic of one conversation: word that something was delivered there, and who is typing."""
    return f"frontdesk:conversation:{channel_id}:{conversation}"


def desk_topic(tenant: str) -> str:
    """Return the topic of a tenant's people: word of conversations that wait, are taken, or go on."""
    return f"frontdesk:desk:{tenant}"
