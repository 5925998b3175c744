"""`frontdesk contact`: hand out all there is of one person, or erase it."""

import asyncio
import os
import zipfile
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import IO, Annotated, Any
from uuid import UUID

import typer
from dishka import AsyncContainer
from rich.console import Console

from frontdesk.cli import session
from frontdesk.core.sealing import Seal
from frontdesk.core.tenant import Tenant
from frontdesk.errors import ConfigurationError, NotFound
from frontdesk.media import Files
from frontdesk.media.kinds import clean_name
from frontdesk.services.export import Export
from frontdesk.services.privacy import Erasure
from frontdesk.settings import Settings

app = typer.Typer(help="Contacts: all there is of one person.", no_args_is_help=True)
console = Console(soft_wrap=True)

Code = Annotated[str, typer.Argument(help="The tenant's code.", metavar="TENANT")]
Contact = Annotated[UUID, typer.Argument(help="The contact's id.", metavar="CONTACT")]


@app.command()
def export(
    tenant: Code,
    contact: Contact,
    out: Annotated[Path | None, typer.Option(help="The file to write; contact-….json or .zip without.")] = None,
    files: Annotated[bool, typer.Option("--files", help="A zip file, with the files beside the document.")] = False,
) -> None:
    """Write all there is of a contact into a file that only you can read."""
    path = out or Path(f"contact-{contact}.{'zip' if files else 'json'}")
    with _private(path) as file:
        try:
            session.run(lambda app: _export(app, tenant, contact, file, files))
        except BaseException:
            path.unlink()
            raise
    console.print(f"written to {path}")


@app.command()
def erase(
    tenant: Code,
    contact: Contact,
    yes: Annotated[bool, typer.Option("--yes", help="Ask nothing.")] = False,
) -> None:
    """Erase a contact, those merged into it, and all there is of them. There is no way back."""
    if not yes:
        typer.confirm(f"Erase contact {contact} of {tenant} for good?", abort=True)

    async def use(app: AsyncContainer) -> int:
        found = await session.tenant_named(app, tenant)
        return await (await app.get(Erasure)).erase(found, [contact], "cli")

    count = session.run(use)
    console.print(f"contact {contact} is erased, with {count} message{'' if count == 1 else 's'}")


def _private(path: Path) -> IO[bytes]:
    """Open a new file that only its owner may read."""
    try:
        return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")
    except FileExistsError:
        raise ConfigurationError(f"{path} is there already: name another file with --out") from None
    except OSError as error:
        raise ConfigurationError(f"{path} can't be written: {error.strerror}") from None


async def _export(app: AsyncContainer, code: str, contact: UUID, file: IO[bytes], files: bool) -> None:
    from frontdesk.web import media

    tenant, exports = await session.tenant_named(app, code), await app.get(Export)
    if not files:
        seal, settings = await app.get(Seal), await app.get(Settings)
        pieces = await exports.document(
            tenant, contact, lambda found: {"url": media.link(seal, settings, tenant.code, UUID(found["id"]))}
        )
        async for piece in pieces:
            file.write(piece)
        return
    named: dict[str, UUID] = {}

    def where(found: Mapping[str, Any]) -> dict[str, str]:
        name = f"files/{found['id']}-{clean_name(found['filename'], 'file')}"
        named[name] = UUID(found["file_id"])
        return {"file": name}

    await _zipped(await exports.document(tenant, contact, where), file, tenant, await app.get(Files), named)


async def _zipped(
    pieces: AsyncIterator[bytes], file: IO[bytes], tenant: Tenant, files: Files, named: Mapping[str, UUID]
) -> None:
    """Write the document, and then each of the files it names; `named` is filled while the document is read."""
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        with archive.open("contact.json", "w", force_zip64=True) as document:
            async for piece in pieces:
                document.write(piece)
        for name, file_id in named.items():
            try:
                data = await files.read(tenant.code, file_id)
            except NotFound:
                console.print(f"{name} is gone from the media store")
                continue
            await asyncio.to_thread(archive.writestr, name, data)
