"""Sending: every outbound message becomes one call of the bridge, after the files it takes were fetched."""

from typing import Any

from frontdesk.channels.signal.calls import call, perform
from frontdesk.channels.signal.payloads import Fields, whole
from frontdesk.channels.signal.refusals import IDENTITY, Refusal, failure, partly_sent, refusal, whom
from frontdesk.channels.signal.styles import styled
from frontdesk.channels.signal.targets import is_group, message_of, recipient, sender, target_of
from frontdesk.channels.signal.uploads import attached, sticker_of
from frontdesk.core.channel import Channel
from frontdesk.core.content import Content, Outbound
from frontdesk.core.exchange import Exchange, Response
from frontdesk.errors import DeliveryRejected

MOST_FILES = 32


def send(message: Outbound, channel: Channel) -> Exchange[str]:
    """Deliver one message and return its timestamp in milliseconds, all that receipts name it by.

    An edit has a timestamp of its own; a reaction or a deletion has none, and its target is returned. There is no
    idempotency key: a second call is made only where the first was refused for a safety number and the setting
    `trust_new_identities` is true.
    """
    content = message.content
    match content.type:
        case "reaction":
            return (yield from _react(message, channel))
        case "delete":
            return (yield from _take_back(message, channel))
    request = call("POST", channel, ("v2", "send"), (yield from _body(message, channel)))
    response = yield request
    told = refusal(response, channel)
    if (who := _to_trust(told, message, channel)) is not None:
        yield from trust(who, channel)
        response = yield request
    return _sent(response, message, channel)


def trust(who: str, channel: Channel) -> Exchange[None]:
    """Trust a contact's new safety number without comparing it."""
    steps = ("v1", "identities", sender(channel), "trust", who)
    yield from perform(call("PUT", channel, steps, {"trust_all_known_keys": True}), channel, who)


def _body(message: Outbound, channel: Channel) -> Exchange[dict[str, Any]]:
    """Return the body of `/v2/send`; DeliveryRejected where Signal has no way to say it."""
    content = message.content
    _refuse_what_is_not_there(content)
    body: dict[str, Any] = {"number": sender(channel), "recipients": [recipient(message.conversation)]}
    text, mode = styled(content.text or "") if content.format == "html" else (content.text or "", "normal")
    body |= {"message": text, "text_mode": mode}
    if quoted := message_of(content.reply_to, channel):
        body |= {"quote_author": quoted[0], "quote_timestamp": quoted[1]}
    if content.type == "edit":
        body["edit_timestamp"] = target_of(content.target, channel)[1]
    if sticker := sticker_of(content):
        return {**body, "sticker": sticker}
    if content.type not in ("text", "edit") or content.media:
        body["base64_attachments"] = yield from attached(content, channel)
    return body


def _refuse_what_is_not_there(content: Content) -> None:
    match content:
        case Content(type="location" | "contacts" | "template" as kind):
            raise DeliveryRejected(f"Signal has no message of type {kind}: say it in words")
        case Content(buttons=[_, *_]) | Content(rows=[_, *_]):
            raise DeliveryRejected("Signal has neither buttons nor lists: number the choices in the text")
        case Content(type="text" | "edit", text=None | "", media=[]):
            raise DeliveryRejected("a Signal message needs words or a file, and this one has neither")
        case Content(type="sticker", text=str(text)) if text and sticker_of(content):
            raise DeliveryRejected("a Signal sticker carries no words: send the text as a message of its own")
        case Content(media=media) if len(media) > MOST_FILES:
            raise DeliveryRejected(f"a Signal message holds {MOST_FILES} files, and this one has {len(media)}")


def _react(message: Outbound, channel: Channel) -> Exchange[str]:
    """Put our one reaction on a message, or take it away where no emoji is named."""
    content = message.content
    author, timestamp = target_of(content.target, channel)
    body = {"recipient": recipient(message.conversation), "target_author": author, "timestamp": timestamp}
    method = "POST" if content.emoji else "DELETE"
    if content.emoji:
        body["reaction"] = content.emoji
    yield from perform(call(method, channel, ("v1", "reactions", sender(channel)), body), channel, message.conversation)
    return content.target or ""


def _take_back(message: Outbound, channel: Channel) -> Exchange[str]:
    """Delete a message of ours for everybody, within a day of sending it."""
    _, timestamp = target_of(message.content.target, channel)
    body = {"recipient": recipient(message.conversation), "timestamp": timestamp}
    steps = ("v1", "remote-delete", sender(channel))
    yield from perform(call("DELETE", channel, steps, body), channel, message.conversation)
    return message.content.target or ""


def _to_trust(told: Refusal, message: Outbound, channel: Channel) -> str | None:
    """Return whose new safety number to trust before the message goes again, None where it must not or need not."""
    if channel.settings.get("trust_new_identities") is not True or not told.is_about(IDENTITY, -4):
        return None
    if partly_sent(told, message.conversation) is not None:
        return None  # the other members have it
    return whom(told) or (None if is_group(message.conversation) else message.conversation)


def _sent(response: Response, message: Outbound, channel: Channel) -> str:
    """Return the timestamp of what was sent, also where a group's message did not reach every member.

    To send such a message again would show it twice to those who have it.
    """
    told = refusal(response, channel)
    partly = partly_sent(told, message.conversation)
    if partly is not None:
        return str(partly)
    answer: Any = response.json()
    fields: Fields = answer if isinstance(answer, dict) else {}
    timestamp = whole(fields, "timestamp")
    if response.status >= 300 or told.types or timestamp is None:
        raise failure(response, channel, message.conversation)
    return str(timestamp)
