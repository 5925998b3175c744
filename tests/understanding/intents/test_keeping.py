"""Training data in a tenant's own tables: all of an imported file comes out again, and imports say what they change."""

from typing import Any
from uuid import UUID

import pytest

from frontdesk.core.intents import Intent
from frontdesk.core.tenant import Tenant
from frontdesk.errors import InvalidInput, RequestError
from frontdesk.services.tenants import tenancy
from frontdesk.store import intents, utterances
from frontdesk.store.db import Databases
from frontdesk.understanding.intents import csv, rasa
from frontdesk.understanding.intents.data import Section, TrainingData, Unknown
from frontdesk.understanding.intents.importing import Changes, Count, Mode
from frontdesk.understanding.intents.plain import plain_json
from frontdesk.understanding.intents.workshop import Workshop, data_of

FILE = r"""
version: "3.0"
nlu:
- intent: book/flight
  metadata: {sentiment: neutral}
  examples: |
    - fly me to [Berlin](city)
    - from [NYC]{"entity": "city", "role": "departure", "value": "New York"} to [Rome]{"entity":"city","group":"1"}
    - to [Paris][{"entity": "city"}, {"entity": "name", "confidence": 0.5}]
    - नमस्ते [दिल्ली](city)
    # a remark
- intent: "yes"
  examples:
  - text: |
      sure
    metadata: {sentiment: happy}
  - text: no - really
- intent: empty
- synonym: New York
  metadata: [kept]
  examples: |
    - NYC
    - big apple
- regex: account_number
  examples: |
    - \d{10,12}
    - [a-z](x)
- lookup: cities
  examples: |
    - Berlin
    a note
- gazette: kept
  anything: [1, 2.5, null, true, 2024-01-01]
responses:
  utter_yes:
  - text: "Hi {name}\nthere"
    condition: [{type: slot, name: on, value: on}]
rules: []
"""


@pytest.fixture
async def workshop(databases: Databases) -> Workshop:
    return Workshop(databases, {"feedback"})


async def kept(databases: Databases, tenant: Tenant) -> TrainingData:
    async with databases.tenant(tenancy(tenant)) as tx:
        return await data_of(tx)


async def taken(workshop: Workshop, tenant: Tenant, content: str, mode: Mode = "merge", **more: Any) -> Changes:
    return await workshop.bring_in(tenant, rasa.read(content), mode, "tests", **more)


def meaning(data: TrainingData) -> Any:
    """Return what data say, whatever the order of their sections."""
    sections = {(section.kind, section.name): section for section in data.sections if isinstance(section, Section)}
    return sections, [section.content for section in data.sections if isinstance(section, Unknown)], data.further


async def test_all_of_a_rasa_file_comes_out_again(workshop: Workshop, databases: Databases, tenant: Tenant) -> None:
    data = rasa.read(FILE)
    await taken(workshop, tenant, FILE)
    assert meaning(await kept(databases, tenant)) == meaning(data)
    assert meaning(rasa.read(rasa.write(await kept(databases, tenant)))) == meaning(data)


async def test_the_same_file_again_changes_nothing(workshop: Workshop, databases: Databases, tenant: Tenant) -> None:
    first = await taken(workshop, tenant, FILE)
    assert first == Changes(
        intents_added=("book/flight", "yes", "empty"), utterances=Count(added=7), others=Count(added=7)
    )
    before = await kept(databases, tenant)
    for mode in ("merge", "replace"):
        assert await taken(workshop, tenant, FILE, mode) == Changes()
    assert await kept(databases, tenant) == before


async def test_a_dry_run_says_what_would_change_and_changes_nothing(
    workshop: Workshop, databases: Databases, tenant: Tenant
) -> None:
    would = await taken(workshop, tenant, FILE, dry_run=True)
    assert (await kept(databases, tenant)).sections == ()
    assert would == await taken(workshop, tenant, FILE)


async def test_merging_joins_what_is_there_with_the_file(
    workshop: Workshop, databases: Databases, tenant: Tenant
) -> None:
    await taken(workshop, tenant, FILE)
    more = """
nlu:
- intent: "yes"
  examples: |
    - sure
    - no - [really](how)
    - yep
    - yep
- synonym: New York
  examples: |
    - NYC
    - gotham
"""
    changes = await taken(workshop, tenant, more)
    assert changes == Changes(utterances=Count(added=1, changed=1), others=Count(changed=2), repeated=1)
    data = await kept(databases, tenant)
    assert data.synonyms["gotham"] == data.synonyms["big apple"] == "New York"
    said = {utterance.text: utterance.entities for utterance in data.utterances if utterance.intent == "yes"}
    assert [entity.entity for entity in said["no - really"]] == ["how"]
    assert {"sure", "yep"} <= said.keys()
    assert next(example for section in data.of_kind("intent") for example in section.examples if example.metadata)


