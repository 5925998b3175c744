"""Slack's requests as events: the Events API, interactivity and slash commands may share one address."""

from collections.abc import Mapping

from frontdesk.channels.slack.bodies import payload_of
from frontdesk.channels.slack.commands import read_command
from frontdesk.channels.slack.happenings import READERS
from frontdesk.channels.slack.inbound import Envelope, read_message
from frontdesk.channels.slack.installations import account_of_event, is_for_another, origin, our_app
from frontdesk.channels.slack.interactions import INTERACTIONS, read_interaction
from frontdesk.channels.slack.payloads import Fields, moment, part, storable, words
from frontdesk.core.channel import Channel
from frontdesk.core.exchange import Request
from frontdesk.core.message import Event, Happening, Ignored

SPOKEN = ("message", "app_mention")


def parse(request: Request, channel: Channel) -> list[Event]:
    """Return the events of a request; only MalformedPayload is raised, for a body that is neither JSON nor a form.

    A retry is read like any other request: the first try may never have arrived, and the store knows what it has.
    """
    payload = payload_of(request)
    if not isinstance(payload, Mapping):
        return [Ignored(reason="malformed")]
    if is_for_another(payload, channel):
        return [Ignored(reason="not_for_us")]
    match payload:
        case {"type": "event_callback"}:
            return [_read_event(payload, channel)]
        case {"type": "url_verification"} | {"ssl_check": _}:
            return [Ignored(reason="verification")]
        case {"type": "app_rate_limited"}:
            return [_read_limit(payload)]
        case {"type": str(kind)} if kind in INTERACTIONS:
            return read_interaction(payload, request, channel)
        case {"command": _}:
            return [read_command(payload, request, channel)]
        case {"type": str(kind)}:
            return [Ignored(reason="unsupported", detail=storable(kind[:40]))]
        case _:
            return [Ignored(reason="malformed")]


def _read_event(payload: Fields, channel: Channel) -> Event:
    event = part(payload, "event")
    kind = words(event, "type")
    envelope = Envelope(words(payload, "event_id"), payload, account_of_event(payload), our_app(channel, payload))
    if kind is None:
        return Ignored(reason="malformed", detail="an event without a type")
    if kind in SPOKEN:
        return read_message(event, envelope)
    if kind in READERS:
        return READERS[kind](event, envelope)
    return Ignored(reason="unsupported", detail=kind[:40])


def _read_limit(payload: Fields) -> Happening:
    """Tell that Slack drops this app's events: over 30,000 in an hour."""
    minute = moment(payload, "minute_rate_limited")
    team = words(payload, "team_id")
    return Happening(
        event="rate_limited",
        origin=origin((team, None)),
        external_id=f"rate_limited:{minute.timestamp():.0f}" if minute else None,
        timestamp=minute,
    )
