"""What a provider tells about the channel itself, and not about a conversation on it."""

from frontdesk.core.channel import Channel
from frontdesk.core.message import Event, Happening

UNINSTALLED = "the app was uninstalled at the provider: install it again, and give the channel its new token"
REVOKED = "the provider revoked the channel's token: give it a new one, and start it again"


def concerns_the_channel(event: Event) -> bool:
    """Say whether nobody is in the event and it is said nowhere: it opens no turn."""
    return isinstance(event, Happening) and not (event.origin.conversation or event.origin.sender)


def ending(event: Event, channel: Channel) -> str | None:
    """Return why the channel can't go on, with the remedy; None where it can."""
    if not isinstance(event, Happening):
        return None
    match event.event:
        case "app_uninstalled":
            return UNINSTALLED
        case "tokens_revoked":
            return REVOKED if _ours(event, channel) else None
        case _:
            return None


def _ours(event: Happening, channel: Channel) -> bool:
    """Say whether the token that died is the channel's own, and not that of a person."""
    dead, bot = event.detail.get("bot"), channel.settings.get("bot_user_id")
    return isinstance(dead, list | tuple) and bool(dead) and (bot is None or bot in dead)
