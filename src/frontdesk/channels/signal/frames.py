"""A body taken apart: JSON-RPC lines, the frames inside them, and arrays of either."""

from typing import Any

from frontdesk.channels.signal.authors import origin
from frontdesk.channels.signal.envelopes import read_envelope
from frontdesk.channels.signal.payloads import Fields, moment, name, part, whole, words
from frontdesk.core.channel import Channel
from frontdesk.core.exchange import Request
from frontdesk.core.message import Event, Happening, Ignored
from frontdesk.core.pieces import with_piece


def parse(request: Request, channel: Channel) -> list[Event]:
    """Return the events of a webhook, a websocket frame or a poll's answer; only MalformedPayload is raised.

    A poll's array with log lines inside is no JSON: nothing in it can be told apart from what the log says.
    """
    body = request.json()
    if not isinstance(body, list):
        return _read(body, channel)
    return [with_piece(event, frame) for frame in body for event in _read(frame, channel)]


def _read(frame: Any, channel: Channel) -> list[Event]:
    match frame:
        case {"id": str() | int()}:
            return [Ignored(reason="unsupported", detail="an answer of signal-cli")]
        case {"method": str(method), "params": dict(params)} if method == "receive":
            return _read_received(_unwrapped(params), channel)
        case {"method": str(method)} if method != "receive":
            return [Ignored(reason="unsupported", detail="a notification that is no message")]
        case dict():
            return _read_received(_unwrapped(frame), channel)
        case _:
            return [Ignored(reason="malformed")]


def _unwrapped(params: Fields) -> Fields:
    """Return what a subscription wraps (`subscribeReceive`), else the thing itself."""
    return part(params, "result") if "envelope" not in params and part(params, "result") else params


def _read_received(received: Fields, channel: Channel) -> list[Event]:
    envelope, account = part(received, "envelope"), name(received, "account")
    failure = part(received, "exception") or received.get("error")
    failed: list[Event] = [_failure(failure, envelope, account)] if failure else []
    if not envelope:
        return failed or [Ignored(reason="malformed", detail="no envelope")]
    events = read_envelope(envelope, account, channel)
    if failed and all(isinstance(event, Ignored) for event in events):
        return failed
    return failed + events


def _failure(failure: Any, envelope: Fields, account: str | None) -> Happening:
    """Say what signal-cli could not do; a safety number that changed is one of its exceptions.

    The message itself is lost: Signal does not deliver it again.
    """
    fields = failure if isinstance(failure, dict) else {"message": failure}
    changed = "UntrustedIdentity" in (words(fields, "type") or "")
    return Happening(
        event="identity_changed" if changed else "provider_error",
        origin=origin(envelope, account),
        timestamp=moment(whole(envelope, "timestamp")),
        text=(words(fields, "message") or words(fields, "type") or "")[:500] or None,
    )