async def test_replacing_leaves_the_file_and_what_is_defined(
    workshop: Workshop, databases: Databases, tenant: Tenant
) -> None:
    await taken(workshop, tenant, FILE)
    defined = Intent(name="opening", responses={"en": ("At eight.",)})
    made = await workshop.define(tenant, defined, "tests")
    async with databases.tenant(tenancy(tenant)) as tx:
        await utterances.add(tx, [utterances.Line(intent_id=made.id, text="when")], "written", "tests")
    small = "nlu:\n- intent: 'yes'\n  examples: |\n    - sure\n    - ok\n"
    changes = await taken(workshop, tenant, small, "replace")
    assert changes.intents_removed == ("book/flight", "empty")
    assert changes.utterances == Count(added=1, changed=1, removed=7)
    data = await kept(databases, tenant)
    assert meaning(data)[0].keys() == {("intent", "yes"), ("intent", "opening")}
    assert [utterance.text for utterance in data.utterances] == ["sure", "ok"]
    async with databases.tenant(tenancy(tenant)) as tx:
        assert [stored.intent for stored in await intents.listed(tx, prefix="OPEN")] == [defined]


async def test_a_message_taken_into_training_keeps_its_origin_over_an_import(
    workshop: Workshop, databases: Databases, tenant: Tenant
) -> None:
    made = await workshop.define(tenant, Intent(name="yes"), "tests")
    origin = UUID(int=7)
    async with databases.tenant(tenancy(tenant)) as tx:
        line = utterances.Line(intent_id=made.id, text="sure", message_id=origin)
        await utterances.add(tx, [line], "message", "tests")
    await taken(workshop, tenant, FILE, "replace")
    async with databases.tenant(tenancy(tenant)) as tx:
        found = await utterances.listed(tx, made.id, limit=9)
    assert [(line.text, line.source, line.message_id) for line in found] == [
        ("sure", "message", origin),
        ("no - really", "imported", None),
    ]


async def test_csv_goes_in_and_out(workshop: Workshop, databases: Databases, tenant: Tenant) -> None:
    content = 'text,intent,entities\nhi,greet,\n"to Rome",go,"[{""start"":3,""end"":7,""entity"":""city""}]"\n'
    await workshop.bring_in(tenant, csv.read(content), "merge", "tests")
    assert csv.read(csv.write(await kept(databases, tenant))).utterances == csv.read(content).utterances


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        ("nlu:\n- intent: /x\n", "can't be named '/x'"),
        (f"nlu:\n- intent: {'x' * 121}\n", "can't be named"),
        (f"nlu:\n- intent: a\n  examples: |\n    - {'x' * 5001}\n", "over 5000 characters"),
        (f"nlu:\n- synonym: {'x' * 501}\n", "name of 1 to 500"),
        ("nlu:\n- other: {1: a}\n", "a key that is no text"),
        ("x: " + "[" * 60 + "]" * 60, "levels deep"),
        ('nlu:\n- intent: "a\\0"\n', "NUL"),
    ],
)
async def test_what_cant_be_kept_is_said_and_nothing_is_kept(
    workshop: Workshop, databases: Databases, tenant: Tenant, content: str, fault: str
) -> None:
    with pytest.raises(RequestError, match=fault):
        await taken(workshop, tenant, content)
    assert (await kept(databases, tenant)).sections == ()


def nested(depth: int) -> Any:
    value: Any = 1
    for _ in range(depth):
        value = [value]
    return value


def unfolding(doublings: int) -> Any:
    value: Any = [1]
    for _ in range(doublings):
        value = [value, value]
    return value


@pytest.mark.parametrize(
    ("value", "fault"),
    [
        (float("nan"), "a float"),
        (float("inf"), "a float"),
        ({1: 2}, "no text"),
        (b"x", "a bytes"),
        (nested(60), "nested deeper"),
        (unfolding(40), "unfolds to too much"),
    ],
    ids=["nan", "infinity", "key", "bytes", "deep", "wide"],
)
def test_what_is_no_json_is_refused(value: Any, fault: str) -> None:
    with pytest.raises(InvalidInput, match=fault):
        plain_json(value, "it")


def test_text_postgres_cant_hold_is_made_one_it_can() -> None:
    assert plain_json({"a\0": ("b\ud800", None, True, 1.5)}, "it") == {"a\ufffd": ["b\ufffd", None, True, 1.5]}


async def test_there_is_a_limit_to_intents_and_utterances(
    workshop: Workshop, databases: Databases, tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intents, "MOST", 3)
    monkeypatch.setattr(utterances, "MOST", 8)
    await taken(workshop, tenant, FILE)
    with pytest.raises(InvalidInput, match="there are 3 intents"):
        await taken(workshop, tenant, "nlu:\n- intent: d\n")
    with pytest.raises(InvalidInput, match="would make 9 utterances"):
        await taken(workshop, tenant, "nlu:\n- intent: empty\n  examples: |\n    - a\n    - b\n")
