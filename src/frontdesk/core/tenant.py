"""A tenant and what it can set for itself."""

import re
from dataclasses import dataclass
from datetime import time
from fnmatch import fnmatchcase
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, Field

from frontdesk.core.agreement import ConsentSettings
from frontdesk.core.desk import DeskSettings
from frontdesk.core.hours import BusinessHours
from frontdesk.core.section import Section
from frontdesk.core.talking import SmallTalkSettings
from frontdesk.core.understanding import (
    Facts,
    IntentSettings,
    LanguageModel,
    Reading,
    RetentionSettings,
    SentimentSettings,
    SessionSettings,
    SpeechSettings,
    SummarySettings,
    TranslationSettings,
)
from frontdesk.errors import InvalidInput

CODE = re.compile(r"[a-z][a-z0-9_]{0,39}\Z")


def checked_code(code: str) -> str:
    """Return a tenant code fit to stand in SQL; InvalidInput otherwise."""
    if not CODE.match(code):
        raise InvalidInput(
            f"tenant code {code[:60]!r} can't be used: 1 to 40 of a-z, 0-9 and _, starting with a letter"
        )
    return code


def schema_of(code: str) -> str:
    """Return the name of the tenant's schema, which is also its role's."""
    return f"tenant_{checked_code(code)}"


def checked_zone(name: str) -> str:
    """Return the name of a zone; ValueError where there is none of that name."""
    if name not in available_timezones():
        raise ValueError(f"{name!r} is no IANA time zone; write it like Europe/Madrid")
    return name


class Persona(Section):
    """Who the bot is."""

    name: str = Field("Frontdesk", max_length=60, description="The bot's name.")
    tone: Literal["friendly", "formal", "brief"] = Field("friendly", description="How it speaks.")
    greeting: str | None = Field(None, max_length=1000, description="Said to a greeting instead of the built-in words.")


class KeywordRule(Section):
    """A plain rule: any of these words in a text leads to this answer or handler."""

    keywords: tuple[str, ...] = Field(
        min_length=1, max_length=50, description="Words or phrases; case and accents don't count."
    )
    reply: str | None = Field(None, max_length=4000, description="Text to answer with.")
    buttons: tuple[str, ...] = Field((), max_length=10, description="Choices to show under the answer.")
    handler: str | None = Field(None, description="Handler to ask instead.")


class QuietHours(Section):
    """Hours in which nothing but answers is sent, in the tenant's time zone; they may run past midnight."""

    start: time = Field(description="When they begin.")
    end: time = Field(description="When they end; before the beginning means the next day.")


class TenantHours(BusinessHours):
    """When the tenant's people are there; without a time zone of its own, in the tenant's."""

    time_zone: Annotated[str | None, AfterValidator(lambda name: name and checked_zone(name))] = Field(  # type: ignore[assignment]
        None, description="IANA name, where it is another than the tenant's."
    )


class History(Section):
    """How much of a conversation a turn looks at."""

    messages: int = Field(10, ge=0, le=100, description="Latest messages handed to handlers.")


class FeedbackSettings(Section):
    """When people are asked what they think of the answers, and what counts as praise and blame."""

    ask: Literal["never", "sometimes", "always"] = Field(
        "never",
        description="Ask for a rating after an intent is answered and after a person has helped, once a session of talk.",
    )
    share: float = Field(0.2, gt=0, le=1, description="In which part of all talks `sometimes` asks.")
    escalate_below: int | None = Field(
        3, ge=1, le=5, description="Ratings lower than this are answered with the offer of a person; null offers none."
    )

    positive: tuple[str, ...] = Field(
        ("👍", "❤", "❤️", "🔥", "🎉", "😍", "👏", "🙏"), description="Reactions that count as praise."
    )
    negative: tuple[str, ...] = Field(("👎", "😡", "💔", "🤮", "😢"), description="Reactions that count as blame.")
    thanks: bool = Field(True, description="Answer a rating given in words or by button; reactions are never answered.")


class ReminderSettings(Section):
    """How reminders reach people."""

    channels: tuple[Annotated[str, Field(min_length=1, max_length=100)], ...] = Field(
        (),
        max_length=10,
        description="Names or kinds of channels in the order a reminder tries them; others come after these, and with none "
        "named the one it was made in comes first.",
    )


class MediaSettings(Section):
    """What is kept of the files that contacts send, and how long."""

    keep_days: int | None = Field(
        365, ge=1, le=36_500, description="Days after which kept files are deleted; null keeps them for ever."
    )
    types: tuple[str, ...] = Field(
        ("*/*",), max_length=100, description="MIME types that are kept, such as `image/*`; others are refused."
    )
    max_bytes: int | None = Field(
        None, ge=1, description="Largest file that is kept, where that is less than the installation's limit."
    )

    def takes(self, mime: str) -> bool:
        """Say whether files of this type are kept."""
        plain = mime.partition(";")[0].strip().lower()
        return any(fnmatchcase(plain, wanted.strip().lower()) for wanted in self.types)


class TenantSettings(Section):
    """All a tenant can set; stored as one document with a version."""

    languages: tuple[str, ...] = Field(
        ("en",), min_length=1, description="Languages spoken, the working one first (BCP 47)."
    )
    time_zone: Annotated[str, AfterValidator(checked_zone)] = Field("UTC", description="IANA name.")
    persona: Persona = Persona()
    small_talk: SmallTalkSettings = SmallTalkSettings()
    keyword_rules: tuple[KeywordRule, ...] = Field((), max_length=500)
    fallback_reply: str | None = Field(None, max_length=4000, description="Said when nothing else fits.")
    human_reply: str | None = Field(None, max_length=4000, description="Said when a person is asked for.")
    quiet_hours: QuietHours | None = None
    business_hours: TenantHours | None = Field(
        None, description="When people are there; rules ask for it, and so does the desk."
    )
    desk: DeskSettings = DeskSettings()
    history: History = History()
    feedback: FeedbackSettings = FeedbackSettings()
    sentiment: SentimentSettings = SentimentSettings()
    consent: ConsentSettings = ConsentSettings()
    reminders: ReminderSettings = ReminderSettings()
    media: MediaSettings = MediaSettings()
    region: str | None = Field(
        None, pattern=r"^[A-Z]{2}$", description="Country (ISO 3166) whose way of writing numbers and dates counts."
    )
    prefer_dates: Literal["future", "past", "nearest"] = Field(
        "future", description="Which day is meant by one that could be several."
    )
    reading: Reading = Reading()
    speech: SpeechSettings = SpeechSettings()
    translation: TranslationSettings = TranslationSettings()
    llm: LanguageModel = LanguageModel()
    intents: IntentSettings = IntentSettings()
    summary: SummarySettings = SummarySettings()
    facts: Facts = Field(default_factory=dict, max_length=100, description="What is known of contacts, by name.")
    session: SessionSettings = SessionSettings()
    retention: RetentionSettings = RetentionSettings()
    webhooks_per_minute: int | None = Field(
        None, ge=1, description="Limit for this tenant instead of the installation's."
    )

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    @property
    def hours(self) -> BusinessHours | None:
        """When the tenant's people are there, in their time zone; None where nobody said."""
        if (given := self.business_hours) is None:
            return None
        return BusinessHours(time_zone=given.time_zone or self.time_zone, weekly=given.weekly, holidays=given.holidays)

    @property
    def working_language(self) -> str:
        """The language the tenant writes its own texts in."""
        return self.languages[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tenant:
    """One organisation on this installation."""

    code: str
    name: str
    database: str
    status: Literal["creating", "active", "suspended", "deleted"]
    settings: TenantSettings
    version: int
