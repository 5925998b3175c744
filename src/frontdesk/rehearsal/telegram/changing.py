"""What Telegram refuses of changes to messages, and of the bot's own affairs."""

import re
from urllib.parse import urlsplit

from frontdesk.rehearsal.telegram.formatting import CAPTION_UNITS, check_text
from frontdesk.rehearsal.telegram.refusal import require
from frontdesk.rehearsal.telegram.sending import Fields, message
from frontdesk.rehearsal.telegram.vocabulary import REACTIONS

SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}\Z")


def press_answer(fields: Fields) -> None:
    known = isinstance(fields.get("callback_query_id"), str) and fields["callback_query_id"]
    require(known, "query is too old and response timeout expired or query ID is invalid")
    require(len(str(fields.get("text") or "")) <= 200, "MESSAGE_TOO_LONG")


def reaction(fields: Fields) -> None:
    target(fields)
    given = fields.get("reaction", [])
    require(isinstance(given, list) and len(given) <= 1, "REACTIONS_TOO_MANY")
    for each in given:
        require(isinstance(each, dict) and each.get("type") in ("emoji", "custom_emoji"), "REACTION_INVALID")
        require(each["type"] != "emoji" or each.get("emoji") in REACTIONS, "REACTION_INVALID")


def target(fields: Fields) -> None:
    number = str(fields.get("message_id", ""))
    require(number.isdecimal() and int(number) > 0, "message identifier is not specified")
    fields["message_id"] = int(number)


def edited_text(fields: Fields) -> None:
    target(fields)
    message(fields)


def edited_caption(fields: Fields) -> None:
    target(fields)
    check_text(fields, "caption", CAPTION_UNITS)


def wanted_file(fields: Fields) -> None:
    require(isinstance(fields.get("file_id"), str) and fields["file_id"], "file_id not specified")


def webhook(fields: Fields) -> None:
    """Refuse what can't be a webhook; plain http is taken for a loopback address, as a self-hosted server would."""
    parts = urlsplit(str(fields.get("url") or ""))
    local = parts.hostname in ("127.0.0.1", "localhost", "::1")
    require(parts.scheme == "https" or (parts.scheme == "http" and local), "bad webhook: An HTTPS URL must be provided")
    secret = fields.get("secret_token")
    require(secret is None or SECRET.match(str(secret)), "secret token contains unallowed characters")
    require(1 <= int(fields.get("max_connections", 40)) <= 100, "max_connections must be between 1 and 100")
    require(isinstance(fields.get("allowed_updates", []), list), "can't parse allowed_updates")


def anything(fields: Fields) -> None:
    """Some methods take nothing that could be wrong."""
