"""lingua, with the models of those languages only that a script does not tell apart."""

import asyncio
import functools
import threading
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import TYPE_CHECKING

from frontdesk.understanding.language.evidence import base, written_in

if TYPE_CHECKING:
    from lingua import Language

Detector = Callable[[str], Mapping[str, float]]
"""Says how sure it is of each language it knows (base tags; the sum is 1), best first; nothing where it can't say."""

_loaded: set[str] = set()
_loading = threading.Lock()


def silent(text: str) -> Mapping[str, float]:
    """Say nothing: the detector of tenants whose languages are told apart by their scripts."""
    return {}


def needed(languages: Iterable[str]) -> frozenset[str]:
    """Return those languages that share a script with another of them, as base tags lingua knows."""
    bases = {base(language) for language in languages}
    shared = Counter(script for language in bases for script in written_in(language))
    crowded = {language for language in bases if any(shared[script] > 1 for script in written_in(language))}
    known = crowded & _known().keys()
    return frozenset(known) if len(known) > 1 else frozenset()


async def detector(languages: Collection[str]) -> Detector:
    """Return the detector for a tenant's languages, its models loaded: once a process and language.

    lingua holds the interpreter while it loads, in whatever thread, up to about 0.4 s a language; between two
    languages others have their turn. Call it when a process starts or a tenant changes, rather than within a turn.
    """
    wanted = needed(languages)
    for language in sorted(wanted - _loaded):
        await asyncio.to_thread(_load, language)
    return of(wanted)


@functools.lru_cache(maxsize=256)
def of(languages: frozenset[str]) -> Detector:
    """Return the detector for languages as `needed` returns them; models not loaded yet are loaded at its first word."""
    if not languages:
        return silent
    from lingua import LanguageDetectorBuilder

    model = LanguageDetectorBuilder.from_languages(*(_known()[language] for language in languages)).build()
    tags = {_known()[language]: language for language in languages}

    def confidences(text: str) -> Mapping[str, float]:
        return {tags[found.language]: found.value for found in model.compute_language_confidence_values(text)}

    return confidences


def _load(language: str) -> None:
    from lingua import LanguageDetectorBuilder

    with _loading:  # whoever needs the same one meanwhile waits for it
        if language not in _loaded:
            # models are the process's: this detector may go, what it loaded stays
            LanguageDetectorBuilder.from_languages(_known()[language]).with_preloaded_language_models().build()
            _loaded.add(language)


@functools.cache
def _known() -> "Mapping[str, Language]":
    from lingua import Language

    found = {language.iso_code_639_1.name.lower(): language for language in Language.all()}
    return {**found, "no": found["nb"]}
