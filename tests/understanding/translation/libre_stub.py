"""A LibreTranslate server that runs here: as strict about requests as the real one, with a dictionary for a model."""

import asyncio
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from aiohttp import web

LANGUAGES = frozenset({"en", "es", "fr", "hi", "ar", "pt", "sw", "de", "it", "zh", "zt"})
KNOWN = frozenset({"q", "source", "target", "format", "api_key", "alternatives"})
KEY = "key-of-the-stub"


class Refusal(Exception):
    """What the server says no to, with its status."""

    def __init__(self, status: int, words: str) -> None:
        super().__init__(words)
        self.status = status


@dataclass(slots=True)
class LibreStub:
    """A server; `phrases` are translated whole, `words` one by one; `failures` are answered first, `loses` is its fault, and
    `slow` what it waits in seconds.
    """

    words: Mapping[str, str] = field(default_factory=dict)
    phrases: Mapping[str, str] = field(default_factory=dict)
    slow: float = 0
    found: str = "en"
    most_texts: int = 25
    most_characters: int = 2000
    failures: list[web.Response] = field(default_factory=list)
    loses: str | None = None
    key: str = KEY
    asked: list[dict[str, Any]] = field(default_factory=list)
    url: str = ""
    _runner: web.AppRunner | None = None

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_post("/translate", self._translate)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = "http://{}:{}".format(*self._runner.addresses[0])
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._runner
        await self._runner.cleanup()

    async def _translate(self, request: web.Request) -> web.Response:
        await asyncio.sleep(self.slow)
        if self.failures:
            return self.failures.pop(0)
        try:
            body = self._checked(request, await request.json())
        except Refusal as refusal:
            return web.json_response({"error": str(refusal)}, status=refusal.status)
        self.asked.append(body)
        answer: dict[str, Any] = {"translatedText": [self._rendered(text) for text in body["q"]]}
        if body["source"] == "auto":
            answer["detectedLanguage"] = [{"confidence": 92.0, "language": self.found} for _ in body["q"]]
        return web.json_response(answer)

    def _checked(self, request: web.Request, body: Any) -> dict[str, Any]:
        require(request.content_type == "application/json", 400, "Invalid request: not JSON")
        require(isinstance(body, dict) and body.keys() <= KNOWN, 400, f"Invalid request: unknown {body}")
        for name in ("q", "source", "target"):
            require(body.get(name), 400, f"Invalid request: missing {name} parameter")
        require(body.get("api_key", "") == self.key, 403, "Visit the portal to get an API key")
        require(body.get("format") in {"text", "html"}, 400, "format is not supported")
        require(body["source"] in LANGUAGES | {"auto"}, 400, f"{body['source']} is not supported")
        require(body["target"] in LANGUAGES, 400, f"{body['target']} is not supported")
        texts = body["q"]
        require(isinstance(texts, list), 400, "a list was expected")
        require(len(texts) <= self.most_texts, 400, f"Invalid request: request ({len(texts)}) exceeds text limit")
        size = sum(map(len, texts))
        require(size <= self.most_characters, 400, f"Invalid request: request ({size}) exceeds character limit")
        require(all(isinstance(text, str) and text.strip() for text in texts), 400, "Invalid request: empty text")
        return dict(body)

    def _rendered(self, text: str) -> str:
        if text in self.phrases:
            return self.phrases[text]
        rendered = re.sub(r"[^\W\d_]+", lambda word: self.words.get(word[0].lower(), word[0]), text)
        return re.sub(self.loses, "", rendered) if self.loses else rendered


def require(holds: object, status: int, words: str) -> None:
    if not holds:
        raise Refusal(status, words)
