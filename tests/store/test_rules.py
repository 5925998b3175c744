"""Rules as they are kept."""

import asyncio

import pytest

from frontdesk.core.conversation import Contact, Conversation
from frontdesk.core.noting import ForgetVariables, SetField, Tag, Untag
from frontdesk.core.rules.rule import Rule
from frontdesk.core.turn import Effect, KeepVariables
from frontdesk.errors import Conflict, InvalidInput
from frontdesk.services.tenants import tenancy
from frontdesk.store import effects, noting, rules
from tests.services.desk import Desk
from tests.store.town import Town


def a_rule(name: str, **more: object) -> Rule:
    return Rule.model_validate({"name": name, "then": [{"do": "tag", "tags": ["x"]}], **more})


WHOLE = a_rule(
    "Whole",
    description="All there is.",
    enabled=False,
    goes_on=True,
    when={
        "all": [
            {"any": [{"fact": "text", "contains": ["a", "b"]}, {"fact": "text", "matches": "x+"}]},
            {"not": {"fact": "time", "at_least": "18:00", "at_most": "08:00"}},
            {"fact": "contact_field", "name": "plan", "is": ["gold", 3, True]},
            {"fact": "date", "at_least": "2026-12-24"},
        ]
    },
    then=[
        {"do": "set_field", "field": "plan", "value": None},
        {"do": "set_variable", "name": "n", "value": 2.5},
        {"do": "reply", "text": {"en": "Hi", "es-MX": "Hola"}, "buttons": ["Yes"]},
        {"do": "mode", "handler": "intent", "state": {"intent": "a", "deep": [1, {"x": None}]}},
    ],
)


async def test_a_rule_comes_back_as_it_was_written(town: Town) -> None:
    async with town.desk.databases.tenant(tenancy(town.tenant)) as tx:
        stored = await rules.add(tx, WHOLE)
        assert (await rules.load(tx, stored.id)).rule == WHOLE
        version = await rules.publish(tx, [WHOLE, a_rule("B")], "tests")
        assert await rules.published(tx, version) == (WHOLE, a_rule("B"))


async def test_publications_at_the_same_time_have_numbers_of_their_own(town: Town) -> None:
    async def publish(name: str) -> int:
        async with town.desk.databases.tenant(tenancy(town.tenant)) as tx:
            await rules.lock(tx)
            return await rules.publish(tx, [a_rule(name)], "tests")

    numbers = await asyncio.gather(*(publish(f"R{number}") for number in range(8)))
    assert sorted(numbers) == list(range(1, 9))


async def test_a_version_that_cant_be_read_any_more_is_said(town: Town) -> None:
    async with town.desk.databases.tenant(tenancy(town.tenant)) as tx:
        version = await rules.publish(tx, [], "tests")
        await tx.execute('UPDATE rule_versions SET document = \'{"rules": [{"name": 1}]}\'')
        with pytest.raises(Conflict, match="can't be read"):
            await rules.published(tx, version)


async def test_a_backslash_and_what_looks_like_a_nul_are_text_and_a_nul_is_none(town: Town) -> None:
    async with town.desk.databases.tenant(tenancy(town.tenant)) as tx:
        stored = await rules.add(tx, a_rule("A", description="the escape \\u0000"))
        assert (await rules.load(tx, stored.id)).rule.description == "the escape \\u0000"
        for bad in ("\0", "\\\0"):
            with pytest.raises(InvalidInput, match="NUL"):
                await rules.add(tx, a_rule("B", description=bad))


async def test_a_rule_and_all_of_them_have_a_size(town: Town) -> None:
    def long(name: str, each: int) -> Rule:
        return a_rule(name, then=[{"do": "reply", "text": {f"a{chr(97 + n)}": "x" * each for n in range(25)}}])

    async with town.desk.databases.tenant(tenancy(town.tenant)) as tx:
        with pytest.raises(InvalidInput, match="make several rules of it"):
            await rules.add(tx, long("A", 4_000))
        with pytest.raises(InvalidInput, match="shorten"):
            await rules.publish(tx, [long(f"{number}", 3_900) for number in range(41)], "tests")


