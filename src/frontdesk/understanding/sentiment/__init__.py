"""How a message was said, from its words alone: praise, complaint or neither, and the rating it holds."""

from frontdesk.understanding.sentiment.rating import rating
from frontdesk.understanding.sentiment.scoring import NOTHING, Sentiment, score

__all__ = ["NOTHING", "Sentiment", "rating", "score"]
