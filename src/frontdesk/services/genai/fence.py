"""The fence around what people wrote: nobody who doesn't know its token can close it."""

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from frontdesk.services.genai.port import Line


@dataclass(frozen=True, slots=True)
class Fence:
    """The marks of one request: made by chance for it alone, and in none of the texts they enclose."""

    token: str

    @classmethod
    def around(cls, *texts: str) -> "Fence":
        """Return a fence none of these texts holds the token of."""
        token = secrets.token_hex(8)
        while any(token in text for text in texts):
            token = secrets.token_hex(8)
        return cls(token)

    def enclose(self, what: str, text: str) -> str:
        """Return the text, unchanged, between marks; `what` is a word of ours."""
        return f"<data-{self.token} {what}>\n{text}\n</data-{self.token}>"

    def crossed_by(self, *texts: str | None) -> bool:
        """Say whether a text holds the token: a model has no reason to repeat it."""
        return any(self.token in text for text in texts if text)


def lines(said: Sequence[Line]) -> str:
    """Return what was said as JSON, a line each: no text can pass for another line or speaker."""
    return "\n".join(json.dumps({each.speaker: each.text}, ensure_ascii=False) for each in said)
