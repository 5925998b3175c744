"""Recognition: by the version that is live, in every process, with a language model's word where the classifier is not sure."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from frontdesk.core.conversation import Said as Line
from frontdesk.core.meaning import NOTHING_MEANT
from frontdesk.core.tenant import Tenant, TenantSettings
from frontdesk.embedded import Servers
from frontdesk.errors import GenAITooSlow
from frontdesk.rehearsal.telegram import TelegramStub
from frontdesk.services.genai.chosen import Chosen
from frontdesk.services.genai.port import GenAI
from frontdesk.services.genai.prompted import Prompted
from frontdesk.services.genai.scripted import Said, Scripted
from frontdesk.services.genai.usage import Ledger
from frontdesk.services.tenants import tenancy
from frontdesk.store import intent_models
from frontdesk.understanding.intents.data import Utterance
from frontdesk.understanding.intents.known import Models
from frontdesk.understanding.recognition import Recognised, Recognition
from tests.builders import a_telegram_text
from tests.services.desk import Desk, beside, new_database
from tests.understanding.versions import SOME, defined, trained

OPEN = "when do you open on Sunday"


class Scripting(Chosen):
    """A tenant's language model that says what a test gives it."""

    def __init__(self, *said: Said) -> None:
        self.scripted = Scripted.saying(said)

    def model(self, ledger: Ledger) -> GenAI | None:
        return Prompted(self.scripted) if self.scripted.script or self.scripted.tasks else None


def recognition(tenant: Tenant, models: Models, *said: Said, **settings: Any) -> Recognition:
    chosen = TenantSettings.model_validate({"intents": settings})
    return Recognition(replace(tenant, settings=chosen), models, Scripting(*said))


async def heard(of: Recognition, text: str, version: int | None, *history: Line) -> Recognised:
    return await of.recognise(text, version, history, Ledger())


def choice(name: str | None, confidence: float) -> dict[str, Any]:
    return {"name": name, "confidence": confidence}


async def test_without_a_live_version_nothing_is_meant(desk: Desk, models: Models) -> None:
    found = await heard(recognition(await desk.tenant(), models), OPEN, None)
    assert (found.meaning, found.intents, found.record) == (NOTHING_MEANT, {}, {})


async def test_a_text_is_recognised_and_the_record_says_how(desk: Desk, models: Models) -> None:
    tenant = await desk.tenant()
    version = await trained(desk, tenant)
    found = await heard(recognition(tenant, models), OPEN, version)
    assert (found.meaning.intent, found.meaning.by, found.meaning.version) == ("opening_hours", "classifier", version)
    assert found.meaning.confidence > 0.5
    assert set(found.intents) == set(defined())
    record = dict(found.record)
    assert record["version"] == version
    assert (record["intent"], record["by"], record["accepted"]) == ("opening_hours", "classifier", True)
    assert record["ranking"]["opening_hours"] == record["confidence"] == round(found.meaning.confidence, 4)
    assert record["scope"] > record["threshold"]
    assert 0 < record["milliseconds"] < 5000


async def test_what_is_none_of_the_intents_means_nothing(desk: Desk, models: Models) -> None:
    tenant = await desk.tenant()
    mine = recognition(tenant, models)
    version = await trained(desk, tenant)
    for text in ("zzz qqq", "   ", ""):
        found = await heard(mine, text, version)
        assert (found.meaning.intent, found.meaning.asked, found.meaning.by) == (None, (), "nothing")
        assert found.intents


async def test_a_bare_reply_wants_nothing_unless_it_was_taught(desk: Desk, models: Models) -> None:
    """The fault: of few examples a "no" was made an emergency."""
    tenant = await desk.tenant()
    crying = tuple(
        Utterance(f"no {word}", "emergency") for word in ("breath", "pulse", "air", "help", "strength", "sleep")
    )
    plainly = await trained(desk, tenant, defined((*defined(), "emergency")), (*SOME, *crying))
    mine = recognition(tenant, models)
    assert (await heard(mine, "no breath", plainly)).meaning.intent == "emergency"
    for text in ("no", "No!", "no, thanks", "ok"):
        assert (await heard(mine, text, plainly)).meaning.intent is None
    agreeing = (*SOME, *(Utterance(text, "affirm") for text in ("yes", "yes please", "sure", "ok", "yeah", "right")))
    taught = await trained(desk, tenant, defined((*defined(), "affirm")), agreeing)
    assert (await heard(mine, "yes please", taught)).meaning.intent == "affirm"


