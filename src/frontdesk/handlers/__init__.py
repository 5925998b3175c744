"""The handlers, one file each: a handler reads a turn and returns an outcome."""

import functools
from collections.abc import Callable, Mapping
from importlib.metadata import entry_points

from frontdesk.core.tenant import TenantSettings
from frontdesk.core.turn import Handler
from frontdesk.handlers.commands import Commands
from frontdesk.handlers.consent import Consent
from frontdesk.handlers.did_you_mean import DidYouMean
from frontdesk.handlers.fallback import Fallback
from frontdesk.handlers.feedback import Feedback
from frontdesk.handlers.handoff import Handoff
from frontdesk.handlers.happenings import Happenings
from frontdesk.handlers.intent import Intents
from frontdesk.handlers.keywords import Keywords
from frontdesk.handlers.reminder import Reminders
from frontdesk.handlers.silence import Silence
from frontdesk.handlers.small_talk import SmallTalk
from frontdesk.handlers.task import Tasks

OURS: Mapping[str, Callable[[TenantSettings], Handler]] = {
    "commands": Commands,
    "consent": Consent,
    "did_you_mean": DidYouMean,
    "fallback": Fallback,
    "feedback": Feedback,
    "handoff": Handoff,
    "happenings": Happenings,
    "intent": Intents,
    "keywords": Keywords,
    "reminder": Reminders,
    "silence": Silence,
    "small_talk": SmallTalk,
    "task": Tasks,
}


@functools.cache
def handlers() -> Mapping[str, Callable[[TenantSettings], Handler]]:
    """Return what makes each handler: ours, and those of other packages (entry point `frontdesk.handlers`)."""
    return {**OURS, **{point.name: point.load() for point in entry_points(group="frontdesk.handlers")}}
