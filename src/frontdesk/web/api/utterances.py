"""What contacts may say for an intent: written by people, or taken from messages that came."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, ConfigDict, Field, model_validator

from frontdesk.store import intents, utterances
from frontdesk.understanding.intents.additions import Addition
from frontdesk.understanding.intents.data import MOST_CHARACTERS, Annotation
from frontdesk.understanding.intents.workshop import Workshop
from frontdesk.web.api.intents import Writer
from frontdesk.web.api.shapes import Limit, Page, Text, page
from frontdesk.web.auth import Container, CurrentTenant, InTenant, needs

router = APIRouter(tags=["intents"], prefix="/tenants/{tenant}/intents/{intent_id}/utterances")

Name = Annotated[Text, Field(max_length=200)]


class EntityMark(BaseModel):
    """A marked part of an utterance, by its characters from 0 on."""

    model_config = ConfigDict(extra="forbid")

    start: int = Field(ge=0, le=MOST_CHARACTERS)
    end: int = Field(ge=1, le=MOST_CHARACTERS, description="The first character after it.")
    entity: Annotated[Text, Field(min_length=1, max_length=200)]
    value: Name | None = Field(None, description="What it stands for, where that differs from the words.")
    role: Name | None = None
    group: Name | None = None


class NewUtterance(BaseModel):
    """A sentence, or the id of a message that came: then its text in the working language is taken."""

    model_config = ConfigDict(extra="forbid")

    text: Text | None = Field(
        None,
        max_length=MOST_CHARACTERS,
        examples=["move my visit to [Friday](day)"],
        description="May hold Rasa's marks.",
    )
    message_id: UUID | None = None
    entities: list[EntityMark] | None = Field(
        None, max_length=200, description="With them the text counts as it is, marks and all."
    )

    @model_validator(mode="after")
    def _one_of_both(self) -> "NewUtterance":
        if (self.text is None) == (self.message_id is None):
            raise ValueError("give either `text` or `message_id`")
        return self

    def addition(self) -> Addition:
        marks = None if self.entities is None else tuple(Annotation(**mark.model_dump()) for mark in self.entities)
        return Addition(text=self.text, message_id=self.message_id, entities=marks)


class NewUtterances(BaseModel):
    items: list[NewUtterance] = Field(min_length=1, max_length=1000)


class Added(BaseModel):
    ids: list[UUID] = Field(description="Those the intent did not have yet.")
    known: int = Field(description="How many it had already.")


class UtteranceOut(BaseModel):
    id: UUID
    text: str
    entities: list[dict[str, Any]]
    metadata: Any = Field(description="What else an imported file says of it.")
    is_note: bool = Field(description="A line of an imported file that trains nothing.")
    source: str = Field(description="`written`, `imported` or `message`.")
    message_id: UUID | None = Field(description="The message it was taken from.")
    created_by: str
    created_at: datetime


@router.get("", summary="List an intent's utterances, the oldest first", dependencies=[Depends(needs("intents:read"))])
async def listed(
    intent_id: UUID,
    transactions: InTenant,
    q: Annotated[Text, Query(max_length=200, description="Words that stand in it.")] = "",
    cursor: UUID | None = None,
    limit: Limit = 50,
) -> Page[UtteranceOut]:
    async with transactions(durable=False) as tx:
        await intents.load(tx, intent_id)
        rows = await utterances.listed(tx, intent_id, containing=q, after=cursor, limit=limit)
    return page([UtteranceOut.model_validate(row, from_attributes=True) for row in rows], limit)


@router.post("", status_code=201, summary="Add utterances: sentences, or messages that came")
async def add(intent_id: UUID, body: NewUtterances, tenant: CurrentTenant, container: Container, key: Writer) -> Added:
    wanted = [item.addition() for item in body.items]
    ids = await (await container.get(Workshop)).add(tenant, intent_id, wanted, key.name)
    return Added(ids=ids, known=len(wanted) - len(ids))


@router.delete("/{utterance_id}", status_code=204, summary="Remove an utterance")
async def remove(intent_id: UUID, utterance_id: UUID, tenant: CurrentTenant, container: Container, key: Writer) -> None:
    await (await container.get(Workshop)).forget(tenant, intent_id, utterance_id, key.name)
