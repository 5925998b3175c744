"""Rules at work in conversations."""

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from frontdesk.rehearsal.telegram import TelegramStub
from frontdesk.services import rulebook
from tests.builders import a_telegram_update
from tests.ruled import Talk, a_talk, containing
from tests.services.desk import Desk


@pytest.fixture
async def talk(desk: Desk, telegram: TelegramStub) -> AsyncIterator[Talk]:
    made = await a_talk(desk, telegram)
    async with desk.working():
        yield made


async def test_without_rules_nothing_of_them_is_in_a_turn(talk: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: object) -> None:
        raise AssertionError("facts were put together")

    monkeypatch.setattr("frontdesk.answering.of_turn", never)
    assert await talk.says("hours?") == ["Nine to five."]
    record = await talk.record()
    assert (record["rules"], record["route"]["by"]) == ([], "intent")


async def test_a_published_rule_answers_in_the_contacts_language(talk: Talk) -> None:
    reply = {"do": "reply", "text": {"en": "Parcels come at noon."}, "buttons": ["Thanks"]}
    await talk.publishes({"when": containing("parcel"), "then": [reply]})
    assert await talk.says("where is my parcel") == ["Parcels come at noon."]
    record = await talk.record()
    assert record["rules"] == ["R1"]
    assert (record["route"]["by"], record["route"]["handler"]) == ("rule", "rules")
    assert await talk.says("hours?") == ["Nine to five."]
    assert (await talk.record())["rules"] == []


