"""Training data beside the utterances: synonyms, regexes and lookups; and all of it as a file, in and out."""

import asyncio
from enum import StrEnum
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, Field

from frontdesk.errors import InvalidInput, UnsupportedMediaType
from frontdesk.store import training_sections
from frontdesk.store.training_sections import Section
from frontdesk.understanding.intents import texts
from frontdesk.understanding.intents.importing import Changes, Mode
from frontdesk.understanding.intents.texts import Form
from frontdesk.understanding.intents.workshop import Workshop, data_of
from frontdesk.web.api.intents import Writer
from frontdesk.web.api.shapes import Limit, Page, Text, page
from frontdesk.web.auth import Container, CurrentTenant, InTenant, needs

router = APIRouter(tags=["intents"], prefix="/tenants/{tenant}/intents")

TYPES: dict[str, Form] = {
    "application/yaml": "yaml",
    "application/x-yaml": "yaml",
    "text/yaml": "yaml",
    "text/x-yaml": "yaml",
    "application/json": "yaml",
    "text/csv": "csv",
    "text/tab-separated-values": "csv",
}
MEDIA_TYPES: dict[Form, str] = {"yaml": "application/yaml; charset=utf-8", "csv": "text/csv; charset=utf-8"}
FILES: dict[str, dict[str, Any]] = {"application/yaml": {}, "text/csv": {"schema": {"type": "string"}}}

Name = Annotated[str, Field(max_length=500)]
Said = Annotated[Text, Field(min_length=1, max_length=5000)]


class Kind(StrEnum):
    """Parts of training data that have names of their own."""

    SYNONYMS = "synonyms"
    REGEXES = "regexes"
    LOOKUPS = "lookups"


KINDS: dict[Kind, training_sections.Kind] = {
    Kind.SYNONYMS: "synonym",
    Kind.REGEXES: "regex",
    Kind.LOOKUPS: "lookup",
}


class SectionOut(BaseModel):
    name: str
    examples: list[str]

    @classmethod
    def of(cls, section: Section) -> "SectionOut":
        said = [item if isinstance(item, str) else item.get("text") for item in section.content.get("examples", ())]
        return cls(name=section.name, examples=[text for text in said if text is not None])


class Examples(BaseModel):
    examples: list[Said] = Field(max_length=10_000, examples=[["NYC", "big apple"]])


@router.get(
    "/training/{kind}",
    summary="List synonyms, regexes or lookups by name",
    dependencies=[Depends(needs("intents:read"))],
)
async def listed(
    kind: Kind, transactions: InTenant, cursor: Annotated[Text, Query(max_length=500)] = "", limit: Limit = 50
) -> Page[SectionOut]:
    async with transactions(durable=False) as tx:
        found = await training_sections.listed(tx, KINDS[kind], after=cursor, limit=limit)
    return page([SectionOut.of(section) for section in found], limit, "name")


@router.put("/training/{kind}/{name:path}", summary="Set a synonym, regex or lookup")
async def put(
    kind: Kind, name: Name, body: Examples, tenant: CurrentTenant, container: Container, key: Writer
) -> SectionOut:
    section = Section(KINDS[kind], texts.section_name(name), {"examples": body.examples})
    return SectionOut.of(await (await container.get(Workshop)).keep_section(tenant, section, key.name))


@router.delete("/training/{kind}/{name:path}", status_code=204, summary="Remove a synonym, regex or lookup")
async def remove(kind: Kind, name: Name, tenant: CurrentTenant, container: Container, key: Writer) -> None:
    await (await container.get(Workshop)).remove_section(tenant, KINDS[kind], name, key.name)


@router.post(
    "/import",
    summary="Take training data in: Rasa NLU YAML or CSV",
    openapi_extra={
        "requestBody": {"required": True, "content": FILES},
    },
)
async def bring_in(
    request: Request,
    tenant: CurrentTenant,
    container: Container,
    key: Writer,
    mode: Annotated[
        Mode,
        Query(description="`merge` adds to what is there; `replace` makes the file all the training data there are."),
    ] = "merge",
    dry_run: Annotated[bool, Query(description="Change nothing, and say what would change.")] = False,
) -> Changes:
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type not in TYPES:
        raise UnsupportedMediaType(
            f"send Rasa NLU YAML as application/yaml or CSV as text/csv, not {media_type[:60]!r}"
        )
    data = await asyncio.to_thread(texts.read, await request.body(), TYPES[media_type])
    return await (await container.get(Workshop)).bring_in(tenant, data, mode, key.name, dry_run=dry_run)


@router.get(
    "/export",
    summary="Give all training data out",
    response_class=Response,
    responses={200: {"content": FILES}},
    dependencies=[Depends(needs("intents:read"))],
)
async def export(
    transactions: InTenant,
    form: Annotated[Form, Query(description="CSV holds utterances and their entities only.")] = "yaml",
) -> Response:
    async with transactions(durable=False) as tx:
        data = await data_of(tx)
    if form == "csv" and not data.utterances:
        raise InvalidInput("there are no utterances to give out as CSV")
    content = await asyncio.to_thread(texts.write, data, form)
    name = f"{transactions.tenant.code}.{'yml' if form == 'yaml' else 'csv'}"
    disposition = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(content.encode(), media_type=MEDIA_TYPES[form], headers=disposition)
