"""A provider that waits only so long hears by then that it should send again, however slow the database is."""

import asyncio

from frontdesk.core.tenant import Tenant
from frontdesk.rehearsal.slack import people
from frontdesk.store.db import Databases
from tests.installation import Installation


async def test_slack_is_answered_within_its_three_seconds(installation: Installation, tenant: Tenant) -> None:
    credentials = {"bot_token": "xoxb-1-test", "signing_secret": "s" * 32}
    channel, address = await installation.add_channel(
        tenant, "slack", credentials=credentials, api_base="http://127.0.0.1:9"
    )
    databases = await installation.app.get(Databases)
    request = people.says(channel, people.person(1), 1, "hello")
    async with databases.owner() as owner, asyncio.timeout(8):
        async with owner.transaction():
            await owner.execute("LOCK TABLE frontdesk.work IN ACCESS EXCLUSIVE MODE")
            async with (
                asyncio.timeout(3),
                installation.http.post(address, data=request.body, headers=request.headers) as answer,
            ):
                assert answer.status == 503
        async with installation.http.post(address, data=request.body, headers=request.headers) as answer:
            assert answer.status == 200
