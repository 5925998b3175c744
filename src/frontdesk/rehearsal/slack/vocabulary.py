"""Slack's names and limits, as far as the stub knows them."""

from hashlib import sha256

STRUCTURED = frozenset({"blocks", "attachments", "metadata", "files", "view"})
FORM_ONLY = frozenset({"files.getUploadURLExternal", "files.completeUploadExternal", "files.info"})
BOT_USER = "U9DESK001"
BOT = "B9DESK001"
APP = "A9DESK001"
SCOPES = {
    "chat.postMessage": "chat:write",
    "chat.postEphemeral": "chat:write",
    "chat.update": "chat:write",
    "chat.delete": "chat:write",
    "reactions.add": "reactions:write",
    "reactions.remove": "reactions:write",
    "reactions.get": "reactions:read",
    "files.getUploadURLExternal": "files:write",
    "files.completeUploadExternal": "files:write",
    "files.info": "files:read",
    "conversations.history": "im:history",
    "conversations.replies": "im:history",
    "conversations.open": "im:write",
    "users.info": "users:read",
    "bots.info": "users:read",
    "team.info": "team:read",
    "assistant.threads.setStatus": "assistant:write",
}
"""The scope each method wants; the others want none."""

EVERY_SCOPE = frozenset(SCOPES.values()) | {
    "app_mentions:read",
    "channels:history",
    "channels:read",
    "commands",
    "groups:history",
    "groups:read",
    "mpim:history",
}


def team_of(token: str) -> str:
    """Return the workspace a token is installed in: always the same one."""
    return f"T{sha256(token.encode()).hexdigest()[:8].upper()}"
