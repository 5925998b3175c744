"""May this message be sent now? One decision for bot, humans, reminders and API."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

from frontdesk.core.tenant import TenantSettings
from frontdesk.core.wall_clock import zone_of

Purpose = Literal["answer", "person", "notice"]
"""Why a message is sent: it answers one, a person wrote it, or Frontdesk speaks up by itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What the decision rests on, read just before sending.

    `free_until` is when the channel's window for free text closes, None where it has none. `approved` says that the
    message is a template itself, `has_stand_in` that the tenant chose one to be sent in place of free text. `zone` is the
    contact's time zone, where it is known: quiet hours are theirs then.
    """

    purpose: Purpose
    channel_status: str
    conversation_status: str
    opted_out: bool
    blocked: bool
    consent_reply: bool = False
    free_until: datetime | None = None
    approved: bool = False
    has_stand_in: bool = False
    zone: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """The verdict with its reason; `wait` only where it is to be asked again later. `template` sends the stand-in."""

    verdict: Literal["send", "template", "wait", "refuse"]
    reason: str
    wait: timedelta | None = None


def decide(facts: Facts, settings: TenantSettings, now: datetime) -> Decision:
    """Decide; a refusal is final, a wait is asked again."""
    closed = facts.free_until is not None and now >= facts.free_until and not facts.approved
    refusals = (
        (facts.channel_status != "active", "channel_stopped"),
        (facts.conversation_status == "closed", "conversation_closed"),
        (facts.blocked, "blocked_by_contact"),
        (facts.opted_out and not facts.consent_reply, "opted_out"),
        (closed and not facts.has_stand_in, "window_closed"),
    )
    for applies, reason in refusals:
        if applies:
            return Decision(verdict="refuse", reason=reason)
    if facts.purpose == "notice" and (wait := until_quiet_ends(settings, now, facts.zone)):
        return Decision(verdict="wait", reason="quiet_hours", wait=wait)
    return (
        Decision(verdict="template", reason="window_closed") if closed else Decision(verdict="send", reason="allowed")
    )


def until_quiet_ends(settings: TenantSettings, now: datetime, zone: str | None = None) -> timedelta | None:
    """Return how long the tenant's quiet hours still last, in the contact's zone or else the tenant's; None outside them."""
    quiet = settings.quiet_hours
    if quiet is None:
        return None
    place = zone_of(zone) if zone else settings.zone
    local = now.astimezone(place)
    for day in (local - timedelta(days=1), local):
        start = datetime.combine(day.date(), quiet.start, place)
        end = datetime.combine(day.date() + timedelta(days=quiet.end <= quiet.start), quiet.end, place)
        if start <= local < end:
            return end.astimezone(UTC) - now  # local times would leave out a change of clocks
    return None
