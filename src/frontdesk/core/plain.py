"""What an adapter does where its provider has nothing of the kind: import the names a channel needs from here."""

from collections.abc import Sequence

from frontdesk.core.channel import Channel, Check, Download, Source
from frontdesk.core.content import Outbound
from frontdesk.core.exchange import Exchange, Request, Response
from frontdesk.core.message import Event, Media, Message
from frontdesk.errors import DeliveryRejected


def answer(request: Request, events: Sequence[Event], channel: Channel) -> Response:
    """Say 200 with nothing in it."""
    return Response(200)


def known_as(recipient: str) -> str:
    """Take it as it is."""
    return recipient


def fetch(media: Media, channel: Channel) -> Exchange[Download]:
    """Refuse: messages of this channel bring no files."""
    yield from ()
    raise DeliveryRejected(f"a {channel.kind} channel has no files to fetch")


def kept(media: Media, channel: Channel) -> Exchange[None]:
    """Say nothing: the provider deletes files by itself. The one name an adapter may leave out."""
    yield from ()


def show_typing(conversation: str, thread: str | None, answering: str | None, channel: Channel) -> Exchange[None]:
    """Show nothing."""
    yield from ()


def acknowledge(message: Message, channel: Channel) -> Exchange[None]:
    """Ask nothing: nobody waits for it."""
    yield from ()


def register(channel: Channel, webhook_url: str) -> Exchange[str]:
    """Say where the other side has to post."""
    yield from ()
    return f"nothing was set up at the other side: let it post to {webhook_url}"


def checks(channel: Channel, webhook_url: str | None) -> Sequence[Check]:
    """Check nothing."""
    return ()


def account(channel: Channel) -> str | None:
    """Take every event of the webhook."""
    return None


def recall(message: Outbound, channel: Channel) -> Exchange[str | None]:
    """Don't know."""
    yield from ()
    return None


def source(channel: Channel) -> Source | None:
    """Wait for webhooks."""
    return None
