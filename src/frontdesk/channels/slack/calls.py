"""Calls of the Web API, as requests."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from frontdesk.channels.slack.errors import accepted
from frontdesk.channels.slack.payloads import Fields
from frontdesk.core.channel import Channel
from frontdesk.core.exchange import Exchange, Request


@dataclass(frozen=True, slots=True)
class Call:
    """One method with its arguments, as JSON; the calls around files and histories want a form."""

    method: str
    arguments: Mapping[str, Any]
    form: bool = False

    def request(self, channel: Channel) -> Request:
        url = f"{channel.api_base.rstrip('/')}/api/{self.method}"
        headers = authorisation(channel)
        if self.form:
            fields = {name: _form_value(value) for name, value in self.arguments.items()}
            return Request.post_form(url, fields, headers)
        return Request.post_json(url, self.arguments, {"content-type": "application/json; charset=utf-8", **headers})


def perform(call: Call, channel: Channel) -> Exchange[Fields]:
    """Make the call and return its answer."""
    response = yield call.request(channel)
    return accepted(response, channel)


def authorisation(channel: Channel) -> dict[str, str]:
    return {"authorization": f"Bearer {channel.secret('bot_token')}"}


def is_at(url: str, hosts: frozenset[str], channel: Channel) -> bool:
    """Say whether an address is https at one of Slack's own hosts, or at the channel's own server."""
    try:
        given, base = urlsplit(url), urlsplit(channel.api_base)
        port = given.port
    except ValueError:
        return False
    if (given.scheme, given.hostname, port) == (base.scheme, base.hostname, base.port):
        return True
    return given.scheme == "https" and given.hostname in hosts and port in (None, 443) and not given.username


def _form_value(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8", "replace").decode()