async def test_patterns_come_first_and_say_which(desk: Desk, models: Models) -> None:
    tenant = await desk.tenant()
    intents = {
        **defined(),
        **defined(dolor={"patterns": [{"expression": "when do you open"}]}),
        **defined(off={"enabled": False, "patterns": [{"expression": "ouch"}]}),
    }
    version = await trained(desk, tenant, intents)
    mine = recognition(tenant, models)
    found = await heard(mine, "When do you open?", version)
    assert (found.meaning.intent, found.meaning.by, found.meaning.confidence) == ("dolor", "pattern", 1.0)
    assert found.record["pattern"] == "when do you open"
    off = await heard(mine, "ouch", version)
    assert off.meaning.intent is None
    assert "off" not in off.intents


async def test_a_version_of_patterns_alone_is_gone_by(desk: Desk, models: Models) -> None:
    tenant = await desk.tenant()
    version = await trained(desk, tenant, defined(greet={"patterns": [{"expression": "hi"}]}), ())
    mine = recognition(tenant, models)
    assert (await heard(mine, "Hi!", version)).meaning.intent == "greet"
    assert (await heard(mine, OPEN, version)).meaning == replace(NOTHING_MEANT, version=version)


async def test_the_settings_say_when_two_are_close_and_priority_settles_it(desk: Desk, models: Models) -> None:
    tenant = await desk.tenant()
    version = await trained(desk, tenant)
    asked = await heard(recognition(tenant, models, close=1.0, least=0.0, most_proposed=2), OPEN, version)
    assert asked.meaning.intent is None
    assert [each.intent for each in asked.meaning.asked] == [each.intent for each in asked.meaning.ranking[:2]]
    assert asked.record["asked"] == [each.intent for each in asked.meaning.asked]
    preferred = await trained(desk, tenant, {**defined(), **defined(dolor={"priority": 5})})
    found = await heard(recognition(tenant, models, close=1.0), OPEN, preferred)
    assert found.meaning.intent == "dolor"
    needs = await trained(desk, tenant, {**defined(), **defined(opening_hours={"threshold": 1.0})})
    assert (await heard(recognition(tenant, models), OPEN, needs)).meaning.asked


async def test_a_language_model_is_asked_once_where_the_classifier_is_not_sure(desk: Desk, models: Models) -> None:
    tenant = await desk.tenant()
    intents = {**defined(), **defined(dolor={"description": "Something hurts."})}
    version = await trained(desk, tenant, intents)
    mine = recognition(tenant, models, choice("dolor", 0.9))
    said = Line(direction="outbound", author="bot", type="text", text="¿Qué te pasa?", at=datetime.now(UTC))
    found = await heard(mine, "qqq zzz", version, said)
    assert (found.meaning.intent, found.meaning.by, found.meaning.confidence) == ("dolor", "model", 0.9)
    assert found.record["second_opinion"] == {"intent": "dolor", "confidence": 0.9}
    again = await heard(mine, "QQQ  zzz", version, said)
    assert again.meaning == found.meaning
    assert again.record["second_opinion"]["remembered"] is True
    scripted = mine.second.chosen.scripted  # type: ignore[union-attr, attr-defined]
    assert len(scripted.tasks) == 1
    request = scripted.tasks[0].request
    assert all(words in request for words in ("Something hurts.", "opening_hours", SOME[0].text, "¿Qué te pasa?"))
    assert (await heard(mine, OPEN, version)).meaning.by == "classifier"
    assert len(scripted.tasks) == 1


