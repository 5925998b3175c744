"""Calls of the Graph API, as requests."""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlsplit

from frontdesk.core.channel import Channel
from frontdesk.core.exchange import Request, Upload

DEFAULT_VERSION = "v25.0"
USER_AGENT = "frontdesk"
META_HOSTS = ("facebook.com", "fbsbx.com", "whatsapp.net", "fbcdn.net", "whatsapp.com")


def address(channel: Channel, *path: str) -> str:
    """Return the address of an object: `{api_base}/{version}/{path}`."""
    return "/".join([channel.api_base.rstrip("/"), version(channel), *(quote(part, safe="") for part in path)])


def version(channel: Channel) -> str:
    """Return the API's version as it stands in addresses; the setting may say 25, "25.0" or "v25.0"."""
    given = str(channel.settings.get("version") or DEFAULT_VERSION).strip().lower().removeprefix("v")
    major, _, minor = given.partition(".")
    return f"v{major}.{minor or 0}" if major.isdecimal() and (minor or "0").isdecimal() else DEFAULT_VERSION


def headers(channel: Channel) -> dict[str, str]:
    return {"authorization": f"Bearer {channel.secret('access_token')}", "user-agent": USER_AGENT}


def get(channel: Channel, *path: str, **query: str) -> Request:
    return Request("GET", address(channel, *path), headers(channel), query=query)


def post(channel: Channel, body: Mapping[str, Any], *path: str) -> Request:
    return Request.post_json(address(channel, *path), storable_body(body), headers(channel))


def upload(channel: Channel, fields: Mapping[str, str], file: Upload) -> Request:
    where = address(channel, channel.secret("phone_number_id"), "media")
    return Request("POST", where, headers(channel), fields=fields, uploads={"file": file})


def storable_body(body: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a body without unpaired surrogates: no UTF-8 can carry them."""
    cleaned: Mapping[str, Any] = json.loads(json.dumps(body, ensure_ascii=False).encode("utf-8", "replace"))
    return cleaned


def is_ours(channel: Channel, url: str) -> bool:
    """Say whether an address lies at the server the channel is pointed at."""
    return _origin(url) == _origin(channel.api_base)


def is_meta(url: str) -> bool:
    """Say whether an address is one of Meta's, by https: only those are shown the token."""
    scheme, host, _ = _origin(url)
    return scheme == "https" and any(host == known or host.endswith(f".{known}") for known in META_HOSTS)


def _origin(url: str) -> tuple[str, str, int | None]:
    try:
        parts = urlsplit(url)
        return parts.scheme, (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        return "", "", None