async def test_the_mark_of_a_draft_follows_every_change(town: Town) -> None:
    async with town.desk.databases.tenant(tenancy(town.tenant)) as tx:
        marks = [await rules.draft_mark(tx)]
        ids = [(await rules.add(tx, a_rule(name))).id for name in "AB"]
        marks.append(await rules.draft_mark(tx))
        await rules.order(tx, ids[::-1])
        marks.append(await rules.draft_mark(tx))
        await rules.replace(tx, ids[0], a_rule("A", goes_on=True), None)
        mark, document = await rules.draft_document(tx)
        assert rules.read(document, "the draft") == (a_rule("B"), a_rule("A", goes_on=True))
        assert len({*marks, mark}) == 4


async def test_who_is_tagged_already_is_not_written_again(town: Town) -> None:
    desk: Desk = town.desk
    async with desk.databases.tenant(tenancy(town.tenant)) as tx:
        contact = Contact(id=await tx.fetchval("INSERT INTO contacts (name) VALUES ('A') RETURNING id"))
        here = Conversation(id=contact.id, external_id="x")
        wanted = [Tag(tags=("a", "b"), of="contact"), SetField(field="plan", value="gold")]
        written = []
        for _ in range(2):
            await effects.apply(tx, wanted, here, contact, town.channel.id)
            written.append(await tx.fetchval("SELECT ctid::text FROM contacts WHERE id = $1", contact.id))
        assert written[0] == written[1]


async def test_tags_fields_and_variables_are_put_on_and_taken_off(town: Town) -> None:
    desk: Desk = town.desk
    async with desk.databases.tenant(tenancy(town.tenant)) as tx:
        contact_id = await tx.fetchval("INSERT INTO contacts (name, fields) VALUES ('A', '{\"old\": 1}') RETURNING id")
        into = await tx.fetchval("INSERT INTO contacts (name) VALUES ('B') RETURNING id")
        await tx.execute("UPDATE contacts SET merged_into = $2, tags = '{far}' WHERE id = $1", contact_id, into)
        conversation_id = await tx.fetchval(
            "INSERT INTO conversations (channel_id, external_id, contact_id) VALUES ($1, 'x', $2) RETURNING id",
            town.channel.id,
            into,
        )
        conversation, contact = Conversation(id=conversation_id, external_id="x"), Contact(id=into)

        async def apply(*wanted: Effect) -> tuple[object, ...]:
            await effects.apply(tx, wanted, conversation, contact, town.channel.id)
            row = await tx.fetchrow(
                "SELECT c.tags, c.variables, p.tags, p.fields, (SELECT tags FROM contacts WHERE id = $2) FROM conversations c"
                " JOIN contacts p ON p.id = c.contact_id WHERE c.id = $1",
                conversation_id,
                contact_id,
            )
            return tuple(row)

        made = await apply(
            Tag(tags=("b", "a", "b")),
            Tag(tags=("z",), of="contact"),
            SetField(field="plan", value="gold"),
            KeepVariables(values={"n": 1, "m": None}),
        )
        assert made == (["a", "b"], '{"m": null, "n": 1}', ["z"], '{"plan": "gold"}', ["far"])
        assert await apply(
            Tag(tags=("a", "c")),
            Untag(tags=("b", "nothing")),
            Untag(tags=("z", "far"), of="contact"),
            SetField(field="plan", value=None),
            ForgetVariables(names=("n",)),
        ) == (["a", "c"], '{"m": null}', [], "{}", [])


async def test_tags_are_not_put_on_without_end(town: Town) -> None:
    async with town.desk.databases.tenant(tenancy(town.tenant)) as tx:
        contact = Contact(id=await tx.fetchval("INSERT INTO contacts (name) VALUES ('A') RETURNING id"))
        conversation = Conversation(id=contact.id, external_id="x")
        for number in range(0, 300, 20):
            tags = tuple(f"t{one}" for one in range(number, number + 20))
            await effects.apply(tx, [Tag(tags=tags, of="contact")], conversation, contact, town.channel.id)
        assert await tx.fetchval("SELECT cardinality(tags) FROM contacts WHERE id = $1", contact.id) == noting.MOST_TAGS
