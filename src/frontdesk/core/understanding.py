"""What a tenant sets about understanding: media, translation, language models, intents, and what is remembered."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field, StringConstraints, model_validator

from frontdesk.core.entities import Kind
from frontdesk.core.section import Section

SecretName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]{0,59}$")]
"""The name of a secret of the tenant's: settings are shown, secrets are not."""
Address = Annotated[str, StringConstraints(pattern=r"^https?://[^\s]+$", max_length=500)]
MediaKind = Literal["image", "audio", "voice", "video", "animation", "document", "sticker"]
FactName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")]


class Reading(Section):
    """Which files that contacts send are turned into text, and how much of each."""

    kinds: tuple[MediaKind, ...] = Field(
        ("image", "audio", "voice", "video", "document"), description="Kinds of message whose files are read."
    )
    ocr: bool = Field(True, description="Read what stands in pictures, and in the frames of videos.")
    least_score: float = Field(0.5, ge=0, le=1, description="Lines OCR is less sure of are left out.")
    most_bytes: int = Field(20_971_520, ge=1, le=104_857_600, description="Largest file that is read.")
    most_seconds: int = Field(300, ge=1, le=3600, description="How much of a recording is heard.")


class SpeechSettings(Section):
    """What hears recordings."""

    engine: Literal["none", "sphinx", "whisper", "http"] = Field(
        "sphinx",
        description="`sphinx` and `whisper` hear here, without the Internet; `http` asks a provider that speaks OpenAI's API.",
    )
    fallback: Literal["none", "sphinx", "whisper"] = Field(
        "none", description="What hears while the provider of `http` is away."
    )
    url: Address | None = Field(None, description="The provider's address, up to and with `/v1`.")
    key: SecretName | None = Field(None, description="The secret that holds the provider's key.")
    model: str = Field("whisper-1", max_length=200, description="The provider's model.")
    upload: Literal["ogg", "wav"] = Field("ogg", description="What the provider is sent.")
    seconds: float = Field(60, gt=0, le=600, description="Longest the provider may take.")

    @model_validator(mode="after")
    def _complete(self) -> "SpeechSettings":
        if self.engine == "http" and not self.url:
            raise ValueError("the engine `http` needs the provider's `url`")
        return self


class TranslationSettings(Section):
    """What translates between a contact's language and the tenant's working one, which is the first it speaks."""

    provider: Literal["none", "libretranslate", "deepl", "llm"] = Field(
        "none", description="`llm` is the language model set under `llm`."
    )
    url: Address | None = Field(
        None, description="The address of LibreTranslate; for DeepL, of another host than its own."
    )
    key: SecretName | None = Field(None, description="The secret that holds the provider's key.")
    glossary: tuple[str, ...] = Field((), max_length=500, description="Words that are not translated.")
    formal: bool | None = Field(None, description="How DeepL addresses people; null leaves it to DeepL.")
    seconds: float = Field(15, gt=0, le=120, description="Longest one translation may take.")

    @model_validator(mode="after")
    def _complete(self) -> "TranslationSettings":
        if self.provider == "libretranslate" and not self.url:
            raise ValueError("LibreTranslate needs the server's `url`")
        if self.provider == "deepl" and not self.key:
            raise ValueError("DeepL needs a `key`")
        return self


class LanguageModel(Section):
    """A language model, or a service in front of one; nothing of Frontdesk needs it."""

    kind: Literal["none", "pydantic_ai", "rest"] = Field(
        "none", description="`pydantic_ai` asks a provider's model, `rest` a GenAI service of your own."
    )
    model: str = Field("", max_length=200, description="`provider:name`, such as `openai:gpt-5-mini`.")
    base_url: Address | None = Field(
        None, description="Where the model or the service is, if not at its provider's own address."
    )
    key: SecretName | None = Field(None, description="The secret that holds the key.")
    output: Literal["tool", "native", "prompted"] = Field("tool", description="How answers are had in a fixed form.")
    temperature: float | None = Field(None, ge=0, le=2, description="The provider's own where null.")
    most_output_tokens: int = Field(1500, ge=16, le=32_000, description="Longest answer.")
    deadline_seconds: float = Field(20, gt=0, le=120, description="Longest a task may take, all attempts together.")
    attempts: int = Field(2, ge=1, le=5, description="Attempts at one task.")
    price_input: Decimal | None = Field(None, ge=0, description="What a million tokens of input cost.")
    price_output: Decimal | None = Field(None, ge=0, description="What a million tokens of output cost.")
    price_cached: Decimal | None = Field(None, ge=0, description="What a million cached tokens of input cost.")
    tokens_a_day: int | None = Field(None, ge=0, description="Most tokens a day; null is no limit.")
    cost_a_day: Decimal | None = Field(None, ge=0, description="Most money a day; null is no limit.")

    @model_validator(mode="after")
    def _complete(self) -> "LanguageModel":
        if self.kind == "pydantic_ai" and not all(self.model.partition(":")):
            raise ValueError("write the `model` as provider:name")
        if self.kind == "rest" and not self.base_url:
            raise ValueError("a GenAI service needs its `base_url`")
        if self.cost_a_day is not None and (self.price_input is None or self.price_output is None):
            raise ValueError("a limit in money needs `price_input` and `price_output`")
        return self


