"""Holds one case: makes its tenant, goes through its steps, and says where it went another way."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from frontdesk.core.tenant import Tenant, TenantSettings
from frontdesk.errors import FrontdeskError
from frontdesk.rehearsal.conversations import stored
from frontdesk.rehearsal.conversations.cases import Case, Placed
from frontdesk.rehearsal.conversations.deeds import BOT_NAME
from frontdesk.rehearsal.conversations.expecting import of_buttons, of_state, of_words
from frontdesk.rehearsal.conversations.given import Person
from frontdesk.rehearsal.conversations.lane import Lane
from frontdesk.rehearsal.conversations.modelling import speaking
from frontdesk.rehearsal.conversations.passing import Impossible, at_rest, moment, show
from frontdesk.rehearsal.conversations.results import Failure, Result
from frontdesk.rehearsal.conversations.script import AT_THE_DESK, PASSING, Step
from frontdesk.rehearsal.conversations.stored import Standing
from frontdesk.rehearsal.conversations.talk import SOMEBODY, Talk
from frontdesk.rehearsal.conversations.teaching import Lessons
from frontdesk.rehearsal.installation import Bot
from frontdesk.rehearsal.stages import STAGES, Stage
from frontdesk.services.provisioning import Provisioning, webhook_path
from frontdesk.services.rulemaking import Rulemaking
from frontdesk.services.tenants import Directory, tenancy
from frontdesk.store import agents

ACTOR = "conversation tests"
REST_SECONDS = 5.0
WHY = ("handler", "recognition", "language", "evidence", "effects")
LEARNED: Mapping[str, Mapping[str, Any]] = {"telegram": {"bot_username": BOT_NAME}}
"""What a doctor would have learned of the bot."""


@dataclass(slots=True)
class Held:
    """How far a case is: what was said, and the step whose words are expected."""

    talk: Talk
    transcript: list[str] = field(default_factory=list)
    heard: int = 0
    expecting: Placed | None = None
    before: Any = None


async def hold(lane: Lane, case: Case, lessons: Lessons) -> Result:
    """Hold one case; nothing of it stays but the tenant, emptied, for the next one."""
    started = time.perf_counter()
    failure, broke = None, False
    try:
        if case.moves_the_clock:
            begin = case.given.clock
            await show(lane, moment(begin, case.settings.zone) if begin else lane.clock.now)
        async with (
            speaking(case.given.model, case.settings) as settings,
            _tenant(lane, case, settings, lessons) as tenant,
            STAGES[case.channel](tenant.code, (0.0, 0.0)) as stage,
        ):
            failure = await _through(case, await _begun(lane, case, tenant, stage))
    except Impossible as error:
        failure, broke = Failure(line=case.line, number=0, faults=(str(error),)), True
    except Exception as error:
        words = f"the test could not be run: {type(error).__name__}: {error}"
        failure, broke = Failure(line=case.line, number=0, faults=(words,)), True
    finally:
        if case.moves_the_clock:
            await show(lane, None)
    broke = broke or bool(failure and failure.why.get("impossible"))
    return Result(case=case, seconds=time.perf_counter() - started, failure=failure, broke=broke)


@contextlib.asynccontextmanager
async def _tenant(lane: Lane, case: Case, settings: TenantSettings, lessons: Lessons) -> AsyncIterator[Tenant]:
    """Yield a tenant with the case's settings and intents, an emptied one where there is one."""
    provisioning, directory = await lane.app.get(Provisioning), await lane.app.get(Directory)
    lesson = lessons.key(case)
    free = lane.free.setdefault(lesson, [])
    if free:
        document = settings.model_dump(mode="json", exclude_unset=True)
        tenant = await provisioning.change_settings(free.pop(), document, actor=ACTOR)
    else:
        lane.made += 1
        code = f"{lane.name}x{lane.made}"
        tenant = await provisioning.create_tenant(code, "Test", settings=settings, actor=ACTOR)
        await lessons.teach(lane, tenant, case)
    try:
        yield tenant
    finally:
        if await asyncio.shield(_emptied(lane, tenant)):
            await directory.changed(tenant.code)
            free.append(tenant.code)


async def _emptied(lane: Lane, tenant: Tenant) -> bool:
    """Leave nothing of a conversation, once its work is done; False where that does not end."""
    with contextlib.suppress(Impossible):
        await at_rest(lane, tenant.code, REST_SECONDS)
        await stored.empty(lane.owner, tenant.code, lane.busy)
        return True
    return False


