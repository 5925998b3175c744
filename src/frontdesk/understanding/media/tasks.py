"""What a child process does with one file: pictures through OCR, recordings through speech and OCR. Nothing here waits."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from frontdesk.core.wording import storable
from frontdesk.understanding.media import ocr, picture, sound, video
from frontdesk.understanding.media.speech import Heard, recogniser
from frontdesk.understanding.media.values import How, Limits, Reading, Refused, Speech


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One file's work. `form` is a picture's MIME type or a recording's demuxer."""

    what: Literal["picture", "sound", "video"]
    form: str
    ocr: bool = True
    least_score: float = 0.5
    speech: Speech = field(default_factory=Speech)
    limits: Limits = field(default_factory=Limits)


@dataclass(frozen=True, slots=True)
class Found:
    """What a child found; `upload` is the sound for a provider to hear, of `seconds`, with `lines` beside it."""

    lines: tuple[str, ...] = ()
    score: float | None = None
    heard: Heard | None = None
    seconds: float | None = None
    notes: tuple[str, ...] = ()
    upload: bytes = field(default=b"", repr=False)


def dump(task: Task) -> dict[str, Any]:
    """Return a task as JSON holds it: the provider's key stays behind, a child has no use for it."""
    return {**asdict(task), "speech": {**asdict(task.speech), "key": ""}}


def load(fields: dict[str, Any]) -> Task:
    return Task(**{**fields, "speech": Speech(**fields["speech"]), "limits": Limits(**fields["limits"])})


def dump_found(found: Found) -> dict[str, Any]:
    return {**asdict(found), "upload": None}


def load_found(fields: dict[str, Any], upload: bytes) -> Found:
    heard = Heard(**fields["heard"]) if fields["heard"] else None
    lines, notes = tuple(fields["lines"]), tuple(fields["notes"])
    return Found(lines, fields["score"], heard, fields["seconds"], notes, upload)


def perform(task: Task, data: bytes) -> Found:
    """Do a task; Refused says why it can't be done."""
    if task.what == "picture":
        return of_picture(task, data)
    return of_recording(task, data)


def of_picture(task: Task, data: bytes) -> Found:
    pages = picture.pages(data, task.form, task.limits)
    return Found(*told([line for page in pages for line in ocr.lines(page, task.least_score)]))


def told(lines: Sequence[ocr.Line]) -> tuple[tuple[str, ...], float | None]:
    score = round(sum(line.score for line in lines) / len(lines), 3) if lines else None
    return tuple(storable(line.text) for line in lines), score


def of_recording(task: Task, data: bytes) -> Found:
    """Hear a recording, and read its frames where it has any; one that fails does not take the other along."""
    pcm = sound.samples(data, task.form, task.limits)
    length = sound.seconds(pcm) if pcm else None
    notes: list[str] = []
    lines, score = seen(task, data, notes)
    if not pcm and not lines and not sighted(task):
        raise Refused("empty", "the recording holds no sound")
    if not pcm or task.speech.engine == "none":
        return Found(lines, score, None, length, (*notes, "no sound was heard"))
    if task.speech.engine == "http":
        return Found(lines, score, None, length, tuple(notes), sound.packed(pcm, task.speech.upload))
    try:
        heard = recogniser(task.speech)(pcm, task.speech)
    except Refused as refused:
        if not lines:
            raise
        return Found(lines, score, None, length, (*notes, f"speech: {refused.unread.reason}"))
    return Found(lines, score, Heard(storable(heard.text), heard.language, heard.confidence), length, tuple(notes))


def sighted(task: Task) -> bool:
    return task.what == "video" and task.ocr


def seen(task: Task, data: bytes, notes: list[str]) -> tuple[tuple[str, ...], float | None]:
    """Return the lines of a video's frames; what can't be read of them is a note, the sound counts too."""
    if not sighted(task):
        return (), None
    frames = video.scenes(data, task.form, task.limits)
    try:
        return told(ocr.distinct(line for frame in frames for line in ocr.lines(frame, task.least_score)))
    except Refused as refused:
        if refused.unread.reason != "unreadable":
            raise
        notes.append(f"frames: {refused.unread.detail}")
        return (), None


def reading(found: Found, limits: Limits) -> Reading:
    """Return what a child found as one text: what was said, then what stood there; Refused(no_text) for neither."""
    said = found.heard.text.strip() if found.heard else ""
    shown = "\n".join(found.lines).strip()
    text = "\n".join(part for part in (said, shown) if part)
    if not text:
        raise Refused("no_text", "; ".join(found.notes))
    how: How = "speech+ocr" if said and shown else "speech" if said else "ocr"
    notes = found.notes
    if len(text) > limits.most_characters:
        text, notes = text[: limits.most_characters], (*notes, f"cut after {limits.most_characters} characters")
    return Reading(
        text=text,
        how=how,
        language=found.heard.language if found.heard and said else None,
        seconds=found.seconds,
        confidence=found.heard.confidence if found.heard and said else found.score,
        notes=notes,
    )
