"""The language a contact writes in, among those the tenant speaks: decided text by text, held steadily."""

from frontdesk.understanding.language.decision import Decision, language_of
from frontdesk.understanding.language.evidence import base
from frontdesk.understanding.language.model import Detector, detector

__all__ = ["Decision", "Detector", "base", "detector", "language_of"]
