"""Small signs to the person: an answer is coming, a press was taken."""

from collections.abc import Sequence

from frontdesk.channels.telegram.calls import Call, perform
from frontdesk.channels.telegram.errors import accepted, says
from frontdesk.channels.telegram.targets import address
from frontdesk.core.channel import Channel
from frontdesk.core.exchange import Exchange, Request, Response
from frontdesk.core.message import Event, Message


def show_typing(conversation: str, thread: str | None, answering: str | None, channel: Channel) -> Exchange[None]:
    """Show "typing…" for five seconds; repeat every four while the answer takes longer."""
    yield from perform(Call("sendChatAction", {**address(conversation, thread), "action": "typing"}), channel)


def acknowledge(message: Message, channel: Channel) -> Exchange[None]:
    """Stop the pressed button's spinner, due within about 15 seconds; asks nothing of Telegram for other messages.

    A press answered too late is past mending and no error.
    """
    if message.type != "button_reply":
        return
    response = yield Call("answerCallbackQuery", {"callback_query_id": message.external_id}).request(channel)
    if not says(response, "query is too old", "query id is invalid"):
        accepted(response, channel)


def answer(request: Request, events: Sequence[Event], channel: Channel) -> Response:
    """Say 200 with nothing in it: a JSON body with a `method` would be executed as a call of the bot."""
    return Response(200)
