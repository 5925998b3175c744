"""Inbound media: fetched once, told by their bytes, kept or refused with words, tried again where that helps."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from frontdesk import queue
from frontdesk.core import wire
from frontdesk.core.message import Media
from frontdesk.core.wire import Brought
from frontdesk.errors import (
    ChannelUnauthorised,
    ChannelUnreachable,
    DeliveryError,
    DeliveryRejected,
    InvalidInput,
    NotFound,
)
from frontdesk.media import Files
from frontdesk.queue import Cursor, Item
from frontdesk.services.media import Keeping
from tests.media.sounds import JPEG, PNG
from tests.services.desk import Desk
from tests.services.provider import FileHost, a_message, arrived, rows

PAGE = b"<!doctype html><script>alert(1)</script>"
PHOTO = Media(type="image", ref="photo", mime="image/jpeg", filename="../cat\u202e.png", size=len(PNG))


@pytest.fixture
async def host() -> AsyncIterator[FileHost]:
    async with FileHost({"photo": PNG, "other": JPEG, "page": PAGE, "again": PNG}) as running:
        yield running


@pytest.fixture
async def keeping(desk: Desk) -> Keeping:
    return await desk.app.get(Keeping)


async def bring(desk: Desk, host: FileHost, *media: Media, **settings: Any) -> tuple[Any, Any, UUID, Any]:
    """Return tenant, channel, id and event of a message that brought these files."""
    tenant = await desk.tenant(**settings)
    channel = await desk.channel(tenant, host.url)
    event = a_message(*media)
    return tenant, channel, await arrived(desk, tenant, channel, event), event


async def test_files_are_kept_as_what_their_bytes_say(desk: Desk, host: FileHost, keeping: Keeping) -> None:
    page = Media(type="image", ref="page", mime="image/png")
    tenant, channel, message_id, event = await bring(desk, host, PHOTO, page)
    photo, page_row = await keeping.keep(tenant, channel, message_id, event)
    assert (photo.status, photo.mime, photo.filename, photo.size) == ("kept", "image/png", "_cat_.png", len(PNG))
    assert photo.sha256 == hashlib.sha256(PNG).digest()
    assert (page_row.status, page_row.mime, page_row.number) == ("kept", "text/html", 1)
    found = await keeping.read(tenant, message_id, 0)
    assert (found.data, found.mime, found.filename) == (PNG, "image/png", "_cat_.png")
    assert [row["status"] for row in await rows(desk, tenant)] == ["kept", "kept"]


async def test_a_file_is_fetched_once_however_many_ask(desk: Desk, host: FileHost, keeping: Keeping) -> None:
    tenant, channel, message_id, event = await bring(desk, host, PHOTO)
    host.slow = 0.2
    calls = [keeping.keep(tenant, channel, message_id, event) for _ in range(4)]
    reads = [keeping.read(tenant, message_id, 0) for _ in range(4)]
    found = await asyncio.gather(*calls, *reads)
    assert host.fetched == ["photo"]
    assert len({each[0].id for each in found[:4]}) == 1  # type: ignore[index]
    await keeping.keep(tenant, channel, message_id, event)
    assert host.fetched == ["photo"]


async def test_a_claim_whose_holder_vanished_is_taken_over(desk: Desk, host: FileHost, keeping: Keeping) -> None:
    tenant, channel, message_id, event = await bring(desk, host, PHOTO)
    await desk.rows(
        tenant,
        "INSERT INTO attachments (channel_id, message_id, number, claimed_until) VALUES ($1, $2, 0, now() + '0.4 s')",
        channel.id,
        message_id,
    )
    (kept,) = await keeping.keep(tenant, channel, message_id, event)
    assert kept.status == "kept"


@pytest.mark.parametrize(
    ("settings", "media", "words"),
    [
        ({"max_bytes": 10}, PHOTO, "at most 10 are kept"),
        ({"max_bytes": 10}, Media(type="image", ref="photo"), "at most 10 are kept"),
        ({"types": ["audio/*", "image/jpeg"]}, PHOTO, "files of type image/png are not kept"),
        ({"types": ["image/*"]}, Media(type="image", ref="page", mime="image/png"), "type text/html"),
    ],
)
async def test_what_a_tenant_does_not_take_is_refused_with_words(
    desk: Desk, host: FileHost, keeping: Keeping, settings: dict[str, Any], media: Media, words: str
) -> None:
    tenant, channel, message_id, event = await bring(desk, host, media, media=settings)
    (refused,) = await keeping.keep(tenant, channel, message_id, event)
    assert refused.status == "refused"
    assert words in (refused.error or "")
    with pytest.raises(DeliveryRejected, match=words):
        await keeping.read(tenant, message_id, 0)
    assert len(host.fetched) == (0 if media.size and "max_bytes" in settings else 1)


async def test_a_file_the_provider_no_longer_has_is_failed_for_good(
    desk: Desk, host: FileHost, keeping: Keeping
) -> None:
    tenant, channel, message_id, event = await bring(desk, host, Media(type="image", ref="gone"), PHOTO)
    failed, kept = await keeping.keep(tenant, channel, message_id, event)
    assert (failed.status, kept.status) == ("failed", "kept")
    assert "no longer has this file" in (failed.error or "")
    await keeping.keep(tenant, channel, message_id, event)
    assert host.fetched.count("gone") == 1


@pytest.mark.parametrize(("status", "error"), [(502, ChannelUnreachable), (401, ChannelUnauthorised)])
async def test_what_may_go_well_later_is_tried_again(
    desk: Desk, host: FileHost, keeping: Keeping, status: int, error: type[DeliveryError]
) -> None:
    tenant, channel, message_id, event = await bring(desk, host, PHOTO, Media(type="image", ref="other"))
    host.failing = status
    with pytest.raises(error):
        await keeping.keep(tenant, channel, message_id, event)
    assert host.fetched == ["photo", "other"]
    waiting = await rows(desk, tenant)
    assert [(row["status"], row["claimed_until"]) for row in waiting] == [("pending", None)] * 2
    assert all(row["error"] for row in waiting)
    host.failing = None
    kept = await keeping.keep(tenant, channel, message_id, event)
    assert [(each.status, each.error) for each in kept] == [("kept", None)] * 2


async def test_the_same_bytes_are_kept_once(desk: Desk, host: FileHost, keeping: Keeping) -> None:
    tenant, channel, first, event = await bring(desk, host, PHOTO)
    again = a_message(Media(type="image", ref="again"))
    second = await arrived(desk, tenant, channel, again)
    (one,) = await keeping.keep(tenant, channel, first, event)
    (two,) = await keeping.keep(tenant, channel, second, again)
    assert two.id != one.id
    assert two.file_id == one.file_id == one.id
    assert (await keeping.read(tenant, second, 0)).data == PNG


async def test_bytes_that_were_lost_are_fetched_again(desk: Desk, host: FileHost, keeping: Keeping) -> None:
    tenant, channel, message_id, event = await bring(desk, host, PHOTO)
    (kept,) = await keeping.keep(tenant, channel, message_id, event)
    assert kept.file_id
    await (await desk.app.get(Files)).remove(tenant.code, [kept.file_id])
    assert (await keeping.read(tenant, message_id, 0)).data == PNG
    assert host.fetched == ["photo", "photo"]


async def test_the_provider_hears_that_a_file_is_kept_and_its_failure_changes_nothing(
    desk: Desk, host: FileHost, keeping: Keeping
) -> None:
    tenant = await desk.tenant()
    credentials = {"number": "+4915112345678"}
    channel, _ = await desk.provisioning.add_channel(
        tenant, "signal", "line", credentials=credentials, api_base=host.url, actor="tests"
    )
    for ref, status in (("photo", None), ("other", 500)):
        event = a_message(Media(type="image", ref=ref))
        message_id = await arrived(desk, tenant, channel, event)
        host.failing_deletions = status
        (kept,) = await keeping.keep(tenant, channel, message_id, event)
        assert kept.status == "kept"
    assert host.deleted == ["photo", "other"]


async def test_what_is_no_attachment_is_not_found(desk: Desk, host: FileHost, keeping: Keeping) -> None:
    tenant, _, message_id, _ = await bring(desk, host, PHOTO)
    for message, number in ((message_id, 1), (message_id, -1), (message_id, 10**20), (uuid4(), 0)):
        with pytest.raises(NotFound):
            await keeping.read(tenant, message, number)
    assert await rows(desk, tenant) == []


async def test_work_keeps_the_files_and_ends(desk: Desk, host: FileHost, keeping: Keeping) -> None:
    tenant, channel, message_id, _ = await bring(desk, host, PHOTO)
    for brought in (message_id, uuid4()):  # the second is of a message that is gone
        payload = wire.dump_media(Brought(channel_id=channel.id, message_id=brought))
        item = Item(tenant=tenant.code, group=f"media:{brought}", kind=wire.MEDIA, payload=payload)
        async with desk.databases.platform() as tx:
            await queue.put(tx, [item])
            lasting = timedelta(seconds=10)
            (work,) = await queue.lease(tx, {tenant.code: Cursor()}, "w", limit=1, lasting=lasting)
        await keeping.work(work)
    assert await desk.work(tenant) == []
    assert [row["status"] for row in await rows(desk, tenant)] == ["kept"]


def test_work_for_files_can_be_edited_as_what_it_is() -> None:
    payload = wire.dump_media(Brought(channel_id=UUID(int=1), message_id=UUID(int=2)))
    assert wire.load_media(wire.checked(wire.MEDIA, payload)).message_id == UUID(int=2)
    with pytest.raises(InvalidInput, match="message_id"):
        wire.checked(wire.MEDIA, '{"channel_id": "00000000-0000-0000-0000-000000000001"}')
