"""Language detection: right on texts nothing was chosen by, and what it costs.

`python -m bench.language` prints the figures; `--file dev` those of the set that thresholds were settled on.
"""

import asyncio
import threading
import time
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated

import psutil
import typer
from rich.console import Console

from bench import table
from bench.figures import Figure, Goal
from frontdesk.understanding.language import Detector, detector, language_of

PART = "language"
DATA = Path(__file__).parents[1] / "tests" / "understanding" / "data" / "language"
EIGHT = ("en", "es", "fr", "hi", "ar", "pt", "sw", "de")
SCRIPTS = frozenset({"hi", "ar"})
"""Languages their script gives away: counted, and left out of the figure beside."""

Texts = Mapping[str, Sequence[str]]


def main(file: Annotated[str, typer.Option(help="heldout or dev.")] = "heldout", mistakes: bool = False) -> None:
    """Measure language detection on this machine."""
    console = Console(highlight=False, width=130)
    document = tomllib.loads((DATA / f"{file}.toml").read_text("utf-8"))
    costs, model = asyncio.run(_loading())
    texts: dict[str, Texts] = {kind.replace("_", "-"): document[kind] for kind in ("two_words", "sentences")}
    figures = [
        figure for kind, goal in zip(texts, (90, 97), strict=True) for figure in _right(kind, texts[kind], goal, model)
    ]
    table.show(console, [*figures, *costs, _pace(texts, model)])
    if mistakes:
        for language, text, found in (row for kind in texts.values() for row in _rows(kind, None, model)):
            if language != found:
                console.print(f"{language} taken for {found}: {text}", markup=False)


def _right(kind: str, texts: Texts, goal: int, model: Detector) -> list[Figure]:
    latin = {language: said for language, said in texts.items() if language not in SCRIPTS}
    moves = [
        (found == language, found not in {language, now})
        for now in EIGHT
        for language, _, found in _rows({name: said for name, said in texts.items() if name != now}, now, model)
    ]
    own = [found == language for now in EIGHT for language, _, found in _rows({now: texts[now]}, now, model)]
    return [
        _percent(f"{kind}, right", [found == language for language, _, found in _rows(texts, None, model)], goal),
        _percent(f"{kind} in Latin letters, right", [found == row for row, _, found in _rows(latin, None, model)]),
        _percent(f"{kind}, language of the conversation kept", own),
        _percent(f"{kind}, another language followed", [followed for followed, _ in moves]),
        _percent(f"{kind}, a third language taken", [third for _, third in moves]),
    ]


def _rows(texts: Texts, now: str | None, model: Detector) -> list[tuple[str, str, str]]:
    return [
        (name, text, language_of(text, EIGHT, now, model).language) for name, said in texts.items() for text in said
    ]


def _percent(what: str, right: Sequence[bool], goal: int | None = None) -> Figure:
    bound = Goal(bound=goal, kind="least") if goal else None
    words = f"{what}, of {len(right)}"
    return Figure(part=PART, what=words, value=round(100 * sum(right) / len(right), 1), unit="%", goal=bound)


def _pace(texts: Mapping[str, Texts], model: Detector) -> Figure:
    said = [text for kind in texts.values() for text in (text for said in kind.values() for text in said)] * 5
    started = time.perf_counter()
    for text in said:
        language_of(text, EIGHT, "en", model)
    spent = time.perf_counter() - started
    return Figure(part=PART, what="one decision", value=round(1e6 * spent / len(said)), unit="µs")


async def _loading() -> tuple[list[Figure], Detector]:
    """Load the models as a process does at its start, a second thread watching how long it has no turn."""
    before, worst, done = psutil.Process().memory_info().rss, [0.0], threading.Event()

    def watch() -> None:
        last = time.perf_counter()
        while not done.wait(0.001):
            now = time.perf_counter()
            worst[0], last = max(worst[0], now - last), now

    watching = threading.Thread(target=watch)
    watching.start()
    started = time.perf_counter()
    model = await detector(EIGHT)
    spent = time.perf_counter() - started
    done.set()
    watching.join()
    grown = (psutil.Process().memory_info().rss - before) / 2**20
    figures = (("loading the models", spent, "s"), ("longest pause of other threads", worst[0], "s"))
    costs = [Figure(part=PART, what=what, value=round(value, 2), unit=unit) for what, value, unit in figures]
    return [*costs, Figure(part=PART, what="memory of the models", value=round(grown), unit="MiB")], model


if __name__ == "__main__":
    typer.run(main)
