"""How a message was said, asked of a language model: it says which way, the words say how strongly."""

from collections.abc import Sequence

from frontdesk.errors import GenAIError
from frontdesk.services.genai.port import Choice, Classify, GenAI, Line
from frontdesk.understanding.sentiment import scoring
from frontdesk.understanding.sentiment.scoring import Sentiment

LEAN = 0.6
"""What a side counts at least, once the model has taken it: about one clear word."""

CHOICES = (
    Choice(
        "positive",
        "The writer is satisfied, thankful or praises something.",
        ("that was quick, thank you so much", "not bad at all", "the nurse was kind"),
    ),
    Choice(
        "negative",
        "The writer complains, is annoyed, disappointed or worse off; sarcasm counts as what is meant.",
        (
            "I have been waiting for two hours",
            "great, cancelled again",
            "the pain has become worse since the treatment",
        ),
    ),
    Choice(
        "neutral",
        "A question, a request, a fact or mere politeness; a symptom or a problem named to get help is no complaint.",
        ("when do you open?", "I have a fever, can I come today?", "please call me, thank you in advance"),
    ),
)
SIDES = {"positive": 1, "negative": -1, "neutral": 0}


async def score(text: str, language: str, genai: GenAI, history: Sequence[Line] = ()) -> Sentiment | None:
    """Return how a text was said, or None where the model fails or can't say: then the words alone answer."""
    try:
        return await ask(text, language, genai, history)
    except GenAIError:
        return None


async def ask(text: str, language: str, genai: GenAI, history: Sequence[Line] = ()) -> Sentiment | None:
    """Return how a text was said, or None where the model can't say; GenAIError where it fails.

    Where words and model agree, the stronger score stands. The confidence is the model's own.
    """
    asked = Classify(text[: scoring.MOST], CHOICES, tuple(history))
    answer = (await genai.classify(asked)).value
    if answer.name not in SIDES:
        return None
    return _joined(SIDES[answer.name], answer.confidence, scoring.score(text, language))


def _joined(side: int, confidence: float, heard: Sentiment) -> Sentiment:
    agreed = heard.score * side > 0
    strength = max(LEAN, abs(heard.score)) if agreed else LEAN
    return Sentiment(side * strength, confidence, heard.words if agreed else ())
