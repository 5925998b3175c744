"""People who write to an account in private, as the bridge posts what signal-cli receives."""

from typing import Any

from frontdesk.channels.signal.secret import HEADER
from frontdesk.core.channel import Channel
from frontdesk.core.exchange import Request
from frontdesk.rehearsal.people import Seen

FIRST_AT = 1_760_000_000_000
"""When everybody's first message was written, in milliseconds; each later one comes a millisecond after it."""

EDITS_AFTER = 100_000_000
"""How much later the edit of a message is written: an edit has a timestamp of its own."""


def person(index: int) -> str:
    """Return the uuid of an account."""
    return f"5eed0000-0000-4000-8000-{index:012d}"


def external_id(channel: Channel, person: str, number: int) -> str:
    """Return author and timestamp."""
    return f"{person}:{FIRST_AT + number}"


def says(channel: Channel, person: str, number: int, text: str) -> Request:
    """Write a text."""
    return _written(channel, person, number, message=text)


def presses(channel: Channel, person: str, number: int, seen: Seen, choice: int) -> Request:
    """Write the number of a choice: Signal has nothing to press."""
    _, label = seen.choices[choice]
    return says(channel, person, number, label)


def sends_image(channel: Channel, person: str, number: int, ref: str, caption: str | None) -> Request:
    """Send a picture that the bridge has downloaded under this id."""
    file = {"contentType": "image/jpeg", "filename": None, "id": ref, "size": 1000, "width": 90, "height": 90}
    return _written(channel, person, number, message=caption, attachments=[file])


def reacts(channel: Channel, person: str, number: int, target: str, emoji: str) -> Request:
    """Put an emoji on a message of ours, which the person's app names by our number and its timestamp."""
    ours = channel.credentials.get("number")
    reaction = {
        "emoji": emoji,
        "targetAuthor": ours,
        "targetAuthorNumber": ours,
        "targetSentTimestamp": int(target.rpartition(":")[2]),
        "isRemove": False,
    }
    return _written(channel, person, number, message=None, reaction=reaction)


def edits(channel: Channel, person: str, number: int, text: str) -> Request:
    """Change the words of message `number`."""
    written_at = FIRST_AT + EDITS_AFTER + number
    edit = {"targetSentTimestamp": FIRST_AT + number, "dataMessage": _data(written_at, message=text)}
    return _posted(channel, person, written_at, editMessage=edit)


def _written(channel: Channel, person: str, number: int, **content: Any) -> Request:
    written_at = FIRST_AT + number
    return _posted(channel, person, written_at, dataMessage=_data(written_at, **content))


def _data(written_at: int, **content: Any) -> dict[str, Any]:
    return {
        "timestamp": written_at,
        "expiresInSeconds": 0,
        "isExpirationUpdate": False,
        "viewOnce": False,
        **content,
    }


def _posted(channel: Channel, person: str, written_at: int, **content: Any) -> Request:
    """Return the line as the bridge posts it, with the secret a proxy adds where the channel has one."""
    envelope = {
        "source": person,
        "sourceNumber": None,
        "sourceUuid": person,
        "sourceName": "Ada",
        "sourceDevice": 1,
        "timestamp": written_at,
        "serverReceivedTimestamp": written_at + 40,
        "serverDeliveredTimestamp": written_at + 60,
        **content,
    }
    params = {"envelope": envelope, "account": channel.credentials.get("number")}
    secret = channel.credentials.get("webhook_secret")
    return Request.post_json(
        "", {"jsonrpc": "2.0", "method": "receive", "params": params}, {HEADER: secret} if secret else {}
    )