@pytest.mark.parametrize(
    ("said", "noted"),
    [
        (choice("dolor", 0.49), {"intent": "dolor", "confidence": 0.49}),
        (choice(None, 0.9), {"intent": None, "confidence": 0.9}),
        (GenAITooSlow("no answer in 20 s"), {"failure": "genai_too_slow"}),
    ],
)
async def test_an_unsure_or_failing_language_model_leaves_the_decision(
    desk: Desk, models: Models, said: Said, noted: dict[str, Any]
) -> None:
    tenant = await desk.tenant()
    version = await trained(desk, tenant)
    found = await heard(recognition(tenant, models, said), "qqq zzz", version)
    assert (found.meaning.intent, found.meaning.by) == (None, "nothing")
    assert found.record["second_opinion"] == noted


async def test_a_failed_second_opinion_is_asked_for_again_and_one_not_wanted_never(desk: Desk, models: Models) -> None:
    tenant = await desk.tenant()
    version = await trained(desk, tenant)
    mine = recognition(tenant, models, GenAITooSlow("no answer"), choice("dolor", 0.8))
    assert [(await heard(mine, "qqq", version)).meaning.intent for _ in range(2)] == [None, "dolor"]
    spared = recognition(tenant, models, choice("dolor", 0.8))
    assert (await spared.recognise("qqq", version, (), Ledger(), alone=True)).meaning.intent is None
    without = recognition(tenant, models, choice("dolor", 0.8), second_opinion=False)
    assert (await heard(without, "qqq", version)).meaning.intent is None


async def test_a_promotion_counts_in_every_process_from_its_commit_on(
    servers: Servers, desk: Desk, telegram: TelegramStub
) -> None:
    there = beside(servers, await new_database(servers), 2)
    untold = replace(there, redis_url="redis://127.0.0.1:1/0")  # hears of nothing
    async with Desk.opened(desk.settings, there) as one, Desk.opened(desk.settings, untold) as two:
        tenant = await one.tenant()
        channel = await one.channel(tenant, telegram.url)
        first, second = [
            await trained(one, tenant, {**defined(), **defined(opening_hours={"responses": {"en": [words]}})})
            for words in ("At nine.", "At ten.")
        ]
        asked = 0

        async def answers() -> list[str | None]:
            nonlocal asked
            said = len(await one.said_by_us(tenant))
            for process in (one, two):
                asked += 1
                await process.hear(tenant, channel, a_telegram_text(OPEN, message_id=asked, update_id=asked))
                async with process.working():
                    await process.finished(tenant)
            return [text for _, text in (await one.said_by_us(tenant))[said:]]

        async def change(version: int | None) -> None:
            async with one.databases.tenant(tenancy(tenant)) as tx:
                if version is None:
                    await intent_models.rollback(tx, "tests")
                else:
                    await intent_models.promote(tx, version, "tests")

        for version, expected in ((first, "At nine."), (second, "At ten."), (None, "At nine.")):
            await change(version)
            assert await answers() == [expected] * 2
        await change(None)
        assert "At nine." not in await answers()


async def test_what_was_decided_is_remembered_exactly(desk: Desk, models: Models) -> None:
    tenant = await desk.tenant()
    shouted = {**defined(), **defined(dolor={"patterns": [{"kind": "regex", "expression": "(?-i:OPEN)"}]})}
    plain, strict = await trained(desk, tenant), await trained(desk, tenant, shouted)
    mine = recognition(tenant, models)
    for version, meant in ((plain, "opening_hours"), (strict, "dolor")):
        assert (await heard(mine, OPEN, version)).meaning.intent == "opening_hours"
        assert (await heard(mine, OPEN.upper(), version)).meaning.intent == meant
    assert len(mine._decided) == 3
    for number in range(600):
        await heard(mine, f"number {number}", plain)
    assert len(mine._decided) == 500


async def test_the_record_says_what_is_wrong_with_a_model(desk: Desk, models: Models) -> None:
    tenant = await desk.tenant()
    version = await trained(desk, tenant)
    await desk.rows(tenant, "UPDATE intent_models SET model = 'nonsense'")
    found = await heard(recognition(tenant, models), OPEN, version)
    assert found.meaning.intent is None
    assert "train it anew" in found.record["fault"]
