"""Envelopes: which kind of thing happened, and what becomes of each but messages."""

from collections.abc import Callable

from frontdesk.channels.signal.authors import author, identity, is_in_group, origin
from frontdesk.channels.signal.messages import read_edit, read_message
from frontdesk.channels.signal.payloads import Fields, flag, moment, part, whole
from frontdesk.core.channel import Channel
from frontdesk.core.message import Event, Happening, Ignored, Status, StatusName

Reader = Callable[[Fields, str | None, Channel], list[Event]]

STATUSES: tuple[tuple[str, StatusName], ...] = (("isViewed", "played"), ("isRead", "read"), ("isDelivery", "delivered"))


def read_envelope(envelope: Fields, account: str | None, channel: Channel) -> list[Event]:
    """Return the events of one envelope; one that holds nothing is housekeeping of the protocol."""
    for key, reader in READERS.items():
        if isinstance(envelope.get(key), dict):  # also an empty one: `"syncMessage": {}` is a synchronisation
            return reader(envelope, account, channel)
    wrong = [key for key in READERS if envelope.get(key) not in (None, [], "")]
    return [Ignored(reason="malformed" if wrong else "empty")]


def _read_message(envelope: Fields, account: str | None, channel: Channel) -> list[Event]:
    return _addressed(envelope, part(envelope, "dataMessage")) or read_message(envelope, account, channel)


def _read_edit(envelope: Fields, account: str | None, channel: Channel) -> list[Event]:
    return _addressed(envelope, part(part(envelope, "editMessage"), "dataMessage")) or read_edit(envelope, account)


def _addressed(envelope: Fields, content: Fields) -> list[Event]:
    """Refuse what names no author, or a group without an id: answered privately, it would tell one what all said."""
    if author(envelope) is None:
        return [Ignored(reason="malformed", detail="nobody wrote it")]
    if is_in_group(content) and not origin(envelope, None, content).group:
        return [Ignored(reason="malformed", detail="a group without an id")]
    return []


def _read_receipt(envelope: Fields, account: str | None, channel: Channel) -> list[Event]:
    """Return a status for each of our messages a receipt names; it knows them by timestamp alone."""
    receipt = part(envelope, "receiptMessage")
    status = next((status for key, status in STATUSES if flag(receipt, key)), None)
    named = receipt.get("timestamps")
    sent = [whole({"sent": each}, "sent") for each in named] if isinstance(named, list) else []
    known = [each for each in sent if each is not None]
    if status is None or not known:
        return [Ignored(reason="malformed", detail="a receipt of nothing")]
    at = moment(whole(receipt, "when") or whole(envelope, "timestamp"))
    recipient = author(envelope)
    return [
        Status(external_id=str(each), status=status, recipient=recipient, account=account, timestamp=at)
        for each in known
    ]


def _read_call(envelope: Fields, account: str | None, channel: Channel) -> list[Event]:
    """Return that somebody calls; the call's id is of 64 bits without a sign and goes nowhere."""
    if not part(part(envelope, "callMessage"), "offerMessage"):
        return [Ignored(reason="unsupported", detail="the course of a call")]
    if author(envelope) is None:
        return [Ignored(reason="malformed", detail="nobody calls")]
    timestamp = whole(envelope, "timestamp")
    return [
        Happening(
            event="call",
            origin=origin(envelope, account),
            external_id=identity(author(envelope), timestamp),
            timestamp=moment(timestamp),
        )
    ]


def _ignored(reason: str, detail: str | None = None) -> Reader:
    return lambda envelope, account, channel: [Ignored(reason=reason, detail=detail)]


READERS: dict[str, Reader] = {
    "syncMessage": _ignored("sync"),  # first: an echo of our own deeds never opens a turn
    "dataMessage": _read_message,
    "editMessage": _read_edit,
    "receiptMessage": _read_receipt,
    "callMessage": _read_call,
    "typingMessage": _ignored("typing"),
    "storyMessage": _ignored("unsupported", "a story"),
}
