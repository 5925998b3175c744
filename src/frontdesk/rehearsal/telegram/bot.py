"""What Telegram keeps of one bot: its webhook, its messages, its files; and how each method changes it."""

import itertools
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from frontdesk.rehearsal.telegram.refusal import Refusal, require
from frontdesk.rehearsal.telegram.rules import chat_type
from frontdesk.rehearsal.telegram.sending import Fields
from frontdesk.rehearsal.telegram.vocabulary import FILES, SENDING

LARGEST_DOWNLOAD = 20 * 1024 * 1024
EDITED = {"editmessagetext": "text", "editmessagecaption": "caption", "editmessagereplymarkup": "reply_markup"}
ADDED = ("text", "caption", "latitude", "phone_number", *FILES.values())


@dataclass(slots=True)
class Bot:
    """One bot's state; message ids rise by chat, as Telegram's do in groups, so they repeat between chats."""

    token: str
    webhook: Fields = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    expired: set[str] = field(default_factory=set)
    messages: dict[tuple[int | str, int], Fields] = field(default_factory=dict)
    presses: set[str] = field(default_factory=set)
    reads_groups: bool = False
    _ids: dict[int | str, Iterator[int]] = field(default_factory=lambda: defaultdict(lambda: itertools.count(1)))

    @property
    def user(self) -> Fields:
        return {"id": int(self.token.split(":", 1)[0]), "is_bot": True, "first_name": "Stub", "username": "stub_bot"}

    def carry_out(self, method: str, fields: Fields) -> Any:
        """Do what a checked call asks and return its `result`."""
        if method == "sendmessage" or (method in SENDING and method != "sendmediagroup"):
            self._usable(fields.get(FILES.get(method, "")))
            return self._send(fields)
        match method:
            case "sendmediagroup":
                for item in fields["media"]:
                    self._usable(item["media"])
                return [self._send({**item, "chat_id": fields["chat_id"]}) for item in fields["media"]]
            case "editmessagetext" | "editmessagecaption" | "editmessagereplymarkup":
                return self._edit(method, fields)
            case "answercallbackquery":
                return self._answer_press(fields["callback_query_id"])
            case "getfile":
                return self._locate(fields["file_id"])
            case "getme":
                return {**self.user, "can_join_groups": True, "can_read_all_group_messages": self.reads_groups}
            case "getwebhookinfo":
                return {"url": "", "pending_update_count": 0, "has_custom_certificate": False, **self.webhook}
            case "setwebhook" | "deletewebhook":
                self.webhook = {name: fields[name] for name in ("url", "allowed_updates") if name in fields}
        return True

    def _send(self, fields: Fields) -> Fields:
        chat = fields["chat_id"]
        message_id = next(self._ids[chat])
        self.messages[chat, message_id] = fields
        sent = {
            "message_id": message_id,
            "date": int(time.time()),
            "chat": {"id": chat, "type": chat_type(chat)},
            "from": self.user,
        }
        return {**sent, **{name: fields[name] for name in ADDED if name in fields}}

    def _edit(self, method: str, fields: Fields) -> Fields:
        key, what = (fields["chat_id"], fields["message_id"]), EDITED[method]
        if key not in self.messages:
            raise Refusal("message to edit not found")
        before = self.messages[key]
        require(method != "editmessagetext" or "text" in before, "there is no text in the message to edit")
        compared = {what, "reply_markup"}
        same = all(before.get(name) == fields.get(name) for name in compared)
        require(
            not same, "message is not modified: specified new message content and reply markup are exactly the same"
        )
        changed = self.messages[key] = {**before, **{name: fields.get(name) for name in compared}}
        return {"message_id": key[1], "date": int(time.time()), "chat": {"id": key[0]}, what: changed[what]}

    def _answer_press(self, press: str) -> bool:
        fresh = press not in self.presses
        require(fresh, "query is too old and response timeout expired or query ID is invalid")
        self.presses.add(press)
        return True

    def _usable(self, reference: object) -> None:
        require(reference not in self.expired, "wrong file identifier/HTTP URL specified")

    def _locate(self, file_id: str) -> Fields:
        known = file_id in self.files and file_id not in self.expired
        require(known, "wrong file_id or the file is temporarily unavailable")
        size = len(self.files[file_id])
        require(size <= LARGEST_DOWNLOAD, "file is too big")
        return {"file_id": file_id, "file_unique_id": f"u{file_id}", "file_size": size, "file_path": f"files/{file_id}"}
