"""What Slack refuses, a rule a method, in its own words, so that adapters meet what they will meet."""

import re
from collections.abc import Callable
from typing import Any

from frontdesk.rehearsal.slack.blocks import check_blocks
from frontdesk.rehearsal.slack.refusal import require

Arguments = dict[str, Any]

CHANNEL = re.compile(r"[CDG][A-Z0-9]{2,}\Z")
USER = re.compile(r"[UW][A-Z0-9]{2,}\Z")
TS = re.compile(r"[0-9]{1,12}\.[0-9]{3,}\Z")
NAME = re.compile(r"[a-z0-9_+'-]+(::skin-tone-[2-6])?\Z")
MOST_TEXT = 40_000


def _addressed(arguments: Arguments, name: str = "channel") -> None:
    channel = arguments.get(name)
    known = isinstance(channel, str) and (CHANNEL.match(channel) or (name == "channel" and USER.match(channel)))
    require(known, "channel_not_found")


def _said(arguments: Arguments) -> None:
    text, blocks = arguments.get("text"), arguments.get("blocks")
    require(text is None or isinstance(text, str), "invalid_arguments", "text must be a string")
    require((text and text.strip()) or blocks, "no_text")
    require(len(text or "") <= MOST_TEXT, "msg_too_long")
    if blocks is not None:
        check_blocks(blocks)


def _stands(arguments: Arguments, name: str, error: str) -> None:
    ts = arguments.get(name)
    require(isinstance(ts, str) and TS.match(ts), error)


def post(arguments: Arguments) -> None:
    _addressed(arguments)
    _said(arguments)
    if "thread_ts" in arguments:
        _stands(arguments, "thread_ts", "invalid_thread_ts")
    for name in ("unfurl_links", "unfurl_media", "reply_broadcast"):
        require(isinstance(arguments.get(name, False), bool), "invalid_arguments", f"{name} must be a boolean")
    metadata = arguments.get("metadata")
    if metadata is not None:
        shaped = isinstance(metadata, dict) and isinstance(metadata.get("event_type"), str)
        require(shaped and isinstance(metadata.get("event_payload"), dict), "invalid_metadata_format")


def whisper(arguments: Arguments) -> None:
    post(arguments)
    user = arguments.get("user")
    require(isinstance(user, str) and USER.match(user), "user_not_in_channel")
    require("metadata" not in arguments, "invalid_arguments", "metadata is not allowed")


def update(arguments: Arguments) -> None:
    _addressed(arguments)
    _stands(arguments, "ts", "message_not_found")
    _said(arguments)


def delete(arguments: Arguments) -> None:
    _addressed(arguments)
    _stands(arguments, "ts", "message_not_found")


def reaction(arguments: Arguments) -> None:
    _addressed(arguments)
    _stands(arguments, "timestamp", "bad_timestamp")
    name = arguments.get("name")
    require(isinstance(name, str) and NAME.match(name), "invalid_name")


def reactions(arguments: Arguments) -> None:
    _addressed(arguments)
    _stands(arguments, "timestamp", "bad_timestamp")


def upload_place(arguments: Arguments) -> None:
    require(arguments.get("filename"), "invalid_arguments", "missing required field: filename")
    length = str(arguments.get("length", ""))
    require(length.isdecimal() and int(length) > 0, "invalid_arguments", "missing required field: length")
    require(int(length) <= 1_000_000_000, "file_upload_size_restricted")


def complete(arguments: Arguments) -> None:
    files = arguments.get("files")
    shaped = isinstance(files, list) and files and all(isinstance(file, dict) and file.get("id") for file in files)
    require(shaped, "invalid_arguments", "missing required field: files")
    _addressed(arguments, "channel_id")
    if "thread_ts" in arguments:
        _stands(arguments, "thread_ts", "invalid_thread_ts")


def file(arguments: Arguments) -> None:
    require(arguments.get("file"), "file_not_found")


def history(arguments: Arguments) -> None:
    _addressed(arguments)
    limit = str(arguments.get("limit", "100"))
    require(limit.isdecimal() and 1 <= int(limit) <= 999, "invalid_limit")


def replies(arguments: Arguments) -> None:
    history(arguments)
    _stands(arguments, "ts", "invalid_ts")


def opened(arguments: Arguments) -> None:
    users = arguments.get("users")
    require(isinstance(users, str) and all(USER.match(user) for user in users.split(",")), "user_not_found")


def user(arguments: Arguments) -> None:
    who = arguments.get("user")
    require(isinstance(who, str) and USER.match(who), "user_not_found")


def status(arguments: Arguments) -> None:
    _addressed(arguments, "channel_id")
    _stands(arguments, "thread_ts", "invalid_thread_ts")
    require(isinstance(arguments.get("status"), str), "invalid_arguments", "missing required field: status")


def view(arguments: Arguments) -> None:
    shown = arguments.get("view")
    require(arguments.get("trigger_id"), "invalid_trigger_id")
    shaped = isinstance(shown, dict) and shown.get("type") == "modal"
    require(shaped, "invalid_arguments", "missing required field: view")
    title = shown.get("title", {}).get("text", "") if isinstance(shown, dict) else ""
    require(
        0 < len(title) <= 24, "invalid_arguments", "must be less than 25 characters [json-pointer:/view/title/text]"
    )


def anything(arguments: Arguments) -> None:
    """Accept."""


RULES: dict[str, Callable[[Arguments], None]] = {
    "auth.test": anything,
    "assistant.threads.setStatus": status,
    "bots.info": anything,
    "chat.delete": delete,
    "chat.postEphemeral": whisper,
    "chat.postMessage": post,
    "chat.update": update,
    "conversations.history": history,
    "conversations.open": opened,
    "conversations.replies": replies,
    "files.completeUploadExternal": complete,
    "files.getUploadURLExternal": upload_place,
    "files.info": file,
    "reactions.add": reaction,
    "reactions.get": reactions,
    "reactions.remove": reaction,
    "team.info": anything,
    "users.info": user,
    "views.open": view,
}


def check(method: str, arguments: Arguments) -> None:
    """Refuse a call that Slack would refuse."""
    require(method in RULES, "unknown_method")
    RULES[method](arguments)
