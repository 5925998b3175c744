"""Speech by a provider with OpenAI's transcription API, hosted by anyone.

What it takes and answers: https://platform.openai.com/docs/api-reference/audio/createTranscription.
"""

from frontdesk.core.exchange import Exchange, Request, Response, Upload
from frontdesk.core.wording import storable
from frontdesk.errors import FrontdeskError
from frontdesk.understanding.media.speech import Heard
from frontdesk.understanding.media.values import Reason, Speech, Unread

UPLOADS = {"ogg": Upload("speech.ogg", "audio/ogg", b""), "wav": Upload("speech.wav", "audio/wav", b"")}
NAMES = {
    "arabic": "ar",
    "chinese": "zh",
    "dutch": "nl",
    "english": "en",
    "french": "fr",
    "german": "de",
    "hindi": "hi",
    "italian": "it",
    "japanese": "ja",
    "portuguese": "pt",
    "russian": "ru",
    "spanish": "es",
    "swahili": "sw",
    "turkish": "tr",
    "urdu": "ur",
}
"""The detailed answer names languages in English words."""
REFUSALS: dict[int, Reason] = {400: "unreadable", 413: "too_large", 415: "unsupported", 422: "unreadable"}


def transcribe(audio: bytes, speech: Speech) -> Exchange[Heard | Unread]:
    """Send a recording; a provider that knows no detailed answer is asked for the plain one."""
    try:
        response = yield request(audio, speech, "verbose_json")
        if response.status == 400 and b"response_format" in response.body:
            response = yield request(audio, speech, "json")
    except FrontdeskError as error:
        return Unread("provider_down", f"{error.code}: {str(error)[:200]}")
    return answer(response, speech)


def request(audio: bytes, speech: Speech, form: str) -> Request:
    file = UPLOADS[speech.upload]
    fields = {"model": speech.model, "response_format": form}
    if speech.language:
        fields["language"] = speech.language
    headers = {"authorization": f"Bearer {speech.key}"} if speech.key else {}
    url = f"{speech.url.rstrip('/')}/audio/transcriptions"
    return Request("POST", url, headers, fields=fields, uploads={"file": Upload(file.filename, file.mime, audio)})


def answer(response: Response, speech: Speech) -> Heard | Unread:
    """Return what was heard; the provider's words on a failure may repeat our key, so they are left out."""
    if response.status in REFUSALS:
        return Unread(REFUSALS[response.status], f"the speech provider answers {response.status}")
    if response.status != 200:
        return Unread("provider_down", f"the speech provider answers {response.status}")
    found = response.json()
    text = found.get("text") if isinstance(found, dict) else None
    if not isinstance(text, str):
        return Unread("provider_down", "the speech provider's answer holds no text")
    return Heard(storable(text).strip(), code_of(found.get("language")) or speech.language)


def code_of(language: object) -> str | None:
    """Return a language's code from what a provider calls it, or None."""
    if not isinstance(language, str):
        return None
    word = language.strip().lower()
    return word if len(word) == 2 and word.isalpha() else NAMES.get(word)
