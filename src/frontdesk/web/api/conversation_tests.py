"""Conversation tests made from conversations."""

import asyncio
from uuid import UUID

from fastapi import APIRouter, Depends
from fastapi.responses import Response

from frontdesk.store import transcripts
from frontdesk.understanding.transcripts import reading, writing
from frontdesk.web.auth import CurrentTenant, InTenant, needs

router = APIRouter(tags=["conversations"], prefix="/tenants/{tenant}/conversations")


@router.get(
    "/{conversation_id}/test",
    summary="Make a conversation test from a conversation, with personal data masked",
    dependencies=[Depends(needs("conversations:read"))],
    response_class=Response,
    responses={200: {"content": {"application/yaml": {}}}},
)
async def make(conversation_id: UUID, tenant: CurrentTenant, transactions: InTenant) -> Response:
    """Return a file for `frontdesk test`: the first 500 messages, what was answered and by which handler. Names, e-mail
    addresses, phone and other long numbers, links and addresses are masked, each value the same wherever it stands.
    """
    async with transactions(durable=False) as tx:
        about, said, names = await transcripts.load(tx, conversation_id)
    held = reading.held(about, said, names, tenant.settings)
    text = await asyncio.to_thread(writing.write, held)
    return Response(text, media_type="application/yaml; charset=utf-8")
