"""From what was opened to a turn, and from an outcome to what is stored: replies fitted to the channel, and the record."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from uuid_utils.compat import uuid7

from frontdesk.channels import adapter
from frontdesk.core import clock, wire
from frontdesk.core import modes as stack
from frontdesk.core.addressing import is_ours
from frontdesk.core.channel import Channel
from frontdesk.core.choosing import chosen, meant
from frontdesk.core.content import Content, Outbound
from frontdesk.core.conversation import SentMessage
from frontdesk.core.fitting import fit
from frontdesk.core.message import Happening, Ignored, Message, Press, Reaction, Status
from frontdesk.core.policy import Facts
from frontdesk.core.routing import came_between
from frontdesk.core.tenant import Tenant
from frontdesk.core.turn import BeginSession, Effect, KeepLanguage, OptIn, OptOut, Outcome, Route, Turn
from frontdesk.core.windows import extension, free_until, stand_in
from frontdesk.core.wire import Brought, Delivery, Long, Received
from frontdesk.phrases import best
from frontdesk.queue import Work
from frontdesk.store.conversations import Opened, event_key
from frontdesk.store.turns import Reply, TurnEnd, TurnRecord
from frontdesk.understanding.entities.dialogue import listening
from frontdesk.understanding.heard import Heard
from frontdesk.understanding.scheduling import Scheduling

UNASKED = ("human", "group")
"""Routes of what was not said to the bot."""


@dataclass(frozen=True, slots=True)
class Said:
    """One event as it counts: with the choice a number stands for, its words, and the message of ours it is about."""

    event: Message | Reaction | Happening
    text: str
    about: SentMessage | None


def said(received: Received, opened: Opened) -> Said:
    """Return what was written or chosen."""
    event, about = received.event, opened.about
    assert not isinstance(event, Status | Ignored)
    if isinstance(event, Message) and opened.asked and (choice := chosen(event.text or "", opened.asked.offered)):
        event, about = replace(event, type="button_reply", press=Press(payload=choice.payload)), opened.asked
    return Said(event, _text(event, about), about)


def key(received: Received, opened: Opened, work: Work) -> str:
    """Return what names an event, however often its turn is taken."""
    return str(opened.message_id or event_key(received) or work.id)


def turn(tenant: Tenant, channel: Channel, said: Said, opened: Opened, heard: Heard) -> Turn:
    """Return the turn of one event with what was heard in it."""
    conversation, now, settings = opened.conversation, clock.now(), tenant.settings
    if opened.is_new_session:
        conversation = replace(conversation, modes=(), variables={})
    if conversation.modes and settings.session.mode_hours:
        lives = {handler: timedelta(hours=hours) for handler, hours in settings.session.mode_hours.items()}
        conversation = replace(conversation, modes=stack.expire(conversation.modes, now, lives))
    known = heard.language.language if heard.language else opened.contact.language
    spoken = known or settings.working_language
    language = best((known, *settings.languages))
    place = said.event.place if isinstance(said.event, Message) else None
    return Turn(
        id=uuid7(),
        event=said.event,
        text=heard.text,
        conversation=conversation,
        contact=opened.contact,
        settings=settings,
        language=language,
        spoken=spoken,
        now=now,
        history=opened.history,
        about=said.about,
        addressed=is_ours(channel, adapter(channel.kind).LIMITS, opened.conversation, opened.history),
        working=heard.working,
        meaning=heard.meaning,
        entities=heard.entities,
        intents=heard.intents,
        ear=replace(listening(language, now, settings, place), schedules=Scheduling(language, now, settings.region)),
        unread=heard.unread,
        sentiment=heard.sentiment,
        rating=heard.rating,
        message_id=opened.message_id,
    )


def _text(event: Message | Reaction | Happening, about: SentMessage | None) -> str:
    """Return what was said; a short key of a button stands for the button's own answer."""
    if not isinstance(event, Message):
        return ""
    payload = event.press.payload if event.press else None
    if not isinstance(payload, str):
        return event.text or ""
    return meant(payload, about.choices if about else ())


def settled(of: Turn, route: Route, outcome: Outcome) -> Outcome:
    """Return the outcome with its modes as they are kept, and the open question again where something came between."""
    before, after = of.conversation.modes, outcome.modes
    if not before and not after:
        return outcome
    left = stack.settle(
        before,
        before if after is None else after,
        outcome.replies,
        of.now,
        came_between=came_between(of, route) and route.by not in UNASKED,
    )
    return replace(outcome, modes=left.modes, replies=(*outcome.replies, *((left.repeat,) if left.repeat else ())))


def noticed(opened: Opened, heard: Heard) -> tuple[Effect, ...]:
    """Return what the event itself changes, whoever answers it."""
    decided = heard.language
    news = decided is not None and decided.confidence > 0 and decided.language != opened.contact.language
    return (
        *((BeginSession(),) if opened.is_new_session else ()),
        *((KeepLanguage(language=decided.language),) if decided and news else ()),
    )


