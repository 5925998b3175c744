"""What Frontdesk itself says, per language: one TOML file each."""

import functools
import random
import tomllib
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from frontdesk.core import openings as core
from frontdesk.core import task_words
from frontdesk.core.openings import Opens
from frontdesk.core.routing import Words
from frontdesk.core.wording import plain

FOLDER = Path(__file__).parent
FALLBACK = "en"
CLAIM = "claim that you are a human"
PROMISE = "promise, price or advise anything"


@functools.cache
def _file(language: str) -> Mapping[str, Any]:
    return tomllib.loads((FOLDER / f"{language}.toml").read_text("utf-8"))


@functools.cache
def languages() -> frozenset[str]:
    """Return the languages there are phrases in."""
    return frozenset(path.stem for path in FOLDER.glob("*.toml"))


def best(wanted: Sequence[str | None]) -> str:
    """Return the first wanted language (BCP 47) there are phrases in, else English."""
    bases = ((language or "").split("-", 1)[0].lower() for language in wanted)
    return next((base for base in bases if base in languages()), FALLBACK)


def say(language: str, key: str, *, tone: str = "friendly", **values: str) -> str:
    """Return a phrase such as `small_talk.greeting`, in the tone asked for where it has one; variants take turns by chance."""
    found = _look_up(language, key) or _look_up(FALLBACK, key)
    if isinstance(found, dict):
        found = found.get(tone) or found["friendly"]
    variant = random.choice(found) if isinstance(found, list) else found  # noqa: S311 - variety, not secrecy
    return str(variant).format_map(values)


def variants(language: str, key: str, *, tone: str = "friendly", **values: str) -> tuple[str, ...]:
    """Return all ways a phrase may be said, in the tone asked for where it has one."""
    found = _look_up(language, key) or _look_up(FALLBACK, key)
    if isinstance(found, dict):
        found = found.get(tone) or found["friendly"]
    return tuple(str(each).format_map(values) for each in (found if isinstance(found, list) else [found]))


def _look_up(language: str, key: str) -> Any:
    found: Any = _file(best([language]))
    for part in key.split("."):
        found = found.get(part) if isinstance(found, dict) else None
    return found


@functools.cache
def words(language: str, section: str) -> Mapping[str, Sequence[str]]:
    """Return folded words by name (`commands`, `small_talk_words`), English ones counting in every language."""
    chosen, english = _file(best([language])).get(section, {}), _file(FALLBACK).get(section, {})
    return {name: tuple({plain(word) for word in (*chosen.get(name, ()), *said)}) for name, said in english.items()}


@functools.cache
def openings(language: str) -> Mapping[str, Opens]:
    """Return by handler what says whether a text is for it."""
    kept, ours = words(language, "reminder_words"), words(language, "reminder_openings")
    begin = (*ours["begin"], *kept["cancel"], *kept["change"])
    reminder = {**ours, "begin": begin, "list": kept["list"]}
    tasks = words(language, "task_words")
    return {"task": partial(task_words.opens, words=tasks), "reminder": partial(core.opens, words=reminder)}


@functools.cache
def commands(language: str) -> Mapping[str, Sequence[str]]:
    """Return the folded words of each command in a language and in English. What stops and starts messages counts in all of
    them; what would mean something else elsewhere stands under `commands_here`.
    """
    here, everywhere = words(language, "commands_here"), [words(each, "commands") for each in sorted(languages())]
    anywhere = {name: (*said, *(word for each in everywhere for word in each[name])) for name, said in here.items()}
    return {**words(language, "commands"), **{name: tuple({*said}) for name, said in anywhere.items()}}


@functools.cache
def listened_for(language: str) -> Words:
    """Return the words routing listens for in a language."""
    return Words(commands(language), words(language, "small_talk_words"), openings(language))


@functools.cache
def never_said(language: str) -> Mapping[str, Sequence[str]]:
    """Return what a language model must not say in small talk, by what that would be.

    Claims are known in every language, single words in the one that is spoken and in English: they mean something else
    elsewhere.
    """
    claims = [word for each in sorted(languages()) for word in _file(each)["unfit_words"]["human"]]
    wares = [word for each in {best([language]), FALLBACK} for word in _file(each)["unfit_words"]["promise"]]
    return {CLAIM: tuple({plain(word) for word in claims}), PROMISE: tuple({plain(word) for word in wares})}


def own(language: str, section: str) -> Mapping[str, Sequence[str]]:
    """Return the words of a section as the language's own file has them; nothing where there is no such file."""
    return _file(language).get(section, {}) if language in languages() else {}
