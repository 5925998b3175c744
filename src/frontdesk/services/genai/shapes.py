"""What a model may answer, as JSON, and how much of it is believed."""

from pydantic import BaseModel, ConfigDict, Field

from frontdesk.core import chatting
from frontdesk.core.chatting import Verdict
from frontdesk.core.wording import plain, storable
from frontdesk.services.genai.port import (
    Answer,
    Chat,
    Chatted,
    Classification,
    Classify,
    Extract,
    Extraction,
    Found,
    Question,
    Summarise,
    Summary,
    Translate,
    Translation,
)

MOST_CHARACTERS = 20_000


class Shape(BaseModel):
    """JSON of exactly these fields."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)


class AnswerShape(Shape):
    """An answer to the contact."""

    text: str = Field(min_length=1, max_length=MOST_CHARACTERS, description="What to say to the contact.")
    sources: list[int] = Field(max_length=50, description="Numbers of the passages the answer rests on.")
    grounded: bool = Field(description="Whether the passages hold the answer.")


class ClassificationShape(Shape):
    """The class of a text."""

    name: str | None = Field(max_length=200, description="The name of the choice, or null for none of them.")
    confidence: float = Field(ge=0, le=1, description="How sure you are, from 0 to 1.")


class FoundShape(Shape):
    """One value found."""

    name: str = Field(max_length=200, description="The name of the value, as given.")
    value: str = Field(max_length=2000, description="The value.")
    quote: str = Field(max_length=2000, description="The words of the text it was read from, unchanged.")


class ExtractionShape(Shape):
    """The values found in a text."""

    values: list[FoundShape] = Field(max_length=100, description="Only values the text states.")


class TextShape(Shape):
    """A text."""

    text: str = Field(min_length=1, max_length=MOST_CHARACTERS, description="The text.")


class ChatShape(Shape):
    """An answer to small talk."""

    verdict: Verdict = Field(description="small_talk, request or other.")
    text: str | None = Field(
        max_length=MOST_CHARACTERS, description="What to say to small talk; null to anything else."
    )


def answer(asked: Question, said: AnswerShape) -> Answer:
    """Return the answer; sources are numbers of the passages given, from 1, and what has none is not grounded."""
    strange = [number for number in said.sources if not 1 <= number <= len(asked.passages)]
    if strange:
        raise ValueError(f"there is no passage {strange[0]}; they are numbered from 1 to {len(asked.passages)}")
    sources = tuple(asked.passages[number - 1].id for number in dict.fromkeys(said.sources))
    return Answer(_text(said.text), sources, said.grounded and bool(sources))


def classification(asked: Classify, said: ClassificationShape) -> Classification:
    if said.name is not None and said.name not in {choice.name for choice in asked.choices}:
        raise ValueError("name is none of the choices; give one of them exactly as written, or null")
    return Classification(said.name, said.confidence)


def extraction(asked: Extract, said: ExtractionShape) -> Extraction:
    """Return the values whose quote stands in the text: a value without one is the model's own, and left out."""
    wanted = {each.name: each for each in asked.wanted}
    text = _folded(asked.text)
    values: dict[str, Found] = {}
    for found in said.values:
        if found.name not in wanted:
            raise ValueError("values holds a name that was not asked for")
        options = wanted[found.name].options
        if options and found.value not in options:
            raise ValueError(f"{found.name} has to be one of its options, exactly as written")
        quote = _folded(found.quote)
        if quote and quote in text and found.value.strip():
            values.setdefault(found.name, Found(storable(found.value.strip()), storable(found.quote.strip())))
    return Extraction(values)


def summary(asked: Summarise, said: TextShape) -> Summary:
    """Return the summary; one of more than twice the words asked for has to be made again."""
    text = _text(said.text)
    words = len(text.split())
    if words > 2 * asked.most_words:
        raise ValueError(f"the summary has {words} words; it may have {asked.most_words}")
    return Summary(text)


def translation(asked: Translate, said: TextShape) -> Translation:
    """Return the translation; words to keep that stand in the original stand in it, too."""
    text = _text(said.text)
    if lost := [word for word in asked.keep if word and word in asked.text and word not in text]:
        raise ValueError(f"these words have to stay as they are: {', '.join(lost)}")
    return Translation(text)


def chatted(asked: Chat, said: ChatShape) -> Chatted:
    """Return an answer that keeps to the bounds; of what is no small talk, only that it is none."""
    if said.verdict != "small_talk":
        return Chatted(said.verdict)
    text = " ".join(_text(said.text or "").split())
    if wrong := chatting.fault(text, asked.bounds):
        raise ValueError(wrong)
    return Chatted(said.verdict, text)


def _text(text: str) -> str:
    clean = storable(text).strip()
    if not clean:
        raise ValueError("text is empty")
    return clean


def _folded(text: str) -> str:
    return plain(text) or " ".join(text.split())