class IntentSettings(Section):
    """How sure Frontdesk has to be of what a contact wants."""

    ask_again: float = Field(
        0.03, ge=0, le=0.5, description="Share of messages within the intents that may be asked about again."
    )
    close: float = Field(0.15, ge=0, le=1, description="Intents whose confidences differ by less are asked about.")
    sure: float = Field(
        0.4,
        ge=0,
        le=1,
        description="An intent less sure than this is asked about, unless it has a threshold of its own.",
    )
    least: float = Field(0.2, ge=0, le=1, description="An intent less sure than this is not proposed.")
    interrupts: float = Field(
        0.8,
        ge=0,
        le=1,
        description="Confidence from which on another intent comes between an open question and its answer.",
    )
    most_proposed: int = Field(3, ge=2, le=5, description="Intents proposed at once.")
    second_opinion: bool = Field(
        True, description="Ask the language model, where there is one, when the classifier is not sure."
    )
    entities: tuple[Kind, ...] = Field(
        (), description="Kinds of entities found in every message, besides those an intent asks for."
    )


class SentimentSettings(Section):
    """What says how a message was said."""

    by: Literal["words", "model"] = Field(
        "words",
        description="`model` asks the language model set under `llm` where a rule or feedback needs it; else lists of words.",
    )
    seconds: float = Field(4, gt=0, le=30, description="Longest the model may take before the words count.")


class SummarySettings(Section):
    """When long conversations are summed up."""

    after_messages: int = Field(40, ge=4, le=1000, description="Messages outside the summary from which on it grows.")
    after_words: int = Field(1200, ge=50, le=100_000, description="Words outside the summary from which on it grows.")
    keep_messages: int = Field(12, ge=0, le=200, description="Latest messages that stay outside.")
    most_words: int = Field(120, ge=20, le=1000, description="Longest summary.")
    by: Literal["auto", "sentences"] = Field(
        "auto", description="`auto` asks the language model where there is one; `sentences` chooses sentences, always."
    )


class FactRule(Section):
    """What kind of value a fact about a contact has, which of two counts, and how long it is believed."""

    kind: Literal["text", "number", "date", "boolean", "choice"] = Field("text", description="What values it takes.")
    merge: Literal["latest", "strongest", "first", "collect"] = Field(
        "strongest", description="Which of several counts: the last, the one with the better source, the first, or all."
    )
    life_days: int | None = Field(None, ge=1, le=36_500, description="Days it is believed; null is for good.")
    options: tuple[str, ...] = Field((), max_length=200, description="The values of a choice.")
    most: int = Field(10, ge=1, le=100, description="How many different values are collected.")


class SessionSettings(Section):
    """How long a conversation remembers what it is in the middle of."""

    hours: float | None = Field(
        24,
        gt=0,
        le=8760,
        description="Silence after which open questions and values are forgotten; null never forgets.",
    )
    mode_hours: Mapping[str, Annotated[float, Field(gt=0, le=8760)]] = Field(
        default_factory=dict,
        max_length=50,
        description="Hours after its beginning at which what a handler is in the middle of is given up, by handler.",
    )


class RetentionSettings(Section):
    """How long what was said is kept; null keeps it for ever. Kept files have their own time, under `media`."""

    message_days: int | None = Field(None, ge=1, le=36_500, description="Days messages and their receipts are kept.")
    turn_days: int | None = Field(None, ge=1, le=36_500, description="Days the records of turns are kept.")
    feedback_days: int | None = Field(None, ge=1, le=36_500, description="Days feedback is kept.")
    handoff_days: int | None = Field(
        None,
        ge=1,
        le=36_500,
        description="Days handoffs that have ended, and notes, are kept; never longer than messages.",
    )
    task_days: int | None = Field(
        None, ge=1, le=36_500, description="Days tasks are kept after they were done or cancelled."
    )
    dead_letter_days: int | None = Field(90, ge=1, le=36_500, description="Days dead letters are kept.")
    analytics_days: int | None = Field(
        None, ge=1, le=36_500, description="Days the counts of what routing did are kept; they say nothing of anybody."
    )
    contact_days: int | None = Field(
        None, ge=1, le=36_500, description="Days of silence after which a contact is erased with all there is of them."
    )


Facts = Mapping[FactName, FactRule]
