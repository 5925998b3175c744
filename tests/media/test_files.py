"""The store of bytes: the same in a folder and in a bucket, each tenant's apart, and plain words when it is away."""

import urllib.request
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from moto.server import ThreadedMotoServer

from frontdesk.core.content import Content, OutboundMedia, Template
from frontdesk.errors import ChannelUnreachable, ConfigurationError, DeliveryRejected, MediaUnavailable, NotFound
from frontdesk.media import Files
from tests.builders import an_outbound


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    """An S3-compatible server of our own with one bucket."""
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    address = "http://{}:{}".format(*server.get_host_and_port())
    urllib.request.urlopen(urllib.request.Request(f"{address}/bucket", method="PUT", data=b"")).close()
    yield address
    server.stop()


def bucket(endpoint: str, prefix: str = "") -> str:
    return f"s3://bucket{prefix}?endpoint={endpoint}&region=us-east-1&access_key_id=hush-id&secret_access_key=hush-key"


@pytest.fixture(params=["folder", "file", "s3", "s3 below a prefix"])
def files(request: pytest.FixtureRequest, tmp_path: Path, endpoint: str) -> Files:
    match request.param:
        case "folder":
            return Files(tmp_path)
        case "file":
            return Files(tmp_path / "unused", f"file://{tmp_path}/some%20folder")
        case "s3":
            return Files(tmp_path, bucket(endpoint))
    return Files(tmp_path, bucket(endpoint, "/desk/media"))


async def test_a_file_is_kept_read_and_removed(files: Files) -> None:
    file_id, data = uuid4(), bytes(range(256)) * 8000
    await files.keep("acme", file_id, data)
    assert await files.read("acme", file_id) == data
    assert await files.holds("acme", file_id)
    assert b"".join([part async for part in await files.open("acme", file_id, 0, len(data))]) == data
    assert b"".join([part async for part in await files.open("acme", file_id, 10, 600_000)]) == data[10:600_000]
    await files.keep("acme", file_id, b"other")
    assert await files.read("acme", file_id) == b"other"
    await files.remove("acme", [file_id, uuid4()])
    assert not await files.holds("acme", file_id)
    with pytest.raises(NotFound):
        await files.read("acme", file_id)
    with pytest.raises(NotFound):
        await files.open("acme", file_id, 0, 1)


async def test_a_tenants_file_is_nobody_elses(files: Files) -> None:
    file_id = uuid4()
    await files.keep("acme", file_id, b"bytes")
    with pytest.raises(NotFound):
        await files.read("other", file_id)
    await files.remove("other", [file_id])
    assert await files.read("acme", file_id) == b"bytes"


async def test_the_folder_keeps_its_layout(tmp_path: Path) -> None:
    file_id = UUID("01a204c4-30ee-7ad4-abed-42a63b097b46")
    earlier = tmp_path / "media" / "acme" / "46" / file_id.hex
    earlier.parent.mkdir(parents=True)
    earlier.write_bytes(b"kept before")
    files = Files(tmp_path)
    assert await files.read("acme", file_id) == b"kept before"
    await files.keep("acme", file_id, b"kept now")
    assert earlier.read_bytes() == b"kept now"
    assert [path.name for path in earlier.parent.iterdir()] == [file_id.hex]


async def test_a_store_that_is_away_is_worth_another_try_and_tells_no_secret(tmp_path: Path, endpoint: str) -> None:
    nobody = Files(tmp_path, bucket("http://127.0.0.1:1"))
    no_bucket = Files(tmp_path, bucket(endpoint).replace("s3://bucket", "s3://elsewhere"))
    full = Files(tmp_path / "media")
    (tmp_path / "media" / "media" / "acme").write_text("a file where a folder should be")
    for files in (nobody, no_bucket, full):
        with pytest.raises(MediaUnavailable) as failed:
            await files.keep("acme", uuid4(), b"bytes")
        assert failed.value.retryable
        assert "hush" not in str(failed.value)
    assert "hush" not in repr(nobody.store)


async def test_a_message_whose_file_is_gone_fails_and_one_whose_store_is_away_waits(tmp_path: Path) -> None:
    media = OutboundMedia(type="image", stored=str(uuid4()))
    outbound = an_outbound(Content(type="image", media=(media,)))
    with pytest.raises(DeliveryRejected, match="is gone"):
        await Files(tmp_path).attached("acme", outbound)
    with pytest.raises(ChannelUnreachable):
        await Files(tmp_path, bucket("http://127.0.0.1:1")).attached("acme", outbound)


async def test_a_messages_files_are_filled_in(tmp_path: Path) -> None:
    files, file_id = Files(tmp_path), uuid4()
    await files.keep("acme", file_id, b"bytes")
    stored = OutboundMedia(type="image", stored=str(file_id))
    linked = OutboundMedia(type="image", url="https://example.org/x.png")
    template = Template(name="visit", language="en", header=stored)
    filled = await files.attached("acme", an_outbound(Content(media=(stored, linked), template=template)))
    assert [media.data for media in filled.content.media] == [b"bytes", None]
    assert filled.content.template
    assert filled.content.template.header
    assert filled.content.template.header.data == b"bytes"


@pytest.mark.parametrize(
    "url",
    ["s3://", "s3://bucket?acess_key_id=hush", "ftp://host/x", "file:///", "file://host/x", "http://minio:9000/x"],
)
def test_an_address_that_can_not_be_used_is_named_without_its_secrets(url: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="FRONTDESK_MEDIA_URL") as refused:
        Files(tmp_path, url)
    assert "hush" not in str(refused.value)
