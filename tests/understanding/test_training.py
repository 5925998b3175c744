"""Training: in a process of its own, told in words when it can't be done, and done again when a worker dies."""

import asyncio
import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

import pytest

from frontdesk.core.tenant import Tenant
from frontdesk.services.tenants import tenancy
from frontdesk.store import intent_models
from frontdesk.store.intent_models import Version
from frontdesk.understanding.intents import model, trainee, trainer
from frontdesk.understanding.intents.data import OUT_OF_SCOPE, Utterance
from frontdesk.understanding.intents.trainer import Bounds, Broken, Invalid, Lesson, Made
from tests.services.desk import Desk, until
from tests.understanding.intents.sentences import OUTSIDE
from tests.understanding.versions import SOME, defined, made, wanted, written

GREET = [Utterance(f"hello {n}", "greet") for n in range(5)]
HI = {"patterns": [{"expression": "hi there"}]}
LONG = [Utterance(f"word{n} word{n * 7 % 997} word{n * 31 % 499}", f"intent {n % 60}") for n in range(24_000)]
"""Takes a while to train on."""


def lesson(intents: dict[str, Any], utterances: Any) -> Lesson:
    return Lesson(intents=intents, training=written(utterances), willingness=0.03)


def long_lesson() -> Lesson:
    return lesson(defined([f"intent {n}" for n in range(60)]), LONG)


async def shown(desk: Desk, tenant: Tenant, version: int) -> Version:
    async with desk.databases.tenant(tenancy(tenant)) as tx:
        return await intent_models.load(tx, version)


