"""What has to be right at the bridge for a Signal channel to work."""

import re
from collections.abc import Sequence
from typing import Any

from frontdesk.channels.signal.calls import get, perform
from frontdesk.channels.signal.listening import way
from frontdesk.channels.signal.payloads import Fields, name, words
from frontdesk.channels.signal.targets import sender
from frontdesk.core.channel import Channel, Check, Found
from frontdesk.core.exchange import Exchange
from frontdesk.errors import ChannelUnauthorised, ChannelUnreachable, ConfigurationError, DeliveryError

DAEMON = ("json-rpc", "json-rpc-native")
EACH_CALL = ("normal", "native")
NUMBERED = re.compile(r"v?([0-9]+)\.([0-9]+)")
OLDEST = (0, 98)
"""The first build of the bridge with signal-cli 0.14; those with 0.13.22 to 0.13.24 lose mentions, quotes and reactions."""


def checks(channel: Channel, webhook_url: str | None) -> Sequence[Check]:
    """Return the checks in the order to mend what they find."""
    return (
        Check("the bridge answers", _answers(channel)),
        Check("its mode fits how messages are received", _mode(channel)),
        Check("its version is not too old", _version(channel)),
        Check("it knows our number", _number(channel)),
        Check("our account's uuid", _uuid(channel)),
    )


def _answers(channel: Channel) -> Exchange[Found]:
    try:
        yield from perform(get(channel, "v1", "health"), channel)
    except DeliveryError as error:
        raise ChannelUnreachable(
            f"no signal-cli-rest-api answers at {_host(channel)} ({error}): start the bridge, or mend the channel's API base"
        ) from None
    return Found(detail=f"the bridge at {_host(channel)} answers")


def _mode(channel: Channel) -> Exchange[Found]:
    """Hold the mode against the way of receiving. Where the bridge posts to it does not tell."""
    receive, mode = way(channel), words((yield from _about(channel)), "mode") or "unknown"
    fits = EACH_CALL if receive == "poll" else DAEMON
    if mode not in fits:
        raise ConfigurationError(
            f"the bridge runs in mode {mode}, and receiving by {receive} needs {' or '.join(fits)}: start it with"
            f" MODE={fits[0]}, or change the channel's setting receive"
        )
    told = "; see that its RECEIVE_WEBHOOK_URL is this channel's webhook" if receive == "webhook" else ""
    return Found(detail=f"mode {mode}, received by {receive}{told}")


def _version(channel: Channel) -> Exchange[Found]:
    version = words((yield from _about(channel)), "version") or "unset"
    found = NUMBERED.match(version)
    if found is None:
        return Found(detail=f"version {version}: see that it is less than three months old, Signal refuses older ones")
    if (int(found[1]), int(found[2])) < OLDEST:
        raise ConfigurationError(
            f"the bridge is version {version}: update it to {OLDEST[0]}.{OLDEST[1]} or newer (signal-cli 0.14), since"
            " older ones lose mentions, quotes and reactions, and Signal refuses what is older than three months"
        )
    return Found(detail=f"version {version}; update it every three months")


def _number(channel: Channel) -> Exchange[Found]:
    number = sender(channel)
    accounts = (yield from perform(get(channel, "v1", "accounts"), channel)).json()
    if not isinstance(accounts, list) or number not in accounts:
        raise ChannelUnauthorised(
            f"the bridge has no account {number}: register it (POST /v1/register/{number}) or link it (GET /v1/qrcodelink)"
        )
    return Found(detail=f"the bridge has the account {number}")


def _uuid(channel: Channel) -> Exchange[Found]:
    """Learn our uuid, by which people's apps name us in mentions and reactions; without it the number has to do."""
    number = sender(channel)
    response = yield get(channel, "v1", "identities", number)
    listed: Any = response.json()
    entries: list[Fields] = [entry for entry in listed if isinstance(entry, dict)] if isinstance(listed, list) else []
    own = next((entry for entry in entries if name(entry, "number") == number), {})
    if uuid := name(own, "uuid"):
        return Found(detail=f"our account is {uuid}", learned={"account_uuid": uuid})
    return Found(detail="the bridge does not tell; the setting account_uuid may, for mentions of us by uuid")


def _about(channel: Channel) -> Exchange[Fields]:
    about = (yield from perform(get(channel, "v1", "about"), channel)).json()
    return about if isinstance(about, dict) else {}


def _host(channel: Channel) -> str:
    """Return where the bridge is, without a password in its address."""
    return channel.api_base.rpartition("@")[2]