def end(
    of: Turn,
    outcome: Outcome,
    received: Received,
    opened: Opened,
    channel: Channel,
    record: TurnRecord,
    traceparent: str | None,
    heard: Heard,
) -> TurnEnd:
    """Return what the turn writes: its replies as the messages the channel can carry, each with its delivery."""
    consent = any(isinstance(effect, OptIn | OptOut) for effect in outcome.effects)
    fitted = [part for content in outcome.replies for part in fit(content, adapter(channel.kind).LIMITS)]
    return TurnEnd(
        conversation=of.conversation,
        modes=of.conversation.modes if outcome.modes is None else outcome.modes,
        message_id=opened.message_id,
        channel_id=channel.id,
        contact_id=of.contact.id,
        replies=[_reply(of, channel, content, consent) for content in fitted],
        traceparent=traceparent,
        turn=record,
        event_key=event_key(received),
        was_heard=_opens_window(of.event),
        free_until=_extension(of, channel),
        media=None if heard.is_kept else _media(of, opened, channel),
        working_text=_working_text(of, heard),
        missed=None if opened.message_id is None or record.record["route"]["by"] in UNASKED else outcome.missed,
        words=len(of.text.split()) + sum(len((content.text or "").split()) for content in outcome.replies),
        long=wire.dump_long(Long(conversation_id=of.conversation.id)),
        most_loose=(of.settings.summary.after_messages, of.settings.summary.after_words),
    )


def _working_text(of: Turn, heard: Heard) -> str | None:
    """Return the message's text in the tenant's working language, where that is not simply what was written."""
    if of.consent != "given":
        return None
    written = of.event.text if isinstance(of.event, Message) and not of.event.press else of.text
    text = of.text if heard.working is None else heard.working
    return text if text and text != (written or "") else None


def _reply(of: Turn, channel: Channel, content: Content, consent: bool) -> Reply:
    message_id = uuid7()
    outbound = Outbound(
        key=str(message_id),
        conversation=of.conversation.external_id,
        thread=of.conversation.thread or None,
        content=content,
        answer_url=of.event.answer_url if isinstance(of.event, Message) else None,
        answer_by=of.event.answer_by if isinstance(of.event, Message) else None,
    )
    limits = adapter(channel.kind).LIMITS
    known = Facts(
        purpose="answer",
        channel_status=channel.status,
        conversation_status="open",  # whoever writes opens a closed one again
        opted_out=of.contact.opted_out,
        blocked=False,  # it has just written
        consent_reply=consent,
        free_until=free_until(limits, of.now, None) if _opens_window(of.event) else None,
        approved=content.type == "template",
        has_stand_in=stand_in(content, channel) is not None,
    )
    delivery = Delivery(
        channel_id=channel.id,
        conversation_id=of.conversation.id,
        message_id=message_id,
        outbound=outbound,
        consent_reply=consent,
        known=known if limits.window is None or _opens_window(of.event) else None,
        known_at=of.now,
    )
    return Reply(message_id=message_id, content=content, payload=wire.dump_delivery(delivery))


def _opens_window(event: Message | Reaction | Happening) -> bool:
    """Say whether a person did something that lets a channel with a window speak freely for a while."""
    return not isinstance(event, Happening)


def _media(of: Turn, opened: Opened, channel: Channel) -> str | None:
    """Return the work of keeping the message's files, where it brought any."""
    if not isinstance(of.event, Message) or not of.event.media or opened.message_id is None or of.consent != "given":
        return None
    return wire.dump_media(Brought(channel_id=channel.id, message_id=opened.message_id))


def _extension(of: Turn, channel: Channel) -> datetime | None:
    advert = isinstance(of.event, Message) and of.event.referral_source_id is not None
    return extension(adapter(channel.kind).LIMITS, advert, of.now)


def record(
    of: Turn,
    route: Route,
    outcome: Outcome,
    work: Work,
    received: Received,
    started: float,
    trace_id: str | None,
    how: Mapping[str, Any],
) -> TurnRecord:
    """Return why the turn went as it did, with `how` it was understood and said; times in milliseconds."""
    taken = (time.perf_counter() - started) * 1000
    modes = of.conversation.modes if outcome.modes is None else outcome.modes
    return TurnRecord(
        id=of.id,
        handler=route.handler,
        record={
            "event": of.event.kind,
            "text": of.text[:500] if of.consent == "given" else "",
            "language": of.language,
            **how,
            "route": _how(route),
            "rules": list(route.decision.matched[:20]) if route.decision else [],
            "evidence": outcome.evidence,
            "modes": {
                "before": [mode.handler for mode in of.conversation.modes],
                "after": [mode.handler for mode in modes],
            },
            "effects": [type(effect).__name__ for effect in outcome.effects],
            "replies": len(outcome.replies),
            "missed": outcome.missed,
            "attempts": work.attempts,
            "repeat": work.attempts > 1,
            "timings": {"queued": _milliseconds(of.now, received.received_at), "turn": round(taken, 2)},
        },
        trace_id=trace_id,
        started_at=of.now,
        milliseconds=round(taken, 3),
    )


def _how(route: Route) -> dict[str, Any]:
    """Return who answers and why, as it is kept."""
    kept = {name: getattr(route, name) for name in ("handler", "reason", "argument", "by")}
    return {**kept, "tried": route.tried[:20]}


def _milliseconds(later: datetime, earlier: datetime) -> float:
    return round((later - earlier).total_seconds() * 1000, 2)
