"""What the bridge keeps: accounts, what they sent, groups, safety numbers, files; and how each call changes it."""

import re
import time
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from frontdesk.rehearsal.people import Seen
from frontdesk.rehearsal.signal.refusal import Refusal, require
from frontdesk.rehearsal.signal.rules import Fields, conversation_of, unpacked
from frontdesk.rehearsal.signal.styling import read, shown

NUMBERED = re.compile(r"^([0-9]{1,3})\. (.+)$", re.MULTILINE)
POINT = re.compile(r"https?://\S*?(-?[0-9]{1,3}\.[0-9]+)(?:,|%2C|/)(-?[0-9]{1,3}\.[0-9]+)")
UNKNOWN = "Specified account does not exist"


@dataclass(slots=True)
class Accounts:
    """One bridge's state. Any number is an account's unless `numbers` names those there are, any group is known unless
    `groups` does; `unregistered` people have no Signal, `untrusted` ones a new safety number.
    """

    numbers: Collection[str] | None = None
    groups: Collection[str] | None = None
    unregistered: set[str] = field(default_factory=set)
    untrusted: set[str] = field(default_factory=set)
    files: dict[str, bytes] = field(default_factory=dict)
    sent: dict[int, tuple[str, str]] = field(default_factory=dict)
    challenged: list[Fields] = field(default_factory=list)
    _last: int = 0

    def check_number(self, number: str) -> None:
        require(self.numbers is None or number in self.numbers, UNKNOWN)

    def listed(self) -> list[str]:
        return sorted(self.numbers if self.numbers is not None else {number for number, _ in self.sent.values()})

    def carry_out(self, method: str, endpoint: str, number: str, fields: Fields) -> tuple[Any, list[Seen]]:
        """Do what a checked call asks; return its answer (None: nothing in it) and what people see of it."""
        self.check_number(number)
        match endpoint:
            case "send":
                return self._send(number, fields)
            case "reactions":
                return None, [self._reaction(method, number, fields)]
            case "remote-delete":
                return self._delete(number, fields)
            case "receipts" | "typing-indicator":
                self._reachable(conversation_of(fields["recipient"]))
            case "accounts":
                self.challenged.append(fields)
        return None, []

    def trust(self, who: str) -> None:
        self.untrusted.discard(who)

    def _send(self, number: str, fields: Fields) -> tuple[Any, list[Seen]]:
        edited = fields.get("edit_timestamp")
        require(edited is None or self.sent.get(edited, ("",))[0] == number, "Message to edit not found")
        conversations = [conversation_of(each) for each in fields["recipients"]]
        for each in conversations:
            self._reachable(each)
        timestamp = self._last = max(int(time.time() * 1000), self._last + 1)
        for each in conversations:
            self.sent[timestamp] = (number, each)
        return {"timestamp": str(timestamp)}, [_seen(number, each, timestamp, fields) for each in conversations]

    def _reachable(self, conversation: str) -> None:
        if conversation.endswith("="):
            require(self.groups is None or conversation in self.groups, f"Group {conversation} not found")
            return
        require(conversation not in self.unregistered, f'Unregistered user "{conversation}"')
        if conversation in self.untrusted:
            raise Refusal("Failed to send message due to untrusted identities")

    def _reaction(self, method: str, number: str, fields: Fields) -> Seen:
        conversation = conversation_of(fields["recipient"])
        self._reachable(conversation)
        target = f"{fields['target_author']}:{fields['timestamp']}"
        emoji = fields.get("reaction") if method == "POST" else None
        return Seen(
            at=time.monotonic(),
            account=number,
            conversation=conversation,
            external_id=target,
            type="reaction",
            emoji=emoji,
            target=target,
        )

    def _delete(self, number: str, fields: Fields) -> tuple[Any, list[Seen]]:
        timestamp, conversation = fields["timestamp"], conversation_of(fields["recipient"])
        require(self.sent.get(timestamp, ("",))[0] == number, "Message to delete not found")
        self._reachable(conversation)
        return {"timestamp": str(timestamp)}, [
            Seen(
                at=time.monotonic(),
                account=number,
                conversation=conversation,
                external_id=str(timestamp),
                type="delete",
                target=str(timestamp),
            )
        ]


def _seen(number: str, conversation: str, timestamp: int, fields: Fields) -> Seen:
    """Return what a person sees of a message: its words without the marks, its choices where they are numbered."""
    words = fields.get("message") or ""
    text = shown(read(words)[0] if fields.get("text_mode") == "styled" else words)
    files = [unpacked(file) for file in fields.get("base64_attachments") or []]
    edited = fields.get("edit_timestamp")
    point = POINT.search(text)
    return Seen(
        at=time.monotonic(),
        account=number,
        conversation=conversation,
        external_id=str(timestamp),
        type=_type(fields, [mime for mime, _ in files]),
        text=text or None,
        choices=tuple((title, label) for label, title in NUMBERED.findall(text)),
        place=(float(point[1]), float(point[2])) if point else None,
        file=files[0][1] if files else None,
        target=str(edited) if edited else None,
    )


def _type(fields: Fields, mimes: list[str]) -> str:
    if fields.get("edit_timestamp"):
        return "edit"
    if fields.get("sticker"):
        return "sticker"
    kinds = {mime.partition("/")[0] for mime in mimes}
    if len(mimes) > 1:
        return "album"
    return next(iter(kinds & {"image", "audio", "video"}), "document") if mimes else "text"
