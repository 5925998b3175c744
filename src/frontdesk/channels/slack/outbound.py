"""Sending: what each content becomes at the Web API."""

from typing import Any

from frontdesk.channels.slack.answers import answer_by_url, goes_by_url
from frontdesk.channels.slack.blocks import LONGEST_URL, blocks_of
from frontdesk.channels.slack.calls import Call, perform
from frontdesk.channels.slack.changes import change
from frontdesk.channels.slack.installations import is_group
from frontdesk.channels.slack.markup import escaped, mrkdwn
from frontdesk.channels.slack.targets import identity, stand_in, thread_for
from frontdesk.channels.slack.uploads import upload
from frontdesk.core.channel import Channel
from frontdesk.core.content import Content, Outbound
from frontdesk.core.exchange import Exchange
from frontdesk.errors import ConversationClosed, DeliveryRejected

KEY = "frontdesk_message"
"""The type of the metadata by which `recall` knows a message of ours again."""


def send(message: Outbound, channel: Channel) -> Exchange[str]:
    """Deliver one message and return `channel:ts`, the target of a change, or `conversation:key` where Slack names none."""
    content = message.content
    match content.type:
        case "reaction" | "edit" | "delete":
            return (yield from change(content, channel))
        case "text":
            return (yield from _say(message, channel))
        case "image" if shows_by_address(content):
            return (yield from _show(message, channel))
        case "image" | "audio" | "voice" | "video" | "animation" | "document" | "sticker" | "album":
            return (yield from upload(message, channel))
        case _:
            raise DeliveryRejected(f"Slack has no {content.type} of its own: send its words as a text")


def shows_by_address(content: Content) -> bool:
    """Say whether a picture needs no upload: Slack loads it from a public address."""
    media = content.media[0] if len(content.media) == 1 else None
    return media is not None and media.data is None and 0 < len(media.url or "") <= LONGEST_URL


def _show(message: Outbound, channel: Channel) -> Exchange[str]:
    """Show a picture by its address; what Slack can't load from there is uploaded."""
    try:
        return (yield from _say(message, channel))
    except DeliveryRejected as refusal:
        if "invalid_blocks" not in str(refusal) or message.content.buttons or message.content.rows:
            raise
    return (yield from upload(message, channel))


def _say(message: Outbound, channel: Channel) -> Exchange[str]:
    """Post a message, by the address of the event it answers where the app may not be in the channel.

    A command is answered there first, for its sender only; other answers go there where the channel is closed to us.
    """
    url = message.answer_url
    if url is not None and goes_by_url(url, message):
        answered = yield from answer_by_url(url, message, channel)
        if answered is not None:
            return answered
        return (yield from _post(message, channel))
    try:
        return (yield from _post(message, channel))
    except ConversationClosed:
        if url is None:
            raise
        answered = yield from answer_by_url(url, message, channel)
        if answered is None:
            raise
        return answered


def _post(message: Outbound, channel: Channel) -> Exchange[str]:
    call = compose(message)
    answer = yield from perform(call, channel)
    return identity(answer, message) if call.method == "chat.postMessage" else stand_in(message)


def compose(message: Outbound) -> Call:
    """Return the call that posts words, buttons or a picture."""
    content = message.content
    arguments: dict[str, Any] = {"channel": message.conversation, **words_of(content)}
    if thread := thread_for(message):
        arguments["thread_ts"] = thread
    if content.only_for and is_group(message.conversation):
        return Call("chat.postEphemeral", {**arguments, "user": content.only_for})
    arguments |= {"unfurl_links": content.link_preview, "unfurl_media": content.link_preview}
    metadata = {"event_type": KEY, "event_payload": {"key": message.key}}
    return Call("chat.postMessage", {**arguments, "metadata": metadata})


def words_of(content: Content) -> dict[str, Any]:
    """Return the words, and blocks where there are any: notifications and screen readers know only the words."""
    blocks = blocks_of(content)
    text = mrkdwn(content)
    if not text.strip() and not blocks:
        raise DeliveryRejected("a Slack message needs words: this one has neither text nor anything else to show")
    names = (content.list_title, *(media.filename for media in content.media), "…")
    return {"text": text or escaped(next(filter(None, names))), **({"blocks": blocks} if blocks else {})}
