"""The send endpoint: a message from outside, once per idempotency key."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Header, Request
from pydantic import AfterValidator, BaseModel, Field, model_validator

from frontdesk import telemetry
from frontdesk.channels import adapter
from frontdesk.core import wire
from frontdesk.core.content import Content
from frontdesk.core.wording import storable
from frontdesk.services.sending import Sending
from frontdesk.services.tenants import Directory
from frontdesk.store.keys import Key
from frontdesk.web.api.shapes import Text
from frontdesk.web.auth import Container, CurrentTenant, needs

router = APIRouter(tags=["messages"])


def carried(content: Content) -> Content:
    """Return content that comes out of the queue as it went in."""
    try:
        same = wire.load_content(wire.dump_content(content)) == content
    except ValueError:
        same = False
    if not same:
        raise ValueError("NaN, Infinity and unpaired surrogates can't be sent")
    return content


class OutsideMessage(BaseModel):
    to: Text = Field(
        min_length=1,
        max_length=200,
        description="The recipient as the channel names it: a Telegram chat id.",
        examples=["5550001"],
    )
    thread: Text = Field("", max_length=200)
    text: Text | None = Field(None, min_length=1, max_length=20_000, examples=["Your results are ready."])
    content: Annotated[Content, AfterValidator(carried)] | None = Field(
        None, description="A normalised content instead of a text."
    )

    @model_validator(mode="after")
    def _something(self) -> "OutsideMessage":
        if (self.text is None) == (self.content is None):
            raise ValueError("give either text or content")
        return self


class Accepted(BaseModel):
    ids: list[UUID] = Field(description="The messages it takes; more than one where the channel's limits split it.")


@router.post(
    "/messages/send/tenants/{tenant}/channels/{channel}/tokens/{token}",
    status_code=202,
    summary="Send a message from outside",
)
async def send(
    channel: str,
    token: str,
    body: OutsideMessage,
    tenant: CurrentTenant,
    container: Container,
    request: Request,
    _: Annotated[Key, Depends(needs("messages:send"))],
    idempotency_key: Annotated[str | None, Header(max_length=200)] = None,
) -> Accepted:
    found = await (await container.get(Directory)).channel_by_token(tenant, adapter(channel).KIND, token)
    content = body.content or Content(text=body.text)
    with telemetry.webhook(tenant.code, channel, request.headers.get("traceparent")) as span:
        ids = await (await container.get(Sending)).send(
            tenant,
            found,
            body.to,
            content,
            thread=body.thread,
            idempotency_key=idempotency_key and storable(idempotency_key),
            traceparent=telemetry.traceparent(span),
        )
    return Accepted(ids=ids)
