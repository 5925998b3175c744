"""A band: people who live through all a contact can in one tenant, so that every table knows of them."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from frontdesk.core import wire
from frontdesk.core.agreement import RecordConsent
from frontdesk.core.channel import Channel
from frontdesk.core.feedback import AskedFeedback, RecordFeedback
from frontdesk.core.message import Media
from frontdesk.core.recurrence import Schedule
from frontdesk.core.reminders import MakeReminder
from frontdesk.core.reminding import Due
from frontdesk.core.tenant import Tenant
from frontdesk.core.turn import KeepFacts, KeepVariables, Mode, Outcome, Turn
from frontdesk.core.wire import Received
from frontdesk.queue import Item
from frontdesk.services.media import Keeping
from frontdesk.services.privacy import Erasure
from frontdesk.services.tenants import tenancy
from frontdesk.store import conversations, reminder_fires, reminders, schedule
from tests.builders import UPDATES, a_telegram_update
from tests.handlers.scripted import told
from tests.services.desk import Desk
from tests.services.provider import FileHost, a_message

NAMES = {7700123: "Ottoline", 8800456: "Peregrine", 9900789: "Quentin"}
WORDS = {7700123: "xylophone", 8800456: "harpsichord", 9900789: "bassoon"}
ADA, BO, ALIAS = 7700123, 8800456, 9900789
GROUP = -100200300
FACTS = {"instrument": {}}
TRAINING = """version: "3.1"
nlu:
- intent: play
  examples: |
    - I play the [xylophone](instrument)
    - I play the triangle
