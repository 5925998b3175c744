"""People who write to an app in private, as Slack posts its events and presses, signed."""

import hmac
import json
import time
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode

from frontdesk.channels.slack.emoji import short_name
from frontdesk.channels.slack.signature import SIGNATURE, TIMESTAMP
from frontdesk.core.channel import Channel
from frontdesk.core.exchange import Request
from frontdesk.rehearsal.people import Seen
from frontdesk.rehearsal.slack.vocabulary import APP, BOT, BOT_USER, team_of

FIRST_SECOND = 1_760_000_000
JSON = "application/json"
FORM = "application/x-www-form-urlencoded"


def person(index: int) -> str:
    """Return the conversation with the person of this number; their own id differs in its first letter."""
    return f"D{index:07d}"


def user_of(person: str) -> str:
    return f"U{person[1:]}"


def external_id(channel: Channel, person: str, number: int) -> str:
    """Return conversation and ts; a press is named so, too, where Slack would make up a trigger."""
    return f"{person}:{_ts(number)}"


def says(channel: Channel, person: str, number: int, text: str) -> Request:
    """Write a text to the app."""
    return _event(channel, person, number, _message(person, number, text))


def presses(channel: Channel, person: str, number: int, seen: Seen, choice: int) -> Request:
    """Press a button, or choose from a list, under a message of ours."""
    if not seen.choices:
        return says(channel, person, number, str(choice + 1))
    title, value = seen.choices[choice]
    text = {"type": "plain_text", "text": title, "emoji": False}
    action = {"type": "button", "action_id": f"choice:{choice}", "block_id": "b", "text": text, "value": value}
    team, below = _team(channel), seen.external_id.rpartition(":")[2]
    name = external_id(channel, person, number)
    payload = {
        "type": "block_actions",
        "user": {"id": user_of(person), "name": "ada", "team_id": team},
        "api_app_id": _app(channel),
        "team": {"id": team, "domain": "rehearsal"},
        "container": {"type": "message", "message_ts": below, "channel_id": person, "is_ephemeral": False},
        "channel": {"id": person, "name": "directmessage"},
        "message": {"type": "message", "user": BOT_USER, "bot_id": BOT, "team": team, "ts": below, "text": seen.text},
        "trigger_id": name,
        "response_url": f"{channel.api_base}/actions/{team}/{person}/{number}",
        "actions": [{**action, "action_ts": _ts(number)}],
    }
    return _signed(channel, urlencode({"payload": json.dumps(payload)}).encode(), FORM)


def commands(channel: Channel, person: str, number: int, text: str, *, place: str | None = None) -> Request:
    """Use a slash command, `text` with its slash, in private or in the channel `place`."""
    command, _, rest = text.partition(" ")
    where, team = place or person, _team(channel)
    fields = {
        "command": command,
        "text": rest,
        "team_id": team,
        "api_app_id": _app(channel),
        "channel_id": where,
        "channel_name": "lobby" if place else "directmessage",
        "user_id": user_of(person),
        "user_name": "ada",
        "trigger_id": external_id(channel, person, number),
        "response_url": f"{channel.api_base}/commands/{team}/{where}/{person}-{number}",
    }
    return _signed(channel, urlencode(fields).encode(), FORM)


def mentions(channel: Channel, person: str, number: int, text: str, place: str) -> Request:
    """Speak to the app in a channel."""
    bot = channel.settings.get("bot_user_id", BOT_USER)
    said = _message(person, number, text)
    message = {**said, "text": f"<@{bot}> {_escaped(text)}", "type": "app_mention", "channel": place}
    del message["channel_type"]
    return _event(channel, person, number, message)


def sends_image(channel: Channel, person: str, number: int, ref: str, caption: str | None) -> Request:
    """Share a picture the stub holds under `ref`."""
    address = f"{channel.api_base}/files-pri/{ref}"
    file = {
        "id": "F0000001",
        "name": "picture.png",
        "mimetype": "image/png",
        "mode": "hosted",
        "url_private": address,
        "url_private_download": address,
    }
    shared = {**_message(person, number, caption or ""), "subtype": "file_share", "files": [file], "upload": True}
    return _event(channel, person, number, shared)


def reacts(channel: Channel, person: str, number: int, target: str, emoji: str) -> Request:
    """Put an emoji on a message of ours; Slack tells its short name."""
    place, _, ts = target.rpartition(":")
    reaction = {
        "type": "reaction_added",
        "user": user_of(person),
        "reaction": short_name(emoji) or "question",
        "item": {"type": "message", "channel": place, "ts": ts},
        "item_user": BOT_USER,
        "event_ts": _ts(number),
    }
    return _event(channel, person, number, reaction)


def edits(channel: Channel, person: str, number: int, text: str) -> Request:
    """Change the words of message `number`."""
    before = _message(person, number, f"not {text}")
    changed = {
        "type": "message",
        "subtype": "message_changed",
        "hidden": True,
        "channel": person,
        "channel_type": "im",
        "ts": f"{FIRST_SECOND + number}.000300",
        "event_ts": f"{FIRST_SECOND + number}.000300",
        "message": {**before, "text": _escaped(text), "edited": {"user": user_of(person), "ts": _ts(number)}},
        "previous_message": before,
    }
    return _event(channel, person, number, changed)


def _message(person: str, number: int, text: str) -> dict[str, Any]:
    return {
        "type": "message",
        "channel": person,
        "channel_type": "im",
        "user": user_of(person),
        "text": _escaped(text),
        "ts": _ts(number),
        "event_ts": _ts(number),
    }


def _event(channel: Channel, person: str, number: int, event: dict[str, Any]) -> Request:
    team = _team(channel)
    granted = {"enterprise_id": None, "team_id": team, "user_id": BOT_USER, "is_bot": True}
    envelope = {
        "type": "event_callback",
        "team_id": team,
        "api_app_id": _app(channel),
        "event_id": f"Ev{person}N{number}{event['type'][:4]}{event.get('subtype', '')}",
        "event_time": FIRST_SECOND + number,
        "authorizations": [{**granted, "is_enterprise_install": False}],
        "event": event,
    }
    return _signed(channel, json.dumps(envelope).encode(), JSON)


def _signed(channel: Channel, body: bytes, kind: str) -> Request:
    now = str(int(time.time()))
    digest = hmac.new(channel.secret("signing_secret").encode(), f"v0:{now}:".encode() + body, sha256).hexdigest()
    return Request("POST", "", {"content-type": kind, TIMESTAMP: now, SIGNATURE: f"v0={digest}"}, body)


def _team(channel: Channel) -> str:
    return str(channel.settings.get("team_id") or team_of(channel.secret("bot_token")))


def _app(channel: Channel) -> str:
    return str(channel.settings.get("app_id") or APP)


def _ts(number: int) -> str:
    return f"{FIRST_SECOND + number}.000100"


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
