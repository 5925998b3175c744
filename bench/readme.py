"""The figures of results.json as the README's table."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

START, END = "<!-- bench:start -->\n", "<!-- bench:end -->"
README = Path(__file__).parents[1] / "README.md"


def fill(results: Path, page: Path = README) -> None:
    """Put the figures that have a goal between the page's marks."""
    document = json.loads(results.read_text())
    before, rest = page.read_text().split(START, 1)
    after = rest.split(END, 1)[1]
    page.write_text(f"{before}{START}{table(document)}{END}{after}")


def table(document: Mapping[str, Any]) -> str:
    """Return the table in Markdown."""
    rows = ["| | measured | beside | ratio | goal | |", "| --- | ---: | --- | ---: | ---: | --- |"]
    rows += [_row(figure) for figure in document["figures"] if figure["goal"]]
    return "\n".join(rows) + "\n"


def _row(figure: Mapping[str, Any]) -> str:
    beside = f"{figure['beside']}: {number(figure['other'])} {figure['unit']}" if figure["other"] is not None else ""
    ratio = number(figure["ratio"]) if figure["ratio"] is not None else ""
    verdict = "reached" if figure["reached"] else "short"
    return f"| {figure['what']} | {number(figure['value'])} {figure['unit']} | {beside} | {ratio} | {figure['goal']} | {verdict} |"


def number(value: float) -> str:
    """Return a figure with as many places as it deserves."""
    return f"{value:.0f}" if abs(value) >= 100 else f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"
