"""Changes to messages already there: reactions, edits, deletions."""

from frontdesk.channels.slack.blocks import blocks_of
from frontdesk.channels.slack.calls import Call, perform
from frontdesk.channels.slack.emoji import short_name
from frontdesk.channels.slack.errors import accepted, says
from frontdesk.channels.slack.markup import mrkdwn
from frontdesk.channels.slack.payloads import part, parts, several, words
from frontdesk.channels.slack.targets import target_of
from frontdesk.core.channel import Channel
from frontdesk.core.content import Content
from frontdesk.core.exchange import Exchange
from frontdesk.errors import DeliveryRejected

DONE = ("already_reacted", "no_reaction")


def change(content: Content, channel: Channel) -> Exchange[str]:
    """Change the target and return its id; what is already as wanted is fine."""
    place, ts = target_of(content.target)
    match content.type:
        case "reaction" if content.emoji:
            call = Call("reactions.add", {"channel": place, "timestamp": ts, "name": _name(content.emoji)})
            yield from _done(call, channel, *DONE)
        case "reaction":
            yield from _take_back(place, ts, channel)
        case "delete":
            yield from _done(Call("chat.delete", {"channel": place, "ts": ts}), channel, "message_not_found")
        case _:
            yield from perform(_edit(content, place, ts), channel)
    return content.target or ""


def _edit(content: Content, place: str, ts: str) -> Call:
    """Return the call that says the message anew; without blocks of its own, an empty list takes the old ones away."""
    text = mrkdwn(content)
    if not text.strip():
        raise DeliveryRejected("Slack changes a message as a whole: give its words again beside the new buttons")
    blocks = blocks_of(content)
    return Call("chat.update", {"channel": place, "ts": ts, "text": text, "blocks": blocks})


def _take_back(place: str, ts: str, channel: Channel) -> Exchange[None]:
    """Take away our reactions; Slack wants their names, so they are asked for."""
    ours = words(channel.settings, "bot_user_id")
    if ours is None:
        raise DeliveryRejected(
            "taking a reaction back needs the setting bot_user_id: `frontdesk channel doctor --fix` learns it"
        )
    found = yield from perform(Call("reactions.get", {"channel": place, "timestamp": ts, "full": True}, True), channel)
    for reaction in parts(part(found, "message"), "reactions"):
        if ours in several(reaction, "users"):
            call = Call("reactions.remove", {"channel": place, "timestamp": ts, "name": words(reaction, "name")})
            yield from _done(call, channel, *DONE)


def _done(call: Call, channel: Channel, *fine: str) -> Exchange[None]:
    response = yield call.request(channel)
    if not says(response, *fine):
        accepted(response, channel)


def _name(emoji: str) -> str:
    name = short_name(emoji)
    if name is None:
        raise DeliveryRejected(
            f"Slack's name for {emoji[:20]!r} isn't known here: give its short name, such as thumbsup"
        )
    return name
