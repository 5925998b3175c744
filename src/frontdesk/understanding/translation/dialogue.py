"""What is asked of a provider, whichever it is: segments in batches, checked, and once more in pieces where need be."""

import re
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass

from frontdesk.core.exchange import Exchange, Request, Response
from frontdesk.errors import ChannelUnreachable, FrontdeskError, TranslationFailed
from frontdesk.understanding.translation.protection import Marks, keeps_digits, pattern
from frontdesk.understanding.translation.segments import Segments, around, lines
from frontdesk.understanding.translation.translated import Translated

MOST_CHARACTERS = 50_000
"""Characters of one call, all texts together: more is no message, and providers bill by the character."""


@dataclass(frozen=True, slots=True)
class Provider:
    """How to speak to a provider: its name, how what is kept is marked, what one request may hold."""

    name: str
    marks: Marks
    most_texts: int
    most_characters: int


@dataclass(frozen=True, slots=True)
class Rendered:
    """One segment as the provider gives it back, and the language it found, where it was left to find it."""

    text: str
    source: str | None = None


Batch = Sequence[str]
Dialogue = Generator[Batch, Sequence[Rendered], list[Translated]]
"""Yields batches of segments, receives them rendered, returns the texts."""


def base(language: str) -> str:
    """Return the language of a BCP 47 tag without region and script."""
    return language.replace("_", "-").split("-", 1)[0].lower()


def _same(source: str, target: str) -> bool:
    """Say whether there is nothing to do: regions of a language count where both name one."""
    return base(source) == base(target) and (source == target or not ("-" in source and "-" in target))


def dialogue(
    texts: Sequence[str], source: str | None, target: str, glossary: Sequence[str], provider: Provider
) -> Dialogue:
    """Translate texts, each on its own, into one list of the same order; TranslationFailed(too_long) over the limit.

    Blank texts, numbers, links and what is in the target language already are not sent.
    """
    if sum(map(len, texts)) > MOST_CHARACTERS:
        raise TranslationFailed("too_long", f"the texts are over {MOST_CHARACTERS} characters: translate fewer at once")
    if source and _same(source, target):
        return [Translated(text, text, source, target, provider.name) for text in texts]
    kept = pattern(glossary)
    whole = [lines(text, kept, provider.most_characters // 2) for text in texts]
    first = yield from _translate(whole, kept, provider)
    wrong = [index for index, done in enumerate(first) if done is None or not keeps_digits(texts[index], done.text)]
    exact = pattern(glossary, numbers=True)
    pieces = [around(texts[index], exact, provider.most_characters // 2) for index in wrong]
    again = dict(zip(wrong, (yield from _translate(pieces, exact, provider)), strict=True))
    found = [again.get(index) or first[index] or Rendered(text) for index, text in enumerate(texts)]
    return [
        Translated(text, done.text, source or done.source, target, provider.name, index in again)
        for index, (text, done) in enumerate(zip(texts, found, strict=True))
    ]


def _translate(
    texts: Sequence[Segments], kept: re.Pattern[str], provider: Provider
) -> Generator[Batch, Sequence[Rendered], list[Rendered | None]]:
    """Return each text translated; None where something that was kept got lost."""
    hidden = [provider.marks.hide(segment, kept) for text in texts for segment, spoken in text if spoken]
    done: list[Rendered] = []
    for batch in _batches([part.text for part in hidden], provider):
        done += yield batch
    shown = iter([(provider.marks.show(part.text, was), part.source) for part, was in zip(done, hidden, strict=True)])
    return [_joined(text, shown) for text in texts]


def _joined(text: Segments, shown: Iterator[tuple[str | None, str | None]]) -> Rendered | None:
    parts, sources = [], []
    for segment, spoken in text:
        part, source = next(shown) if spoken else (segment, None)
        parts.append(part.strip() if spoken and part is not None else part)
        sources.append(source)
    if None in parts:
        return None
    return Rendered("".join(filter(None, parts)), next(filter(None, sources), None))


def _batches(segments: Sequence[str], provider: Provider) -> Iterator[Batch]:
    batch: list[str] = []
    for segment in segments:
        full = len(batch) == provider.most_texts or sum(map(len, batch)) + len(segment) > provider.most_characters
        if batch and full:
            yield batch
            batch = []
        batch.append(segment)
    if batch:
        yield batch


def through(
    talk: Dialogue, ask: Callable[[Batch], Request], read: Callable[[Response], Sequence[Rendered]]
) -> Exchange[list[Translated]]:
    """Carry a dialogue on over HTTP; every failure leaves as TranslationFailed."""
    try:
        batch = next(talk)
        while True:
            try:
                response = yield ask(batch)
            except FrontdeskError as error:
                raise _unanswered(error) from None
            rendered = read(response)
            if len(rendered) != len(batch):
                raise TranslationFailed("malformed", f"{len(batch)} texts were sent and {len(rendered)} came back")
            batch = talk.send(rendered)
    except StopIteration as stop:
        return stop.value  # type: ignore[no-any-return]


def _unanswered(error: FrontdeskError) -> TranslationFailed:
    """Name what HTTP could not do; what it refuses for good (an address, an answer too large) is no matter of waiting."""
    reason = "unreachable" if isinstance(error, ChannelUnreachable) else "refused"
    return TranslationFailed(reason, f"the translation provider gave no answer: {error}")
