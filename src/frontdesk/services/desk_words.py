"""What the desk itself says to a contact, outside a turn."""

from datetime import datetime

from frontdesk.core.content import Content
from frontdesk.core.handoff import opening, shown
from frontdesk.core.tenant import TenantSettings
from frontdesk.phrases import best, say


def sorry(settings: TenantSettings, language: str | None, now: datetime) -> Content:
    """Return that something went wrong, and that a person answers: in the tenant's words for this hour, else in ours."""
    spoken = best((language, *settings.languages))
    return Content(text=f"{say(spoken, 'handoff.failed')} {_comes(settings, spoken, now)}")


def _comes(settings: TenantSettings, spoken: str, now: datetime) -> str:
    hours, own = settings.hours, settings.desk.out_of_hours
    opens = opening(hours, now)
    if hours and opens:
        day, time = shown(opens, hours, now)
        when = f"{say(spoken, f'weekdays.{day}')} {time}"
        return own.replace("{opens}", when) if own else say(spoken, "handoff.closed", opens=when)
    return settings.human_reply or say(spoken, "handoff.asked")