async def test_a_publication_counts_at_once_and_is_made_ready_once(talk: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[int] = []
    of = rulebook.Book.of
    monkeypatch.setattr(rulebook.Book, "of", lambda written: made.append(len(written)) or of(written))
    for words in ("one", "two"):
        await talk.publishes({"then": [{"do": "reply", "text": {"en": words}}]})
        assert await talk.says("xyzzy") == [words]
        assert await talk.says("xyzzy again") == [words]
    assert made == [1, 1]


MARKING: list[dict[str, Any]] = [
    {
        "when": containing("gold"),
        "then": [
            {"do": "tag", "tags": ["gold", "vip"]},
            {"do": "tag", "tags": ["customer"], "of": "contact"},
            {"do": "set_field", "field": "plan", "value": "gold"},
            {"do": "set_variable", "name": "step", "value": 3},
        ],
    },
    {
        "when": containing("plain"),
        "then": [
            {"do": "untag", "tags": ["vip"]},
            {"do": "untag", "tags": ["customer"], "of": "contact"},
            {"do": "set_field", "field": "plan", "value": None},
            {"do": "set_variable", "name": "step", "value": None},
        ],
    },
    {
        "when": {
            "all": [
                {"fact": "conversation_tag", "is": "gold"},
                {"fact": "contact_field", "name": "plan", "is": "gold"},
                {"fact": "variable", "name": "step", "at_least": 3},
                {"fact": "contact_tag", "is": "customer"},
            ]
        },
        "then": [{"do": "reply", "text": {"en": "Gold it is."}}],
    },
]


async def test_a_rule_tags_sets_fields_and_remembers(talk: Talk) -> None:
    await talk.publishes(*MARKING)
    shown = "SELECT c.tags, p.tags AS contact_tags, p.fields, c.variables FROM conversations c JOIN contacts p ON p.id = c.contact_id"
    assert await talk.says("gold hours") == ["Nine to five."], "who goes along does not answer"
    row = await talk.row(shown)
    assert (row["tags"], row["contact_tags"]) == (["gold", "vip"], ["customer"])
    assert (json.loads(row["fields"])["plan"], json.loads(row["variables"])["step"]) == ("gold", 3)
    assert await talk.says("what now") == ["Gold it is."]
    await talk.says("plain hours")
    row = await talk.row(shown)
    assert (row["tags"], row["contact_tags"]) == (["gold"], [])
    assert ("plan" in json.loads(row["fields"]), "step" in json.loads(row["variables"])) == (False, False)


async def test_a_rule_hands_to_a_handler_after_its_own_words(talk: Talk) -> None:
    words = {"do": "reply", "text": {"en": "Let us book then."}}
    await talk.publishes(
        {"when": containing("barber"), "then": [words, {"do": "handler", "handler": "intent", "argument": "book"}]}
    )
    assert await talk.says("to the barber") == ["Let us book then.", "Which service?"]
    assert await talk.modes() == ["book"]
    assert (await talk.record())["route"]["handler"] == "intent"
    assert await talk.says("haircut") == ["Booked: haircut."]


async def test_a_rule_begins_a_mode(talk: Talk) -> None:
    await talk.publishes(
        {"when": containing("barber"), "then": [{"do": "mode", "handler": "intent", "state": {"intent": "book"}}]},
        {"when": containing("opinion"), "then": [{"do": "mode", "handler": "feedback", "state": {"why": "asked"}}]},
    )
    await talk.says("to the barber")
    assert await talk.modes() == ["book"]
    await talk.says("haircut")
    await talk.says("my opinion")
    assert await talk.modes() == ["feedback"]
    assert json.loads((await talk.row("SELECT modes FROM conversations"))["modes"])[0]["state"]["why"] == "asked"


async def test_a_rule_brings_a_person_and_says_why(talk: Talk) -> None:
    await talk.publishes(
        {
            "when": containing("lawyer"),
            "then": [{"do": "escalate", "reason": "threatens to sue", "priority": 1, "skill": "law"}],
        }
    )
    assert len(await talk.says("my lawyer will write")) == 1
    assert (await talk.row("SELECT owner FROM conversations"))["owner"] == "human"
    handoff = await talk.row("SELECT reason, detail, priority, skill FROM handoffs")
    assert handoff == {"reason": "rule", "detail": "threatens to sue", "priority": 1, "skill": "law"}
    assert await talk.says("lawyer!") == []
    assert (await talk.record())["rules"] == []


async def test_misses_turns_and_silence_are_counted(talk: Talk) -> None:
    await talk.publishes(
        {"when": {"fact": "misses", "at_least": 2}, "then": [{"do": "reply", "text": {"en": "Twice."}}]},
        {
            "when": {"all": [{"fact": "new_contact", "is": True}, {"fact": "turns", "is": 0}]},
            "then": [{"do": "tag", "tags": ["new"]}],
        },
        {"when": {"fact": "silence", "at_least": 3600}, "then": [{"do": "reply", "text": {"en": "Long time."}}]},
    )
    for text in ("xyzzy", "plugh"):
        assert await talk.says(text) != ["Twice."]
    row = await talk.row("SELECT misses, turns, tags FROM conversations")
    assert (row["misses"], row["turns"], row["tags"]) == (2, 2, ["new"])
    assert await talk.says("xyzzy") == ["Twice."]
    assert (await talk.row("SELECT misses FROM conversations"))["misses"] == 0
    await talk.row("UPDATE conversations SET tags = '{}', last_message_at = now() - '2 hours'::interval RETURNING 1")
    assert await talk.says("hours?") == ["Long time."]
    assert (await talk.row("SELECT tags FROM conversations"))["tags"] == []


async def test_after_a_long_silence_the_counting_begins_anew(talk: Talk) -> None:
    await talk.publishes({"when": {"fact": "turns", "is": 0}, "then": [{"do": "reply", "text": {"en": "Welcome."}}]})
    assert await talk.says("xyzzy") == ["Welcome."]
    await talk.says("xyzzy")
    await talk.row("UPDATE conversations SET last_message_at = now() - '2 days'::interval RETURNING 1")
    assert await talk.says("xyzzy") == ["Welcome."]
    assert (await talk.row("SELECT turns FROM conversations"))["turns"] == 1


async def test_reactions_are_seen_by_rules_that_ask_for_the_kind_of_message(talk: Talk) -> None:
    await talk.publishes(
        {"then": [{"do": "tag", "tags": ["always"]}], "goes_on": True},
        {"when": {"fact": "message", "is": "reaction"}, "then": [{"do": "reply", "text": {"en": "We saw that."}}]},
    )
    await talk.says("hours?")
    await talk.row("UPDATE conversations SET tags = '{}' RETURNING 1")
    reacted = a_telegram_update(
        "message_reaction",
        chat=talk.chat,
        message_id=talk.telegram.calls[-1].message_id,
        old_reaction=[],
        new_reaction=[{"type": "emoji", "emoji": "👍"}],
    )
    assert await talk.hears(reacted) == ["We saw that."]
    assert (await talk.row("SELECT count(*) AS kept FROM feedback"))["kept"] == 1
    assert (await talk.row("SELECT tags, misses FROM conversations"))["tags"] == []


async def test_business_hours_are_the_tenants(desk: Desk, telegram: TelegramStub) -> None:
    talk = await a_talk(desk, telegram, business_hours={"weekly": {}}, time_zone="Europe/Madrid")
    await talk.publishes(
        {
            "when": {"fact": "business_hours", "is": "closed"},
            "then": [{"do": "reply", "text": {"en": "We are closed."}}],
        }
    )
    async with desk.working():
        assert await talk.says("hours?") == ["We are closed."]
