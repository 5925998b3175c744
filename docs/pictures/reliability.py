"""Draws reliability.svg from bench/understanding.json: how often the classifier is right when it is so sure."""

import json
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
RESULTS = HERE.parents[1] / "bench" / "understanding.json"
SIDE, MARGIN, GAP = 260, 48, 30


def picture(results: dict[str, Any]) -> str:
    """Return the SVG, one panel a data set."""
    panels = "".join(
        panel(name, found, MARGIN + place * (SIDE + GAP)) for place, (name, found) in enumerate(results.items())
    )
    width, height = 2 * MARGIN + len(results) * (SIDE + GAP) - GAP, SIDE + 2 * MARGIN
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="sans-serif" '
        f'font-size="12" role="img" aria-label="Reliability of the confidences">\n'
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>\n{panels}'
        f'<text x="14" y="{MARGIN + SIDE / 2}" transform="rotate(-90 14 {MARGIN + SIDE / 2})" '
        f'text-anchor="middle" fill="#333333">share that is right</text>\n</svg>\n'
    )


def panel(name: str, found: dict[str, Any], left: float) -> str:
    """Return one data set's bars; a dot's area grows with the rows in its bin."""
    most = max(count for count, _, _ in found["bins"])
    dots = "".join(
        f'<circle cx="{left + sure * SIDE:.1f}" cy="{MARGIN + (1 - right) * SIDE:.1f}" '
        f'r="{3 + 9 * (count / most) ** 0.5:.1f}" fill="#2563eb" fill-opacity="0.7">'
        f"<title>{count} rows: {sure:.2f} sure, {right:.2f} right</title></circle>\n"
        for count, sure, right in found["bins"]
    )
    ticks = "".join(
        f'<text x="{left + share * SIDE}" y="{MARGIN + SIDE + 16}" text-anchor="middle" fill="#333333">{share}</text>\n'
        for share in (0, 0.5, 1)
    )
    return (
        f'<rect x="{left}" y="{MARGIN}" width="{SIDE}" height="{SIDE}" fill="none" stroke="#999999"/>\n'
        f'<line x1="{left}" y1="{MARGIN + SIDE}" x2="{left + SIDE}" y2="{MARGIN}" stroke="#bbbbbb" stroke-dasharray="4 4"/>\n'
        f'{ticks}{dots}<text x="{left + SIDE / 2}" y="{MARGIN - 14}" text-anchor="middle" fill="#333333">'
        f"{name}: expected calibration error {found['ece']:.3f}</text>\n"
        f'<text x="{left + SIDE / 2}" y="{MARGIN + SIDE + 34}" text-anchor="middle" fill="#333333">confidence</text>\n'
    )


if __name__ == "__main__":
    (HERE / "reliability.svg").write_text(picture(json.loads(RESULTS.read_text())))
