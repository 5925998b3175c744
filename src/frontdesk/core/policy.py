"""May this message be sent now? One decision for bot, humans, reminders and API."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

from frontdesk.core.tenant import TenantSettings

Purpose = Literal["answer", "person", "notice"]
"""Why a message is sent: it answers one, a person wrote it, or Frontdesk speaks up by itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What the decision rests on, read just before sending."""

    purpose: Purpose
    channel_status: str
    conversation_status: str
    opted_out: bool
    blocked: bool
    consent_reply: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """The verdict with its reason; `wait` only where it is to be asked again later."""

    verdict: Literal["send", "wait", "refuse"]
    reason: str
    wait: timedelta | None = None


def decide(facts: Facts, settings: TenantSettings, now: datetime) -> Decision:
    """Decide; a refusal is final, a wait is asked again."""
    refusals = (
        (facts.channel_status != "active", "channel_stopped"),
        (facts.conversation_status == "closed", "conversation_closed"),
        (facts.blocked, "blocked_by_contact"),
        (facts.opted_out and not facts.consent_reply, "opted_out"),
    )
    for applies, reason in refusals:
        if applies:
            return Decision(verdict="refuse", reason=reason)
    if facts.purpose == "notice" and (wait := until_quiet_ends(settings, now)):
        return Decision(verdict="wait", reason="quiet_hours", wait=wait)
    return Decision(verdict="send", reason="allowed")


def until_quiet_ends(settings: TenantSettings, now: datetime) -> timedelta | None:
    """Return how long the tenant's quiet hours still last, None outside them."""
    quiet = settings.quiet_hours
    if quiet is None:
        return None
    local = now.astimezone(settings.zone)
    for day in (local - timedelta(days=1), local):
        start = datetime.combine(day.date(), quiet.start, settings.zone)
        end = datetime.combine(day.date() + timedelta(days=quiet.end <= quiet.start), quiet.end, settings.zone)
        if start <= local < end:
            return end.astimezone(UTC) - now  # local times would leave out a change of clocks
    return None
