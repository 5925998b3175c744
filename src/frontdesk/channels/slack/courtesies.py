"""What Slack hears at once, and the one sign it has that an answer is coming."""

from collections.abc import Sequence

from frontdesk.channels.slack.bodies import payload_of
from frontdesk.channels.slack.calls import Call, perform
from frontdesk.channels.slack.installations import is_group
from frontdesk.channels.slack.interactions import SUGGESTIONS
from frontdesk.channels.slack.payloads import words
from frontdesk.core.channel import Channel
from frontdesk.core.exchange import Exchange, Request, Response
from frontdesk.core.message import Event
from frontdesk.errors import MalformedPayload

STATUS = "is typing…"


def answer(request: Request, events: Sequence[Event], channel: Channel) -> Response:
    """Say 200 with nothing in it: any body is an instruction to a view, or a reply to a command.

    Only a handshake wants its challenge back, and a menu its choices: we have none to suggest.
    """
    try:
        payload = payload_of(request)
    except MalformedPayload:
        return Response(200)
    match payload:
        case {"type": "url_verification"}:
            challenge = words(payload, "challenge") or ""
            return Response(200, challenge.encode(), {"content-type": "text/plain; charset=utf-8"})
        case {"type": str(kind)} if kind in SUGGESTIONS:
            return Response(200, b'{"options":[]}', {"content-type": "application/json"})
        case _:
            return Response(200)


def show_typing(conversation: str, thread: str | None, answering: str | None, channel: Channel) -> Exchange[None]:
    """Show that the assistant is typing, for two minutes or until it answers; Slack has the like of it nowhere else."""
    if thread is None or is_group(conversation):
        return
    arguments = {"channel_id": conversation, "thread_ts": thread, "status": STATUS}
    yield from perform(Call("assistant.threads.setStatus", arguments), channel)
