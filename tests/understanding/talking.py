"""One person in conversation with a tenant's bot, in writing, by voice and with pictures."""

import json
from dataclasses import dataclass, field
from typing import Any

from frontdesk.core.channel import Channel
from frontdesk.core.tenant import Tenant
from frontdesk.rehearsal.telegram import TelegramStub
from frontdesk.services.secrets import Vault
from tests.builders import a_telegram_text
from tests.services.desk import Desk
from tests.understanding.translation.libre_stub import KEY, LibreStub

CHAT = 5550001
WANTED, MEANT = "मुझे डॉक्टर से मिलना है", "I need to see the doctor"
PHRASES = {
    WANTED: MEANT,
    "The doctor comes at nine. Shall I book it?": "डॉक्टर नौ बजे आते हैं। क्या मैं इसे बुक करूँ?",
    "Yes": "हाँ",
    "No": "नहीं",
    "It is booked.": "यह बुक हो गया है।",
}
RULES: list[dict[str, Any]] = [
    {"keywords": ["doctor"], "reply": "The doctor comes at nine. Shall I book it?", "buttons": ["Yes", "No"]},
    {"keywords": ["yes"], "reply": "It is booked."},
    {"keywords": ["amoxicillin"], "reply": "Take it with food."},
]


@dataclass(slots=True)
class Talk:
    """One person who writes to one tenant's bot."""

    desk: Desk
    tenant: Tenant
    channel: Channel
    telegram: TelegramStub
    number: int = field(default=0)

    async def hear(self, update: dict[str, Any]) -> list[str]:
        """Receive an update, and return what was said since."""
        before = len(self.telegram.said(CHAT))
        await self.desk.hear(self.tenant, self.channel, update)
        await self.desk.finished(self.tenant)
        return self.telegram.said(CHAT)[before:]

    def written(self, text: str, **changes: Any) -> dict[str, Any]:
        self.number += 1
        update = a_telegram_text(text, chat=CHAT, message_id=self.number, update_id=self.number)
        if not text:
            del update["message"]["text"]
        update["message"] |= changes
        return update

    def sent(self, kind: str, data: bytes | None, **changes: Any) -> dict[str, Any]:
        """Return the update of a file as a phone sends it; without data Telegram does not have it any more."""
        ref = f"file{self.number}"
        if data is not None:
            self.telegram.bot(self.channel.secret("token")).files[ref] = data
        file = {"file_id": ref, "file_unique_id": f"u{ref}", "file_size": len(data or b"")}
        shapes: dict[str, Any] = {
            "voice": {**file, "duration": 3, "mime_type": "audio/ogg"},
            "photo": [{**file, "width": 800, "height": 360}],
            "video": {**file, "width": 800, "height": 360, "duration": 3, "mime_type": "video/mp4"},
            "document": {**file, "file_name": "paper.pdf", "mime_type": "application/pdf"},
        }
        return self.written("", **{kind: shapes[kind]}, **changes)

    async def writes(self, text: str, **changes: Any) -> list[str]:
        return await self.hear(self.written(text, **changes))

    async def sends(self, kind: str, data: bytes | None, **changes: Any) -> list[str]:
        return await self.hear(self.sent(kind, data, **changes))

    async def rows(self, query: str) -> list[Any]:
        return await self.desk.rows(self.tenant, query)

    async def record(self) -> dict[str, Any]:
        """Return the record of the latest turn."""
        (row,) = await self.rows("SELECT record FROM turns ORDER BY id DESC LIMIT 1")
        found: dict[str, Any] = json.loads(row["record"])
        return found


async def a_talk(desk: Desk, telegram: TelegramStub, **settings: Any) -> Talk:
    tenant = await desk.tenant(**{"keyword_rules": RULES, **settings})
    return Talk(desk, tenant, await desk.channel(tenant, telegram.url), telegram)


async def in_hindi(desk: Desk, telegram: TelegramStub, libre: LibreStub, **translation: Any) -> Talk:
    given = {"provider": "libretranslate", "url": libre.url, "key": "libre", **translation}
    talk = await a_talk(desk, telegram, languages=["en", "hi"], translation=given)
    await (await desk.app.get(Vault)).put(talk.tenant, "libre", KEY)
    return talk
