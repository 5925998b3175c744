"""Small signs to the person: read, an answer is coming; and what Meta hears from us."""

from collections.abc import Sequence
from typing import Any

from frontdesk.channels.whatsapp import calls
from frontdesk.channels.whatsapp.errors import accepted
from frontdesk.core.channel import Channel
from frontdesk.core.exchange import Exchange, Request, Response
from frontdesk.core.message import Event, Message


def show_typing(conversation: str, thread: str | None, answering: str | None, channel: Channel) -> Exchange[None]:
    """Show "typing…" for 25 seconds, or until we send. Meta marks the message read with it, so where that is not wanted
    (the setting `mark_read`) nothing is shown.
    """
    if answering is not None and _marks_read(channel):
        yield from _read(answering, channel, {"typing_indicator": {"type": "text"}})


def acknowledge(message: Message, channel: Channel) -> Exchange[None]:
    """Mark a message read, and with it all before it, unless the setting `mark_read` is false."""
    if _marks_read(channel):
        yield from _read(message.external_id, channel, {})


def answer(request: Request, events: Sequence[Event], channel: Channel) -> Response:
    """Say 200 with nothing in it; in the handshake, with the challenge alone."""
    if request.method == "GET":
        challenge = request.query.get("hub.challenge", "").encode("utf-8", "replace")
        return Response(200, challenge, {"content-type": "text/plain"})
    return Response(200)


def _read(message_id: str, channel: Channel, more: dict[str, Any]) -> Exchange[None]:
    body = {"messaging_product": "whatsapp", "status": "read", "message_id": message_id, **more}
    response = yield calls.post(channel, body, channel.secret("phone_number_id"), "messages")
    accepted(response, channel)


def _marks_read(channel: Channel) -> bool:
    return channel.settings.get("mark_read", True) not in (False, "false", "no", "0", 0)
