"""Conversation tests made from conversations."""

import asyncio
from uuid import UUID

from fastapi import APIRouter, Depends
from fastapi.responses import PlainTextResponse

from frontdesk.store import transcripts
from frontdesk.understanding.transcripts import reading, writing
from frontdesk.web.auth import CurrentTenant, InTenant, needs

router = APIRouter(tags=["conversations"], prefix="/tenants/{tenant}/conversations")


class Yaml(PlainTextResponse):
    """A file in YAML."""

    media_type = "application/yaml"


@router.get(
    "/{conversation_id}/test",
    summary="Make a conversation test from a conversation, with personal data masked",
    dependencies=[Depends(needs("conversations:read"))],
    response_class=Yaml,
)
async def make(conversation_id: UUID, tenant: CurrentTenant, transactions: InTenant) -> Yaml:
    """Return a file for `frontdesk test`: the first 500 messages, what was answered and by which handler. Names, e-mail
    addresses, phone and other long numbers, links and addresses are masked, each value the same wherever it stands.
    """
    async with transactions(durable=False) as tx:
        about, said, names = await transcripts.load(tx, conversation_id)
    held = reading.held(about, said, names, tenant.settings)
    return Yaml(await asyncio.to_thread(writing.write, held))
