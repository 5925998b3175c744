"""One provider's app posts the events of all its accounts to one address: each reaches the channel it is for, and no other."""

from typing import Any

import pytest

from frontdesk.core.channel import Channel
from frontdesk.core.tenant import Tenant
from frontdesk.rehearsal.slack import people as slack_people
from frontdesk.rehearsal.whatsapp import people
from frontdesk.services.provisioning import Provisioning
from tests.installation import Installation
from tests.web.lines import until

SECRET = "0123456789abcdef0123456789abcdef"
PERSON = people.person(1)


async def a_number(desk: Installation, tenant: Tenant, number: str, secret: str = SECRET) -> tuple[Channel, str]:
    credentials = {"access_token": "EAAtest", "app_secret": secret, "phone_number_id": number}
    return await desk.add_channel(tenant, "whatsapp", number, credentials=credentials, api_base="http://127.0.0.1:9")


async def written(desk: Installation, tenant: Tenant) -> list[tuple[str, str]]:
    """Return channel and text of all that was said to a tenant."""
    found = []
    for conversation in (await desk.api("GET", f"/tenants/{tenant.code}/conversations"))["items"]:
        path = f"/tenants/{tenant.code}/conversations/{conversation['id']}/messages"
        said = (await desk.api("GET", path))["items"]
        found += [(conversation["channel"], item["text"]) for item in said if item["direction"] == "inbound"]
    return sorted(found)


async def post(desk: Installation, address: str, channel: Channel, number: int, text: str) -> int:
    request = people.says(channel, PERSON, number, text)
    async with desk.http.post(address, data=request.body, headers=request.headers) as answer:
        return answer.status


async def test_a_second_number_of_the_tenant_gets_its_own_messages(installation: Installation, tenant: Tenant) -> None:
    (first, address), (second, _) = [await a_number(installation, tenant, number) for number in ("1001", "1002")]
    assert await post(installation, address, first, 1, "to the first") == 200
    assert await post(installation, address, second, 2, "to the second") == 200

    async def both() -> bool:
        return len(await written(installation, tenant)) == 2

    await until(both)
    assert await written(installation, tenant) == [("1001", "to the first"), ("1002", "to the second")]


async def test_another_tenant_behind_the_same_app_gets_its_messages(
    installation: Installation, tenant: Tenant, other_tenant: Tenant
) -> None:
    _, address = await a_number(installation, tenant, "2001")
    theirs, _ = await a_number(installation, other_tenant, "2002")
    assert await post(installation, address, theirs, 1, "to the other") == 200

    async def there() -> Any:
        return await written(installation, other_tenant)

    assert await until(there) == [("2002", "to the other")]
    assert await written(installation, tenant) == []


@pytest.mark.parametrize("fate", ["another secret", "removed", "nobody's"])
async def test_whoever_cannot_sign_for_a_channel_cannot_write_to_it(
    installation: Installation, tenant: Tenant, other_tenant: Tenant, fate: str
) -> None:
    mine, address = await a_number(installation, tenant, "3001")
    theirs, _ = await a_number(
        installation, other_tenant, "3002", secret="another" if fate == "another secret" else SECRET
    )
    forged = Channel(
        id=theirs.id,
        tenant=theirs.tenant,
        kind=theirs.kind,
        name=theirs.name,
        api_base=theirs.api_base,
        credentials={**theirs.credentials, "app_secret": SECRET}
        | ({"phone_number_id": "9999"} if fate == "nobody's" else {}),
    )
    if fate == "removed":
        provisioning = await installation.app.get(Provisioning)
        await provisioning.set_channel_status(other_tenant, theirs.id, "removed")
    assert await post(installation, address, forged, 1, "forged") == 200  # anything else would be sent again for days
    assert await post(installation, address, mine, 2, "my own") == 200

    async def there() -> Any:
        return await written(installation, tenant)

    assert await until(there) == [("3001", "my own")]
    assert await written(installation, other_tenant) == []


async def test_two_workspaces_of_one_app_share_its_address(installation: Installation, tenant: Tenant) -> None:
    channels = []
    for team in ("T0ONE", "T0TWO"):
        credentials = {"bot_token": f"xoxb-1-{team}", "signing_secret": SECRET}
        channels.append(
            await installation.add_channel(
                tenant,
                "slack",
                team,
                credentials=credentials,
                settings={"team_id": team},
                api_base="http://127.0.0.1:9",
            )
        )
    (first, address), (second, _) = channels
    for number, channel in enumerate((first, second), 1):
        request = slack_people.says(channel, slack_people.person(1), number, f"in {channel.name}")
        async with installation.http.post(address, data=request.body, headers=request.headers) as answer:
            assert answer.status == 200

    async def both() -> bool:
        return len(await written(installation, tenant)) == 2

    await until(both)
    assert await written(installation, tenant) == [("T0ONE", "in T0ONE"), ("T0TWO", "in T0TWO")]
