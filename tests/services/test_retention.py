"""Old media: deleted when their time is over, shared bytes with their last row, never by two at once."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID, uuid4

import pytest

from frontdesk.core.message import Media
from frontdesk.errors import MediaUnavailable, NotFound
from frontdesk.media import Files
from frontdesk.services.cleaning import Cleaning
from frontdesk.services.media import Keeping
from frontdesk.services.privacy import Erasure
from frontdesk.services.retention import Retention
from frontdesk.services.tenants import tenancy
from frontdesk.store import attachments
from tests.media.sounds import PNG
from tests.services.desk import Desk
from tests.services.provider import FileHost, a_message, arrived, rows


@pytest.fixture
async def host() -> AsyncIterator[FileHost]:
    async with FileHost({"a": PNG, "b": PNG + b"b", "same": PNG}) as running:
        yield running


async def kept(desk: Desk, host: FileHost, *refs: str, **settings: Any) -> tuple[Any, UUID]:
    """Return a new tenant and its message with these files, kept."""
    tenant = await desk.tenant(**settings)
    channel = await desk.channel(tenant, host.url)
    event = a_message(*(Media(type="image", ref=ref) for ref in refs))
    message_id = await arrived(desk, tenant, channel, event)
    await (await desk.app.get(Keeping)).keep(tenant, channel, message_id, event)
    return tenant, message_id


async def age(desk: Desk, tenant: Any, number: int, days: int) -> None:
    await desk.rows(
        tenant, f"UPDATE attachments SET kept_at = now() - '{days} days'::interval WHERE number = $1", number
    )


async def test_files_expire_when_their_tenants_time_is_over(desk: Desk, host: FileHost) -> None:
    files, retention = await desk.app.get(Files), await desk.app.get(Retention)
    short, message_id = await kept(desk, host, "a", "b", media={"keep_days": 7})
    usual, _ = await kept(desk, host, "a")
    for_ever, _ = await kept(desk, host, "a", media={"keep_days": None})
    for tenant, days in ((short, 8), (usual, 364), (for_ever, 5000)):
        await age(desk, tenant, 0, days)
    await retention.round()
    assert [row["status"] for row in await rows(desk, short)] == ["expired", "kept"]
    gone, left = await rows(desk, short)
    assert not await files.holds(short.code, gone["file_id"])
    assert await files.holds(short.code, left["file_id"])
    with pytest.raises(NotFound, match="time was over"):
        await (await desk.app.get(Keeping)).read(short, message_id, 0)
    assert len(host.fetched) == 4
    for tenant in (usual, for_ever):
        assert [row["status"] for row in await rows(desk, tenant)] == ["kept"]


async def test_shared_bytes_go_with_the_last_that_has_them(desk: Desk, host: FileHost) -> None:
    files, retention = await desk.app.get(Files), await desk.app.get(Retention)
    tenant, _ = await kept(desk, host, "a", "same")
    one, two = await rows(desk, tenant)
    assert one["file_id"] == two["file_id"]
    await age(desk, tenant, 0, 400)
    await retention.round()
    assert await files.holds(tenant.code, one["file_id"])
    await age(desk, tenant, 1, 400)
    await retention.round()
    assert not await files.holds(tenant.code, one["file_id"])


async def test_uploads_of_visitors_expire_too(desk: Desk, host: FileHost) -> None:
    tenant, _ = await kept(desk, host, "b")
    files, retention, upload = await desk.app.get(Files), await desk.app.get(Retention), uuid4()
    (row,) = await rows(desk, tenant)
    await files.keep(tenant.code, upload, PNG)
    given = attachments.Attachment(id=upload, sender="v", mime="image/png", filename="a.png", size=len(PNG))
    async with desk.databases.tenant(tenancy(tenant)) as tx:
        await attachments.add(tx, row["channel_id"], given, b"digest")
        assert (await attachments.load(tx, row["channel_id"], upload)).file_id == upload
    await desk.rows(tenant, "UPDATE attachments SET kept_at = now() - '400 days'::interval WHERE id = $1", upload)
    await retention.round()
    assert not await files.holds(tenant.code, upload)
    with pytest.raises(NotFound):
        async with desk.databases.tenant(tenancy(tenant)) as tx:
            await attachments.load(tx, row["channel_id"], upload)


async def test_a_store_that_is_away_leaves_everything_for_the_next_round(
    desk: Desk, host: FileHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    retention = await desk.app.get(Retention)
    tenant, _ = await kept(desk, host, "a")
    await age(desk, tenant, 0, 400)
    files = Files(desk.settings.data_dir, "s3://none?endpoint=http://127.0.0.1:1&region=x")
    broken = Retention(desk.databases, Cleaning(desk.databases, files, await desk.app.get(Erasure)))
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "x")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "x")
    with pytest.raises(MediaUnavailable):
        await files.read(tenant.code, uuid4())
    assert await broken.round() == 0
    assert [row["status"] for row in await rows(desk, tenant)] == ["kept"]
    assert await retention.round() == 1


async def test_only_one_process_goes_round(desk: Desk, host: FileHost) -> None:
    retention = await desk.app.get(Retention)
    tenant, _ = await kept(desk, host, "a")
    await age(desk, tenant, 0, 400)
    other = await desk.databases.session("primary", {})
    assert await attachments.try_alone(other)
    assert await retention.round() == 0
    await other.close()
    assert await retention.round() == 1
