"""`frontdesk contact`: a file only its owner may read, with or without the files, and an erasure that asks first."""

import asyncio
import json
import stat
import zipfile
from typing import Any

import pytest

from frontdesk import embedded, settings
from frontdesk.core.message import Media
from frontdesk.services.media import Keeping
from tests.cli.command import Command
from tests.media.sounds import PNG
from tests.services.desk import Desk
from tests.services.provider import FileHost, a_message, arrived

NOBODY = "00000000-0000-0000-0000-000000000000"


@pytest.fixture(scope="module")
async def contact(command: Command) -> str:
    """A contact of tenant `band` who sent a picture twice."""
    loaded = settings.load(data_dir=command.data_dir, fetch_hosts="127.0.0.0/8")
    with embedded.running(loaded) as servers:
        async with FileHost({"a": PNG}) as host, Desk.opened(loaded, servers) as desk:
            tenant = await desk.tenant("band")
            channel = await desk.channel(tenant, host.url)
            event = a_message(Media(type="image", ref="a", filename="../score.png"), Media(type="image", ref="a"))
            message_id = await arrived(desk, tenant, channel, event)
            await (await desk.app.get(Keeping)).keep(tenant, channel, message_id, event)
            (row,) = await desk.rows(tenant, "SELECT id FROM contacts")
    return str(row["id"])


async def test_a_contact_is_written_to_a_file_nobody_else_reads(command: Command, contact: str) -> None:
    path = command.data_dir / "one.json"
    done = await command("contact", "export", "band", contact, "--out", str(path))
    assert str(path) in done.out
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    document = json.loads(path.read_text())
    assert [each["id"] for each in document["contacts"]] == [contact]
    assert all(each["url"].startswith("/media/band/") for each in document["attachments"])


async def test_files_come_in_a_zip_beside_the_document(command: Command, contact: str) -> None:
    path = command.data_dir / "one.zip"
    await command("contact", "export", "band", contact, "--files", "--out", str(path))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with zipfile.ZipFile(path) as archive:
        document: dict[str, Any] = json.loads(archive.read("contact.json"))
        names = [each["file"] for each in document["attachments"]]
        assert sorted(archive.namelist()) == sorted(["contact.json", *names])
        assert [archive.read(name) for name in names] == [PNG, PNG]
    assert not [name for name in names if name.count("/") != 1]


async def test_what_can_not_be_written_leaves_no_file(command: Command, contact: str) -> None:
    path, taken = command.data_dir / "none.json", command.data_dir / "taken.json"
    taken.write_text("mine")
    unknown, nowhere, there = await asyncio.gather(
        command("contact", "export", "band", NOBODY, "--out", str(path), code=1),
        command("contact", "export", "band", contact, "--out", str(command.data_dir / "no" / "such"), code=1),
        command("contact", "export", "band", contact, "--out", str(taken), code=1),
    )
    assert "is there already" in there.err
    assert taken.read_text() == "mine"
    assert f"no contact {NOBODY}" in unknown.err
    assert "can't be written" in nowhere.err
    assert not path.exists()


async def test_an_erasure_asks_first(command: Command, contact: str) -> None:
    asked = await command("contact", "erase", "band", contact, code=1)
    assert "for good?" in asked.said
    done = await command("contact", "erase", "band", contact, "--yes")
    assert f"contact {contact} is erased, with 1 message" in done.out
