"""One person in conversation with a bot that has rules, and intents that ask questions."""

import json
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from frontdesk.core.channel import Channel
from frontdesk.core.intents import Intent
from frontdesk.core.rules.rule import RuleSet
from frontdesk.core.tenant import Tenant
from frontdesk.rehearsal.telegram import TelegramStub
from frontdesk.services.rulemaking import Rulemaking
from frontdesk.services.tenants import tenancy
from frontdesk.store import intent_models
from tests.builders import UPDATES, a_telegram_text
from tests.services.desk import Desk
from tests.understanding.versions import trained

SERVICE = {"name": "service", "kind": "list", "prompt": {"en": "Which service?"}, "options": [{"value": "haircut"}]}
BOOK = {"slots": [SERVICE], "responses": {"en": ["Booked: {service}."]}}
PAY = {
    "slots": [{"name": "sum", "kind": "number", "prompt": {"en": "How much?"}}],
    "responses": {"en": ["Paid {sum}."]},
}
HOURS = {"responses": {"en": ["Nine to five."]}}


@dataclass(slots=True)
class Talk:
    """One person who writes to one tenant's bot."""

    desk: Desk
    tenant: Tenant
    channel: Channel
    telegram: TelegramStub
    chat: int = field(default_factory=lambda: uuid4().int % 10**9)

    async def says(self, text: str) -> list[str]:
        number = next(UPDATES)
        return await self.hears(a_telegram_text(text, chat=self.chat, message_id=number, update_id=number))

    async def hears(self, update: dict[str, Any]) -> list[str]:
        before = len(self.telegram.said(self.chat))
        await self.desk.hear(self.tenant, self.channel, update)
        await self.desk.finished(self.tenant)
        return self.telegram.said(self.chat)[before:]

    async def publishes(self, *written: dict[str, Any]) -> int:
        rules = [{"name": f"R{number}", **rule} for number, rule in enumerate(written, 1)]
        making = await self.desk.app.get(Rulemaking)
        await making.rewrite(self.tenant, RuleSet.model_validate({"rules": rules}).rules, "tests")
        return await making.publish(self.tenant, "tests")

    async def row(self, query: str) -> dict[str, Any]:
        (row,) = await self.desk.rows(self.tenant, query)
        return dict(row)

    async def record(self) -> dict[str, Any]:
        return dict(json.loads((await self.row("SELECT record FROM turns ORDER BY id DESC LIMIT 1"))["record"]))

    async def modes(self) -> list[str]:
        stack = json.loads((await self.row("SELECT modes FROM conversations"))["modes"])
        return [mode["state"].get("intent") or mode["handler"] for mode in stack]


async def a_talk(desk: Desk, telegram: TelegramStub, **settings: Any) -> Talk:
    """Return a talk with a tenant whose intents are known by one word each."""
    tenant = await desk.tenant(**settings)
    named = {"book": BOOK, "pay": PAY, "hours": HOURS}
    intents = {
        name: Intent.model_validate(
            {"name": name, "patterns": [{"kind": "regex", "expression": rf"\b{name}\b"}], **one}
        )
        for name, one in named.items()
    }
    version = await trained(desk, tenant, intents, ())
    async with desk.databases.tenant(tenancy(tenant)) as tx:
        await intent_models.promote(tx, version, "tests")
        await tx.execute("INSERT INTO intents (name) SELECT unnest($1::text[])", list(intents))
    return Talk(desk, tenant, await desk.channel(tenant, telegram.url), telegram)


def containing(*words: str) -> dict[str, Any]:
    """Return the condition that a text contains one of these words."""
    return {"fact": "text", "contains": list(words)}