def trainees(parent: int | None = None) -> list[int]:
    """Return the processes that train for this one, or for `parent`."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if trainer.CHILD.encode() in (folder / "cmdline").read_bytes():
                of = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
                found += [int(folder.name)] if of == (parent or os.getpid()) else []
        except OSError:
            continue
    return found


async def test_a_wanted_version_becomes_a_model_that_is_measured_and_live(desk: Desk) -> None:
    tenant = await desk.tenant()
    outside = [Utterance(text, OUT_OF_SCOPE) for text in OUTSIDE]
    version = await wanted(desk, tenant, defined(), written([*SOME, *outside]), promote=True)
    async with desk.working():
        await desk.finished(tenant)
    found = await shown(desk, tenant, version)
    assert (found.status, found.is_live, found.error) == ("ready", True, None)
    assert found.metrics
    assert found.metrics["utterances"] == len(SOME) + len(outside)
    assert found.metrics["held_out"]["rows"] == len(SOME) + len(outside)
    assert found.metrics["held_out"]["accuracy"] > 0.8
    assert 0 < found.metrics["train_seconds"] < 20
    greeted = found.metrics["intents"]["opening_hours"]
    assert (greeted["utterances"], greeted["support"]) == (8, 8)
    assert 0.5 < greeted["recall"] <= 1
    async with desk.databases.tenant(tenancy(tenant)) as tx:
        kept = await intent_models.trained(tx, version)
    assert model.load(kept.model or b"").predict("when do you open on Sunday").best.intent == "opening_hours"


@pytest.mark.parametrize(
    ("intents", "utterances", "words"),
    [
        (defined(["greet"]), GREET, "only the intent 'greet'"),
        (defined(["greet"]), (), "nothing to train on"),
        (defined(greet={"enabled": False}), GREET, "only out-of-scope utterances"),
        (defined(greet={"patterns": [{"kind": "regex", "expression": "(("}]}), SOME, "'((' of 'greet'"),
        (defined(), [*SOME, Utterance("x" * 6000, "opening_hours")], "over 5000 characters"),
    ],
)
def test_what_can_not_be_trained_on_is_said_in_words(intents: Any, utterances: Any, words: str) -> None:
    fields = trainer.document(lesson(intents, utterances))
    answer, content = trainee.answered(fields, written(utterances))
    assert words in answer["invalid"]
    assert content == b""


async def test_a_version_that_can_not_be_trained_has_failed_and_is_not_tried_again(desk: Desk) -> None:
    tenant = await desk.tenant()
    first = await wanted(desk, tenant, defined(["greet"]), written(GREET), promote=True)
    second = await wanted(desk, tenant, defined(greet=HI), written(()), promote=True)
    async with desk.working():
        await desk.finished(tenant)
    failed, ready = await shown(desk, tenant, first), await shown(desk, tenant, second)
    assert (failed.status, failed.is_live) == ("failed", False)
    assert "only the intent 'greet'" in (failed.error or "")
    assert (ready.status, ready.is_live, ready.model_bytes) == ("ready", True, None)
    assert ready.metrics
    assert "patterns alone" in ready.metrics["note"]
    assert failed.ended_at
    assert ready.started_at
    assert failed.ended_at < ready.started_at


def test_one_intent_with_patterns_needs_no_model() -> None:
    metrics, content = made(defined(greet=HI), written(GREET))
    assert content is None
    assert metrics["intents"]["greet"]["utterances"] == 5


def test_utterances_of_intents_that_are_off_teach_what_is_out_of_scope() -> None:
    metrics, content = made({**defined(), **defined(dolor={"enabled": False})}, written(SOME))
    assert set(metrics["intents"]) == {*dict.fromkeys(row.intent for row in SOME), OUT_OF_SCOPE} - {"dolor"}
    known = model.load(content or b"")
    assert "dolor" not in known.intents
    assert not known.predict("me duele la espalda").accepted


async def test_a_dead_workers_training_is_done_by_another(desk: Desk) -> None:
    tenant = await desk.tenant()
    version = await wanted(desk, tenant, defined([f"intent {n}" for n in range(60)]), written(LONG))
    async with desk.working(drain_seconds=0.0):
        await until(lambda: bool(trainees()))
        (child,) = trainees()
        await until(lambda: os.getpriority(os.PRIO_PROCESS, child) == 19)
        held = Path(f"/proc/{child}/environ").read_bytes().split(b"\0")
        assert {entry.partition(b"=")[0] for entry in held if entry} == {key.encode() for key in trainer.ONE_THREAD}
    await until(lambda: not trainees())
    assert (await shown(desk, tenant, version)).status == "training"
    assert len(await desk.work(tenant)) == 1
    await desk.rows(tenant, "UPDATE intent_models SET training = $1", written(LONG[:600]))  # this try may be quick
    async with desk.working():
        await desk.finished(tenant)
    assert (await shown(desk, tenant, version)).status == "ready"


async def test_a_training_does_not_outlive_whoever_wanted_it() -> None:
    program = (
        "import asyncio, sys, tests.understanding.test_training as t\n"
        "asyncio.run(t.trainer.train(t.long_lesson(), t.Bounds()))"
    )
    parent = await asyncio.create_subprocess_exec(sys.executable, "-c", program, cwd=Path(__file__).parents[2])
    await until(lambda: bool(trainees(parent.pid)), 20)
    (child,) = trainees(parent.pid)
    await asyncio.sleep(1)  # the lesson is handed over
    parent.send_signal(signal.SIGKILL)
    await parent.wait()
    await until(lambda: not Path(f"/proc/{child}").exists())


async def test_a_training_that_takes_too_much_ends_and_says_so() -> None:
    late = await trainer.train(long_lesson(), Bounds(seconds=1.5))
    assert isinstance(late, Broken)
    assert "FRONTDESK_TRAINING_SECONDS" in late.why
    small = await trainer.train(long_lesson(), Bounds(memory_bytes=330 << 20))
    assert isinstance(small, Broken)
    assert not trainees()


async def test_a_cancelled_training_ends_at_once() -> None:
    task = asyncio.create_task(trainer.train(long_lesson(), Bounds()))
    await until(lambda: bool(trainees()))
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert not trainees()


async def test_a_training_that_breaks_again_and_again_has_failed(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trainer, "CHILD", "frontdesk.no_such_module")
    tenant = await desk.tenant()
    version = await wanted(desk, tenant, defined(), written(SOME))
    async with desk.working():
        for attempts in (1, 2):
            await until(lambda tries=attempts: _given_back(desk, tenant, tries))  # type: ignore[misc]
            await desk.hurry(tenant)
        await desk.finished(tenant)
    found = await shown(desk, tenant, version)
    assert (found.status, found.error) == ("failed", "the training ended with 1")
    assert not await desk.rows(tenant, "SELECT FROM dead_letters")


async def _given_back(desk: Desk, tenant: Tenant, attempts: int) -> bool:
    return any(work["attempts"] == attempts and work["leased_by"] is None for work in await desk.work(tenant))


async def test_what_a_child_says_is_a_result_or_its_reason() -> None:
    result = await trainer.train(lesson(defined(), SOME), Bounds())
    assert isinstance(result, Made)
    assert json.loads(json.dumps(result.metrics)) == result.metrics
    assert await trainer.train(lesson(defined(["greet"]), ()), Bounds()) == Invalid(
        "there is nothing to train on: add intents with utterances"
    )
