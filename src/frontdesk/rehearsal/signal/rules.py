"""What the bridge refuses of a call, in its own words."""

import base64
import binascii
import re
from collections.abc import Callable
from typing import Any

from frontdesk.rehearsal.signal.refusal import Refusal, require

Fields = dict[str, Any]

GROUP = "group."
INVALID = "Couldn't process request - invalid request"
MISSING = "Couldn't process request - {0} missing"
PERSON = re.compile(
    r"\+[0-9]{4,18}\Z|[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}\Z|[A-Za-z_][A-Za-z0-9_]{2,31}\.[0-9]{2,}\Z"
)
INTERNAL = re.compile(r"[A-Za-z0-9+/]+={1,2}\Z")
DATA_URI = re.compile(r"data:(?P<mime>[\w.+-]+/[\w.+-]+)(;filename=(?P<name>[^;]*))?;base64,(?P<data>.*)\Z", re.DOTALL)
MOST_FILES = 32

SHAPES: dict[str, type | tuple[type, ...]] = {
    "number": str,
    "recipients": list,
    "message": str,
    "base64_attachments": list,
    "quote_timestamp": int,
    "quote_author": str,
    "quote_message": str,
    "mentions": list,
    "text_mode": str,
    "edit_timestamp": int,
    "view_once": bool,
    "notify_self": bool,
    "link_preview": dict,
    "sticker": str,
}


def check_send(fields: Fields) -> None:
    """Refuse a message the bridge would refuse; what it would ignore, such as a misspelt field, is refused, too."""
    for name, value in fields.items():
        require(name in SHAPES, f"{INVALID}: no field {name}")
        shape = SHAPES[name]
        require(isinstance(value, shape) and (shape is not int or not isinstance(value, bool)), INVALID)
    recipients = fields.get("recipients") or []
    require(recipients, "Couldn't process request - please provide at least one recipient")
    require(fields.get("number"), "Couldn't process request - please provide a valid number")
    check_recipients(recipients)
    require(fields.get("text_mode", "normal") in ("normal", "styled"), "Invalid text mode")
    sticker, files = fields.get("sticker", ""), fields.get("base64_attachments", [])
    require(not sticker or ":" in sticker, "Couldn't process request - please provide valid sticker delimiter")
    require(len(files) <= MOST_FILES, "too many attachments")
    require(fields.get("message") or files or sticker, "no message, attachment or sticker given")
    quoted = {"quote_author", "quote_timestamp"} & fields.keys()
    require(len(quoted) != 1, "a quote needs an author and a timestamp")
    for file in files:
        unpacked(file)


def check_recipients(recipients: list[Any]) -> None:
    require(all(isinstance(each, str) for each in recipients), INVALID)
    groups = [each for each in recipients if each.startswith(GROUP)]
    require(
        not groups or len(groups) == len(recipients),
        "Signal Messenger Groups and phone numbers cannot be specified together in one request!"
        " Please split them up into multiple REST API calls.",
    )
    require(
        len(groups) <= 1,
        "A signal message cannot be sent to more than one group at once! Please use multiple REST API calls for that.",
    )
    for each in recipients:
        conversation_of(each)


def conversation_of(recipient: str) -> str:
    """Return how events name this recipient: a group by its internal id, which is base64 itself."""
    if not recipient.startswith(GROUP):
        require(PERSON.match(recipient), f'Failed to parse recipient "{recipient}"')
        return recipient
    try:
        internal = base64.b64decode(recipient.removeprefix(GROUP), validate=True).decode("ascii")
    except (binascii.Error, UnicodeDecodeError):
        raise Refusal("Invalid group id") from None
    require(INTERNAL.match(internal), "Invalid group id")
    return internal


def unpacked(file: Any) -> tuple[str, bytes]:
    """Return a file's type and bytes."""
    require(isinstance(file, str), INVALID)
    found = DATA_URI.match(file)
    mime, encoded = (found["mime"], found["data"]) if found else ("application/octet-stream", file)
    require(encoded, "The base64 data does not exist.")
    try:
        return mime, base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        raise Refusal("illegal base64 data at input byte 0") from None


def _timestamped(*names: str) -> Callable[[Fields], None]:
    """Return the rule of a call about one message."""

    def rule(fields: Fields) -> None:
        for name in ("recipient", *names, "timestamp"):
            require(fields.get(name), MISSING.format(name))
        timestamp = fields["timestamp"]
        require(isinstance(timestamp, int) and not isinstance(timestamp, bool) and timestamp > 0, INVALID)
        _recipient(fields)

    return rule


def _recipient(fields: Fields) -> None:
    require(isinstance(fields.get("recipient"), str), INVALID)
    conversation_of(fields["recipient"])


def _receipt(fields: Fields) -> None:
    _timestamped()(fields)
    require(fields.get("receipt_type") in ("read", "viewed"), INVALID)
    require(not fields["recipient"].startswith(GROUP), "receipts go to people")


def _trust(fields: Fields) -> None:
    number, keys = fields.get("verified_safety_number"), fields.get("trust_all_known_keys")
    require(
        number or keys is True,
        "Couldn't process request - please either provide a safety number (preferred & more secure) or set"
        " 'trust_all_known_keys' to true",
    )


def _challenge(fields: Fields) -> None:
    for name in ("challenge_token", "captcha"):
        require(isinstance(fields.get(name), str) and fields[name], MISSING.format(name))


RULES: dict[tuple[str, str], Callable[[Fields], None]] = {
    ("POST", "send"): check_send,
    ("POST", "reactions"): _timestamped("reaction", "target_author"),
    ("DELETE", "reactions"): _timestamped("target_author"),
    ("POST", "receipts"): _receipt,
    ("PUT", "typing-indicator"): _recipient,
    ("DELETE", "typing-indicator"): _recipient,
    ("DELETE", "remote-delete"): _timestamped(),
    ("PUT", "identities"): _trust,
    ("POST", "accounts"): _challenge,
}
