"""The demo tenant: Harbour Clinic, with a web chat and intents of its own."""

import asyncio
from importlib import resources

import yaml
from dishka import AsyncContainer
from rich.console import Console
from rich.panel import Panel

from frontdesk.cli import harbour
from frontdesk.core.channel import Channel
from frontdesk.core.intents import Intent
from frontdesk.core.sealing import Seal
from frontdesk.core.tenant import Tenant
from frontdesk.services.provisioning import Provisioning
from frontdesk.services.tenants import tenancy
from frontdesk.settings import Settings
from frontdesk.store import channels, intent_models, intents, keys, tenants
from frontdesk.store.db import Databases
from frontdesk.understanding.intents import rasa
from frontdesk.understanding.intents.versions import Versions
from frontdesk.understanding.intents.workshop import Workshop

CODE = "demo"
TRAINING_SECONDS = 15.0
LOOK_SECONDS = 0.2
SETTINGS = {
    "languages": ["en", "es"],
    "time_zone": "Europe/Lisbon",
    "region": "PT",
    "facts": {"name": {"merge": "latest"}},
    "persona": {"name": "Marina", "tone": "friendly"},
    "desk": {"after_misses": 3, "upset_below": -0.5},
    "keyword_rules": [
        {
            "keywords": ["opening hours", "open", "hours", "closed"],
            "reply": "Harbour Clinic is open Monday to Friday, 8:00 to 18:00, and Saturday from 9:00 to 13:00.",
            "buttons": ["Where are you?", "Book a visit"],
        },
        {
            "keywords": ["where are you", "address", "location", "directions"],
            "reply": "You find us at 1 Harbour Street, two minutes from the ferry. Tram 4 stops at the door.",
        },
        {"keywords": ["talk to a person"], "handler": "handoff"},
    ],
}


async def prepare(app: AsyncContainer, base_url: str) -> None:
    """Make the demo tenant if it is not there, and print where it is."""
    tenant = await _tenant(app)
    channel = await _channel(app, tenant)
    is_trained = await _intents(app, tenant)
    settings = await app.get(Settings)
    key = None if settings.admin_key else await _key(app)
    page = f"{base_url}/widget/demo.html?tenant={CODE}&channel={channel.credentials['path_token']}"
    lines = [f"[bold]Chat[/bold]      {page}", f"[bold]API[/bold]       {base_url}/api/openapi.json"]
    lines += [f"[bold]API key[/bold]   {key} (valid for a day)"] if key else []
    lines += [
        f"[bold]Health[/bold]    {base_url}/health",
        *([] if is_trained else ["", "It is still being taught what people ask: until then it knows keywords only."]),
        "",
        "Ctrl-C stops it; what was said is kept in " + str(settings.data_dir),
    ]
    console = Console(soft_wrap=True)
    console.print(
        Panel.fit("\n".join(lines), title="Frontdesk is ready")
        if console.is_terminal
        else "\n".join(["Frontdesk is ready", *lines])
    )


async def _tenant(app: AsyncContainer) -> Tenant:
    async with (await app.get(Databases)).platform() as tx:
        found = await tenants.load(tx, CODE)
    if found and found.status == "active":
        return found
    return await (await app.get(Provisioning)).create_tenant(
        CODE, "Harbour Clinic", settings=tenants.read_settings(SETTINGS), actor="demo"
    )


async def _channel(app: AsyncContainer, tenant: Tenant) -> Channel:
    databases, seal = await app.get(Databases), await app.get(Seal)
    async with databases.tenant(tenancy(tenant)) as tx:
        found = [channel for channel in await channels.listed(tx, seal, tenant.code) if channel.kind == "web"]
    if found:
        return found[0]
    looks = {"heading": "Harbour Clinic", "greeting": "Welcome! Ask about opening hours, or book a visit."}
    channel, _ = await (await app.get(Provisioning)).add_channel(tenant, "web", "Website", settings=looks, actor="demo")
    return channel


async def _intents(app: AsyncContainer, tenant: Tenant) -> bool:
    """Have the demo's intents trained, where there are none, and wait a while; say whether that is done."""
    databases, workshop = await app.get(Databases), await app.get(Workshop)
    async with databases.tenant(tenancy(tenant)) as tx:
        if await intents.listed(tx):
            return True
    files = resources.files(harbour)
    for definition in yaml.safe_load((files / "intents.yml").read_text("utf-8")):
        await workshop.define(tenant, Intent.model_validate(definition), "demo")
    await workshop.bring_in(tenant, rasa.read((files / "nlu.yml").read_bytes()), "merge", "demo")
    version = await (await app.get(Versions)).train(tenant, "demo", promote=True)
    for _ in range(int(TRAINING_SECONDS / LOOK_SECONDS)):
        async with databases.tenant(tenancy(tenant)) as tx:
            if (await intent_models.load(tx, version)).status not in ("queued", "training"):
                return True
        await asyncio.sleep(LOOK_SECONDS)
    return False


async def _key(app: AsyncContainer) -> str:
    async with (await app.get(Databases)).platform() as tx:
        return await keys.add_for_a_day(tx, "demo", None, ["*"])
