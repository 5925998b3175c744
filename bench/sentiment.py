"""Sentiment: right on messages no word was chosen by, and what it costs.

`python -m bench.sentiment` prints the figures; `--file development` those of the set that words were settled on.
"""

import time
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from bench import table
from bench.figures import Figure, Goal, at_least, at_most
from frontdesk.understanding.sentiment import score

PART = "sentiment"
DATA = Path(__file__).parents[1] / "tests" / "understanding" / "sentiment"
SIDE = 0.2
"""A score beyond this, either way, takes a side."""
STRONG = -0.5

Texts = Mapping[str, Mapping[str, Sequence[str]]]


def main(file: Annotated[str, typer.Option(help="unseen or development.")] = "unseen", mistakes: bool = False) -> None:
    """Measure sentiment on this machine."""
    console = Console(highlight=False, width=130)
    texts = read(file)
    rows = [(language, kind, text, score(text, language).score) for language, kind, text in _each(texts)]
    figures = [_right(name, [row for row in rows if row[0] == name]) for name in texts]
    figures += [_right(f"all {kind}", [row for row in rows if row[1] == kind]) for kind in texts["en"]]
    alarms = 100 * sum(row[3] < STRONG for row in rows if row[1] == "neutral") / (len(rows) / 3)
    figures.append(_figure("neutral called strongly negative", round(alarms, 1), "%", at_most(5)))
    table.show(console, [*figures, _pace(texts)])
    for language, kind, text, value in rows:
        if mistakes and side(value) != kind:
            console.print(f"{language} {kind} {value:+.2f}: {text}", markup=False)


def read(file: str) -> Texts:
    texts: Texts = tomllib.loads((DATA / f"{file}.toml").read_text("utf-8"))
    return texts


def side(value: float) -> str:
    """Return the class a score stands for."""
    if abs(value) <= SIDE:
        return "neutral"
    return "positive" if value > 0 else "negative"


def _each(texts: Texts) -> Iterator[tuple[str, str, str]]:
    for language, kinds in texts.items():
        for kind, said in kinds.items():
            for text in said:
                yield language, kind, text


def _right(what: str, rows: Sequence[tuple[str, str, str, float]]) -> Figure:
    share = 100 * sum(side(row[3]) == row[1] for row in rows) / len(rows)
    return _figure(f"{what}, right, of {len(rows)}", round(share, 1), "%", at_least(80))


def _pace(texts: Texts) -> Figure:
    said = list(_each(texts)) * 5
    started = time.perf_counter()
    for language, _, text in said:
        score(text, language)
    return _figure("one message", round(1e6 * (time.perf_counter() - started) / len(said)), "µs", at_most(100))


def _figure(what: str, value: float, unit: str, goal: Goal) -> Figure:
    return Figure(part=PART, what=what, value=value, unit=unit, goal=goal)


if __name__ == "__main__":
    typer.run(main)