"""


@dataclass(frozen=True, slots=True)
class Place:
    """A tenant with a bot, people who write to it, alone and in a group, and hands to look into every table."""

    desk: Desk
    tenant: Tenant
    channel: Channel
    host: FileHost

    async def say(self, who: int, text: str, *, chat: int = 0) -> None:
        person = {"id": who, "is_bot": False, "first_name": NAMES[who]}
        where = {"id": chat or who, "type": "supergroup" if chat else "private", "title": "Band"}
        number = next(UPDATES)
        message = {"message_id": number, "date": 1_700_000_000, "chat": where, "from": person, "text": text}
        await self.desk.hear(self.tenant, self.channel, {"update_id": number, "message": message})

    async def contact(self, who: int) -> UUID:
        (row,) = await self.rows("SELECT contact_id FROM identities WHERE external_id = $1", str(who))
        return UUID(bytes=row["contact_id"].bytes)

    async def rows(self, query: str, *arguments: Any) -> list[Any]:
        return await self.desk.rows(self.tenant, query, *arguments)

    async def erase(self, who: int) -> int:
        return await (await self.desk.app.get(Erasure)).erase(self.tenant, [await self.contact(who)], "tests")

    async def everything(self, of: Tenant | None = None) -> dict[str, str]:
        """Return all a tenant's tables hold, and what is queued for it, as text."""
        tenant = of or self.tenant
        tables = await self.desk.rows(
            tenant,
            "SELECT relname FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r'"
            " AND has_table_privilege(oid, 'SELECT')",
        )
        assert len(tables) > 20
        named = [*(row["relname"] for row in tables), "frontdesk.work", "frontdesk.scheduled"]
        return {
            name: "\n".join(row[0] for row in await self.desk.rows(tenant, f"SELECT t::text FROM {name} t"))
            for name in named
        }

    async def finds(self, *needles: object) -> set[str]:
        """Return the tables that hold any of these words."""
        found = await self.everything()
        return {name for name, text in found.items() if any(str(needle) in text for needle in needles)}

    async def counts(self, *needles: object) -> dict[str, int]:
        """Return how often any of these words stands in each table."""
        found = await self.everything()
        return {name: sum(text.count(str(needle)) for needle in needles) for name, text in found.items()}

    async def live_through(self, who: int) -> None:
        """Let somebody do everything a contact can, so that every table knows of them."""
        word = WORDS[who]

        async def all_of_it(turn: Turn) -> Outcome:
            outcome = Outcome.say(
                f"You said {word}",
                KeepFacts(values={"instrument": word}),
                KeepVariables(values={"last": word}),
                RecordFeedback(kind="text", message_id=None, text=word),
                AskedFeedback(occasion=f"a {word} was played", handler="scripted"),
                RecordConsent(version=1, language="en", given=True, message_id=turn.message_id),
            )
            return outcome.entering(turn, Mode(handler="scripted", state={"word": word}))

        await self.say(who, f"{word} {told(all_of_it)}")
        await self.desk.finished(self.tenant)
        reaction = {"old_reaction": [], "new_reaction": [{"type": "emoji", "emoji": "👍"}], "message_id": 1}
        update = a_telegram_update("message_reaction", chat=who, **reaction)
        update["message_reaction"]["user"] = {"id": who, "is_bot": False, "first_name": NAMES[who]}
        await self.desk.hear(self.tenant, self.channel, update)
        await self.say(who, f"@nobody {word} in the group", chat=GROUP)
        await self.desk.finished(self.tenant)
        await self._files(who)
        await self._by_hand(who)

    async def _files(self, who: int) -> None:
        event = a_message(
            Media(type="image", ref="same", filename=f"{WORDS[who]}.png"), Media(type="image", ref=str(who))
        )
        origin = wire.load_event(wire.dump_event(event)).origin
        changed = type(origin)(conversation=str(who), sender=str(who), sender_name=NAMES[who])
        event = type(event)(type="image", external_id=f"{who}:{next(UPDATES)}", origin=changed, media=event.media)
        received = Received(channel_id=self.channel.id, event=event, received_at=datetime.now(UTC))
        async with self.desk.databases.tenant(tenancy(self.tenant)) as tx:
            opened = await conversations.open_turn(tx, received, self.tenant.settings)
        assert opened.message_id
        await (await self.desk.app.get(Keeping)).keep(self.tenant, self.channel, opened.message_id, event)

    async def _by_hand(self, who: int) -> None:
        """Add what takes longer to come about: a receipt, a version, a dead letter, scheduled work, a text, a summary."""
        talk, word = f"{self.channel.id}:{who}:", WORDS[who]
        for statement in (
            "INSERT INTO receipts (message_id, status, at, detail) SELECT id, 'read', now(), '{word}' FROM messages"
            " WHERE conversation_id = (SELECT id FROM conversations WHERE external_id = '{who}')",
            "INSERT INTO message_versions (channel_id, external_id, message_id) SELECT channel_id, '{who}:v' || id, id FROM messages"
            " WHERE contact_id = (SELECT contact_id FROM identities WHERE external_id = '{who}')",
            "INSERT INTO dead_letters (lane, group_key, kind, payload, attempts, error_code, error, queued_at)"
            " VALUES (0, '>{talk}', 'delivery', '{{\"text\": \"{word}\"}}', 1, 'x', '{word}', now()),"
            " (0, '{channel}:odd', 'event', '{{\"origin\":{{\"sender\":\"{who}\"}}}}', 1, 'x', '{word}', now())",
            'UPDATE conversations SET summary = \'{{"text": "{word}", "until": "00000000-0000-0000-0000-000000000001"}}\''
            " WHERE external_id IN ('{who}', '{group}')",
            "INSERT INTO handoffs (conversation_id, reason, detail, status, summary) SELECT id, 'asked', '{word}', 'resolved', '{word}'"
            " FROM conversations WHERE external_id IN ('{who}', '{group}')",
            "INSERT INTO notes (conversation_id, text) SELECT id, 'plays the {word}' FROM conversations WHERE external_id = '{who}'",
            "INSERT INTO tasks (number, title, contact_id, conversation_id, created_by)"
            " SELECT (SELECT count(*) FROM tasks), '{word}', contact_id, id, 'contact' FROM conversations WHERE external_id = '{who}'",
            "INSERT INTO tasks (number, title, created_by) SELECT count(*), 'of nobody', 'tests' FROM tasks",
            "INSERT INTO task_comments (task_id, author, contact_id, text) SELECT t.id, 'contact', c.contact_id, '{word}'"
            " FROM tasks t, conversations c WHERE t.title IN ('{word}', 'of nobody') AND c.external_id = '{who}'",
            "INSERT INTO task_events (task_id, kind, actor, contact_id) SELECT task_id, 'commented', 'contact', contact_id"
            " FROM task_comments WHERE text = '{word}'",
            "INSERT INTO calendar_links (contact_id, token_hash, name, made_by) SELECT contact_id, sha256('{word}'), '{word}', 'tests'"
            " FROM conversations WHERE external_id = '{who}'",
            "INSERT INTO media_texts (key, result) SELECT encode(sha256, 'hex') || ':image/png:1', 'what both sent' FROM attachments"
            " WHERE filename = '{word}.png' ON CONFLICT DO NOTHING",
            "INSERT INTO media_texts (key, result) SELECT encode(sha256, 'hex') || ':image/png:2', '{who} read' FROM attachments a"
            " JOIN messages m ON m.id = a.message_id WHERE a.number = 1 AND m.external_id LIKE '{who}:%'",
        ):
            await self.rows(statement.format(word=word, who=who, talk=talk, group=GROUP, channel=self.channel.id))
        async with self.desk.databases.tenant(tenancy(self.tenant)) as tx:
            (spoke,) = await tx.fetch("SELECT id, contact_id FROM conversations WHERE external_id = $1", str(who))
            now = datetime.now(UTC)
            later = Schedule(zone="UTC", first=now + timedelta(days=30))
            wish = MakeReminder(text=f"play the {word}", schedule=later, now=now)
            made = await reminders.make(tx, wish, spoke["contact_id"], spoke["id"], "contact")
            await reminder_fires.claim(tx, made, Due(at=now))
            item = Item(tenant=self.tenant.code, group=f">{talk}", kind=wire.DELIVERY, payload=f'{{"text": "{word}"}}')
            await schedule.add(tx, item, datetime.now(UTC) + timedelta(days=30))

    async def teach(self) -> None:
        """Take an utterance from a message of Ada's, in the intents and in a version trained with it."""
        text = "I play the xylophone"
        await self.rows("INSERT INTO intents (name) VALUES ('play')")
        await self.rows(
            "INSERT INTO utterances (intent_id, text, source, message_id) SELECT i.id, $1, 'message', m.id FROM intents i, messages m"
            " WHERE m.external_id LIKE '7700123:%' AND m.direction = 'inbound' LIMIT 1",
            text,
        )
        await self.rows("INSERT INTO utterances (intent_id, text) SELECT id, 'I play the triangle' FROM intents")
        await self.rows(
            "INSERT INTO intent_models (version, status, intents, training, wanted_by) VALUES (1, 'ready', '{}', $1, 'tests')",
            TRAINING,
        )
