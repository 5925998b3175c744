"""Versions of the intents as a tenant may have them: small, trained here or queued for a worker."""

from collections.abc import Iterable, Mapping
from typing import Any

from frontdesk.core.intents import Intent
from frontdesk.core.tenant import Tenant
from frontdesk.services.tenants import tenancy
from frontdesk.store import intent_models
from frontdesk.understanding.intents import rasa, trainee
from frontdesk.understanding.intents.data import Utterance, gathered
from tests.services.desk import Desk
from tests.understanding.intents.sentences import some

SOME = tuple(some(8))


def defined(names: Iterable[str] = (), **given: Mapping[str, Any]) -> dict[str, Intent]:
    """Return intents of these names, and others with what is given of them; of nothing named, all that are spoken of."""
    names = names or (() if given else dict.fromkeys(utterance.intent for utterance in SOME))
    return {name: Intent(name=name, **given.get(name, {})) for name in (*names, *given)}


def written(utterances: Iterable[Utterance]) -> str:
    return rasa.write(gathered(utterances))


def made(intents: Mapping[str, Intent], training: str) -> tuple[dict[str, Any], bytes | None]:
    """Train here and now; return what was measured, and the model."""
    fields = {
        "intents": trainee.definitions.dump_python(dict(intents), mode="json"),
        "willingness": 0.03,
    }
    answer, model = trainee.made(fields, training)
    return answer["metrics"], model or None


async def wanted(
    desk: Desk, tenant: Tenant, intents: Mapping[str, Intent], training: str, *, promote: bool = False
) -> int:
    """Queue a version's training, as the API would."""
    async with desk.databases.tenant(tenancy(tenant)) as tx:
        version = await intent_models.add(
            tx, tenant.code, intents=intents, training=training, wanted_by="tests", promote=promote
        )
    desk.live.wake(tenant.database, [tenant.code])
    return version


async def trained(
    desk: Desk, tenant: Tenant, intents: Mapping[str, Intent] | None = None, utterances: Iterable[Utterance] = SOME
) -> int:
    """Return a version that is ready, without a worker."""
    intents, training = intents or defined(), written(utterances)
    metrics, model = made(intents, training)
    version = await wanted(desk, tenant, intents, training)
    async with desk.databases.tenant(tenancy(tenant)) as tx:
        await tx.execute("DELETE FROM frontdesk.work WHERE group_key = $1", f"train:{tenant.code}")
        await intent_models.start(tx, version)
        await intent_models.finish(tx, version, model, metrics)
    return version
