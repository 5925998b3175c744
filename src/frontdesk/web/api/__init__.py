"""The API under /api/v1: one file a noun; an endpoint reads the request, calls the store, shapes the answer."""

from fastapi import APIRouter

from frontdesk.web.api import (
    agents,
    attending,
    canned,
    channels,
    checks,
    contact_data,
    contacts,
    conversation_tests,
    conversations,
    dead_letters,
    feedback,
    handoffs,
    intent_models,
    intents,
    keys,
    llm,
    messages,
    queues,
    reminders,
    rules,
    secrets,
    tasks,
    tenants,
    training_data,
    turns,
    utterances,
)

router = APIRouter(prefix="/api/v1")
nouns = (
    tenants,
    agents,
    attending,
    canned,
    handoffs,
    channels,
    contact_data,
    contacts,
    conversations,
    conversation_tests,
    messages,
    rules,
    turns,
    reminders,
    queues,
    dead_letters,
    keys,
    secrets,
    llm,
    checks,
    feedback,
    tasks,
)
for noun in (
    *nouns,
    intent_models,
    training_data,
    intents,
    utterances,
):  # an intent's id comes after the names beside it
    router.include_router(noun.router)
