"""What Meta keeps of a business account: its files, its templates, its webhook, and who may be written to freely."""

import hashlib
import itertools
import time
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from frontdesk.rehearsal.whatsapp.refusal import Refusal, require

FIVE_MINUTES = 300.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """An approved message: `text` with `{{1}}`, `{{2}}` … for its parameters; `header` a type of media or None."""

    text: str = "{{1}}"
    header: str | None = None
    buttons: tuple[str, ...] = ()
    status: str = "APPROVED"

    @property
    def parameters(self) -> int:
        return next(count for count in itertools.count() if f"{{{{{count + 1}}}}}" not in self.text)

    def filled(self, values: list[str]) -> str:
        words = self.text
        for number, value in enumerate(values, 1):
            words = words.replace(f"{{{{{number}}}}}", value)
        return words


@dataclass(slots=True)
class File:
    """A file Meta holds: uploaded by us, or sent by a person; one without a `mime` can be shown as anything."""

    data: bytes
    mime: str
    asked_at: float = 0.0


@dataclass(slots=True)
class Account:
    """State by id. `closed` are people whose window is closed; `most_per_second` limits each number, where given."""

    files: dict[str, File] = field(default_factory=dict)
    expired: set[str] = field(default_factory=set)
    templates: dict[tuple[str, str], Template] = field(default_factory=dict)
    webhooks: dict[str, dict[str, Any]] = field(default_factory=dict)
    closed: set[str] = field(default_factory=set)
    numbers: dict[str, dict[str, Any]] = field(default_factory=dict)
    most_per_second: int | None = None
    read: list[str] = field(default_factory=list)
    typing: list[str] = field(default_factory=list)
    _ids: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))
    _sent_at: dict[str, deque[float]] = field(default_factory=dict)

    def wamid(self) -> str:
        return f"wamid.stub{next(self._ids):012d}"

    def keep(self, data: bytes, mime: str) -> str:
        """Keep a file and return its id."""
        media_id = str(8_000_000_000 + next(self._ids))
        self.files[media_id] = File(data, mime)
        return media_id

    def file(self, media_id: str) -> File:
        """Return a file that is still there; else Meta's answer for ids it does not know."""
        if media_id not in self.files or media_id in self.expired:
            raise Refusal(100, "Object with this ID does not exist or has expired", subcode=33)
        return self.files[media_id]

    def located(self, media_id: str, base_url: str) -> dict[str, Any]:
        """Return where a file can be fetched for five minutes."""
        file = self.file(media_id)
        file.asked_at = time.monotonic()
        return {
            "messaging_product": "whatsapp",
            "id": media_id,
            "url": f"{base_url}/files/{media_id}",
            "mime_type": file.mime,
            "sha256": hashlib.sha256(file.data).hexdigest(),
            "file_size": len(file.data),
        }

    def download(self, media_id: str) -> File | None:
        """Return a file whose address is fresh, None where it has run out."""
        file = self.files.get(media_id)
        fresh = file is not None and media_id not in self.expired
        return file if file and fresh and time.monotonic() - file.asked_at < FIVE_MINUTES else None

    def count(self, phone: str) -> None:
        """Count a message of this number; too many in one second are refused."""
        if self.most_per_second is None:
            return
        sent_at = self._sent_at.setdefault(phone, deque())
        now = time.monotonic()
        while sent_at and now - sent_at[0] >= 1:
            sent_at.popleft()
        require(len(sent_at) < self.most_per_second, "Cloud API message throughput has been reached.", 130429)
        sent_at.append(now)

    def listed(self, query: Mapping[str, str]) -> dict[str, Any]:
        """Return the templates, or those of one name."""
        wanted = query.get("name")
        found = [
            {"name": name, "language": language, "status": each.status, "category": "UTILITY", "id": "1"}
            for (name, language), each in self.templates.items()
            if wanted in (None, name)
        ]
        return {"data": found, "paging": {}}
