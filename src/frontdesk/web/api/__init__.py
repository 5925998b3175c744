"""The API under /api/v1: one file a noun; an endpoint reads the request, calls the store, shapes the answer."""

from fastapi import APIRouter

from frontdesk.web.api import channels, contacts, conversations, dead_letters, keys, messages, queues, tenants, turns

router = APIRouter(prefix="/api/v1")
for noun in (tenants, channels, contacts, conversations, messages, turns, queues, dead_letters, keys):
    router.include_router(noun.router)
