"""Calls of Bot API methods, as requests."""

import html
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from frontdesk.channels.telegram.errors import accepted
from frontdesk.core.channel import Channel
from frontdesk.core.exchange import Exchange, Request, Upload

TAG = re.compile(
    r"</?(?:b|i|u|s|a|code|pre|blockquote|strong|em|ins|del|strike|span|tg-\w+)(?:\s[^<>]*)?>", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Call:
    """One method with its parameters; with `uploads` it travels as multipart."""

    method: str
    fields: Mapping[str, Any]
    uploads: Mapping[str, Upload] = field(default_factory=dict)

    def request(self, channel: Channel) -> Request:
        url = f"{channel.api_base.rstrip('/')}/bot{channel.secret('token')}/{self.method}"
        if self.uploads:
            return Request.post_multipart(
                url, {name: _form_value(value) for name, value in self.fields.items()}, self.uploads
            )
        return Request.post_json(url, self.fields)


def perform(call: Call, channel: Channel) -> Exchange[Any]:
    """Make the call and return its `result`."""
    response = yield call.request(channel)
    return accepted(response, channel)


def unformatted(call: Call) -> Call | None:
    """Return the call with its HTML as plain words, or None where nothing in it is formatted."""
    plain = _unformatted(call.fields)
    return None if plain == call.fields else replace(call, fields=plain)


def _unformatted(fields: Mapping[str, Any]) -> Mapping[str, Any]:
    plain = dict(fields)
    if plain.pop("parse_mode", None):
        plain |= {key: _untagged(plain[key]) for key in ("text", "caption") if key in plain}
    if isinstance(album := plain.get("media"), list):
        plain["media"] = [_unformatted(item) for item in album]
    return plain


def _untagged(text: str) -> str:
    return html.unescape(TAG.sub("", text))


def _form_value(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8", "replace").decode()
