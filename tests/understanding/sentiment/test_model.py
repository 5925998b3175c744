"""Sentiment asked of a language model: three choices, and nothing where it fails."""

import pytest

from frontdesk.errors import GenAIUnusable
from frontdesk.services.genai.port import Line
from frontdesk.services.genai.prompted import Prompted
from frontdesk.services.genai.scripted import Said, Scripted
from frontdesk.understanding.sentiment import score
from frontdesk.understanding.sentiment.model import CHOICES
from frontdesk.understanding.sentiment.model import score as ask
from frontdesk.understanding.sentiment.scoring import Sentiment

SARCASM = "oh great, cancelled again, thanks so much"


def model(*said: Said) -> Prompted:
    return Prompted(Scripted.saying(said))


@pytest.mark.parametrize(("name", "value"), [("positive", 0.6), ("negative", -0.6), ("neutral", 0.0)])
async def test_the_model_takes_the_side(name: str, value: float) -> None:
    found = await ask("the lift is on the left", "en", model({"name": name, "confidence": 0.8}))
    assert found == Sentiment(value, 0.8)


async def test_the_model_is_believed_against_the_words() -> None:
    assert score(SARCASM, "en").score > 0
    found = await ask(SARCASM, "en", model({"name": "negative", "confidence": 0.9}))
    assert found == Sentiment(-0.6, 0.9)


async def test_words_that_agree_say_how_strongly() -> None:
    text = "absolutely terrible, the worst clinic ever!!!"
    found = await ask(text, "en", model({"name": "negative", "confidence": 0.9}))
    assert found == Sentiment(score(text, "en").score, 0.9, score(text, "en").words)
    assert found.score < -0.8


@pytest.mark.parametrize(
    "said", [GenAIUnusable("down"), {"name": None, "confidence": 0.5}, {"name": "angry", "confidence": 1.0}]
)
async def test_a_model_that_fails_or_cannot_say_gives_nothing(said: Said) -> None:
    assert await ask("bad", "en", model(said)) is None


async def test_three_choices_and_what_was_said_before_are_asked() -> None:
    script = Scripted.saying([{"name": "neutral", "confidence": 1.0}])
    await ask("and now?", "en", Prompted(script), [Line("desk", "We close at five")])
    assert "We close at five" in script.tasks[0].request
    assert all(choice.name in script.tasks[0].request for choice in CHOICES)