async def _begun(lane: Lane, case: Case, tenant: Tenant, stage: Stage) -> Talk:
    provisioning = await lane.app.get(Provisioning)
    channel, token = await provisioning.add_channel(
        tenant,
        case.channel,
        case.channel,
        credentials=stage.credentials,
        api_base=stage.api_base,
        settings={**LEARNED.get(case.channel, {}), **stage.learned, **case.channel_settings},
        actor=ACTOR,
    )
    bot = Bot(tenant, channel, webhook_path(tenant.code, case.channel, token))
    talk = Talk(lane, bot, stage, case.file.parent)
    given = case.given
    for name in [*given.contacts, *([SOMEBODY] if given.variables and not given.contacts else [])]:
        known = given.contacts.get(name, Person())
        person = talk.person(name)
        sender = f"U{person[1:]}" if case.channel == "slack" else person
        await stored.give(lane.databases, tenant, channel.id, (person, sender), known, given.variables)
    await _staffed(lane, case, tenant)
    return talk


async def _staffed(lane: Lane, case: Case, tenant: Tenant) -> None:
    """Let there be the agents, and the rules that count; Impossible where rules name what there is not."""
    async with lane.databases.tenant(tenancy(tenant)) as tx:
        for agent in case.given.agents.values():
            await agents.add(tx, agent.model_dump())
    if case.given.rules:
        rulemaking = await lane.app.get(Rulemaking)
        try:
            await rulemaking.rewrite(tenant, case.given.rules, ACTOR)
            await rulemaking.publish(tenant, ACTOR)
        except FrontdeskError as error:
            raise Impossible(str(error)) from None


async def _through(case: Case, talk: Talk) -> Failure | None:
    """Go through the steps; return where and how it went another way."""
    held = Held(talk)
    for number, placed in enumerate(case.steps, 1):
        try:
            faults = await _step(held, placed)
        except Impossible as error:
            return _failed(held, placed, number, [str(error)], Standing(), {"impossible": True})
        if faults:
            return _failed(held, placed, number, faults, await talk.stands())
    if left := _unexpected(held):
        return _failed(held, held.expecting or case.steps[-1], len(case.steps), left, await talk.stands())
    return None


async def _step(held: Held, placed: Placed) -> list[str]:
    """Do what a step says and return what differs from what it expects."""
    talk, step = held.talk, placed.step
    if step.act:
        if left := _unexpected(held):
            return left
        held.before = (await talk.stands()).turn if step.act not in (*PASSING, *AT_THE_DESK) else None
        held.transcript.append(_done(step))
        await talk.does(step)
        held.transcript += [f"bot: {bubble}" for bubble in talk.waiting]
        held.heard, held.expecting = 0, None
        if mishaps := await talk.mishaps():
            return mishaps
    return await _judged(held, placed)


async def _judged(held: Held, placed: Placed) -> list[str]:
    talk, step = held.talk, placed.step
    faults = of_words(step.bot, talk.waiting[held.heard :])
    if step.bot:
        held.expecting = placed
        held.heard = min(held.heard + len(step.bot), len(talk.waiting))
    if step.silence and talk.waiting:
        faults.append(f"the bot said {'; '.join(map(str, talk.waiting))}, and not nothing")
    last = talk.waiting[held.heard - 1] if held.heard else talk.waiting[-1] if talk.waiting else None
    faults += of_buttons(step.buttons, last)
    now = await talk.stands()
    return faults + of_state(step, now, now.turn != held.before or step.act is None)


def _unexpected(held: Held) -> list[str]:
    """Return what the bot said besides, where a step has said what it says."""
    left = held.talk.waiting[held.heard :] if held.expecting else []
    return [f"the bot also said {'; '.join(map(str, left))}"] if left else []


def _failed(
    held: Held, placed: Placed, number: int, faults: list[str], now: Standing, more: Mapping[str, Any] | None = None
) -> Failure:
    record = {"handler": now.handler, **now.record}
    why = {name: record[name] for name in WHY if record.get(name) not in (None, [], "")}
    if isinstance(route := now.record.get("route"), dict):
        why["because"] = route.get("reason")
    why |= {"owner": now.owner, "mode": list(now.modes)} if now.turn else {}
    return Failure(
        line=placed.line,
        number=number,
        faults=tuple(faults),
        transcript=tuple(held.transcript),
        why={**why, **(more or {})},
    )


def _done(step: Step) -> str:
    """Say what a step does, for the transcript."""
    who = step.by or SOMEBODY
    what = step.act or ""
    value = getattr(step, what)
    if what in PASSING:
        return f"— {what} {value} —"
    if what in AT_THE_DESK:
        return (
            f"{step.agent or 'the desk'}: {value!r}" if what == "answer" else f"— {step.agent or 'the desk'}: {value} —"
        )
    place = f" (in {step.place})" if step.place else ""
    words = repr(value) if isinstance(value, str) else value.model_dump(exclude_none=True)
    return f"{who}{place}: {words}" if what == "user" else f"{who}{place} {what}: {words}"
