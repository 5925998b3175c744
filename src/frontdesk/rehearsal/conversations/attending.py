"""What people at the desk do in a conversation test: take a conversation, answer in it, give it back."""

from uuid import UUID

from frontdesk.core.content import Content
from frontdesk.core.tenant import Tenant
from frontdesk.errors import FrontdeskError
from frontdesk.rehearsal.conversations.lane import Lane
from frontdesk.rehearsal.conversations.passing import Impossible
from frontdesk.rehearsal.conversations.script import Step
from frontdesk.services.desk import Desk
from frontdesk.services.tenants import tenancy
from frontdesk.store import agents


async def does(lane: Lane, tenant: Tenant, step: Step, conversation_id: UUID | None) -> None:
    """Do what a step says; Impossible where the desk refuses, unless that is what the step expects."""
    if conversation_id is None:
        raise Impossible("there is no conversation yet: somebody has to write first")
    agent_id = await _agent(lane, tenant, step)
    try:
        await _done(await lane.app.get(Desk), tenant, step, conversation_id, agent_id)
    except FrontdeskError as error:
        if error.code != step.refused:
            raise Impossible(f"the desk refused it ({error.code}): {error}") from None
    else:
        if step.refused:
            raise Impossible(f"the desk let it be done, and did not refuse it with {step.refused!r}")


async def _done(desk: Desk, tenant: Tenant, step: Step, conversation_id: UUID, agent_id: UUID | None) -> None:
    if step.answer is not None:
        await desk.answer(tenant, conversation_id, Content(text=step.answer), agent_id)
        return
    match step.desk:
        case "take":
            if agent_id is None:
                raise Impossible("who takes it? Name somebody with `agent`, who stands under `given` and `agents`")
            await desk.take(tenant, conversation_id, agent_id)
        case "release":
            await desk.release(tenant, conversation_id, agent_id)
        case "resolve":
            await desk.resolve(tenant, conversation_id, agent_id)
        case "summon":
            await desk.summon(tenant, conversation_id)


async def _agent(lane: Lane, tenant: Tenant, step: Step) -> UUID | None:
    if step.agent is None:
        return None
    async with lane.databases.tenant(tenancy(tenant), durable=False) as tx:
        known = {row["name"]: row["id"] for row in await agents.listed(tx)}
    if step.agent not in known:
        there = ", ".join(known) or "nobody: agents stand under `given`"
        raise Impossible(f"there is no agent {step.agent!r}; there is {there}")
    return UUID(str(known[step.agent]))
