"""The one table at the end, and results.json."""

import json
import os
import platform
import subprocess
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from bench.figures import Figure
from frontdesk.servers import postgres, redis

RESULTS = Path(__file__).parent / "results.json"
PACKAGES = ("frontdesk", "asyncpg", "uvicorn", "uvloop", "aiohttp", "redis", "pydantic")


def show(console: Console, figures: Sequence[Figure]) -> None:
    """Print every figure beside what it is compared with, and whether its goal is reached."""
    table = Table("", "what", title="Frontdesk, measured")
    for name in ("figure", "beside", "ratio", "goal"):
        table.add_column(name, justify="left" if name == "beside" else "right")
    table.add_column("")
    previous = ""
    for figure in figures:
        if previous and figure.part != previous:
            table.add_section()
        table.add_row(*_cells(figure, figure.part != previous))
        previous = figure.part
    console.print(table)


def _cells(figure: Figure, first: bool) -> list[str]:
    beside = f"{figure.beside}: {_number(figure.other)} {figure.unit}" if figure.other is not None else ""
    verdict = {None: "", True: "[green]ok[/]", False: "[red]short[/]"}[figure.reached]
    return [
        figure.part if first else "",
        figure.what,
        f"{_number(figure.value)} {figure.unit}",
        beside,
        f"{figure.ratio:.2f}" if figure.ratio is not None else "",
        str(figure.goal or ""),
        verdict,
    ]


def _number(value: float) -> str:
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"


def write(figures: Sequence[Figure], failures: Sequence[str], scale: dict[str, Any], path: Path = RESULTS) -> None:
    """Write results.json: what was measured, at what size, on what machine; parts measured earlier stay."""
    measured = {figure.part for figure in figures}
    now = {"at": datetime.now(UTC).isoformat(timespec="seconds"), "scale": scale}
    earlier = json.loads(path.read_text()) if path.exists() else {"runs": {}, "figures": []}
    kept = [figure for figure in earlier["figures"] if figure["part"] not in measured]
    document = {
        "machine": machine(),
        "runs": dict(sorted({**earlier["runs"], **dict.fromkeys(measured, now)}.items())),
        "figures": sorted([*kept, *(figure.document() for figure in figures)], key=lambda figure: str(figure["part"])),
        "failures": list(failures),
    }
    path.write_text(json.dumps(document, indent=2, ensure_ascii=False) + "\n")


def machine() -> dict[str, Any]:
    """Return what the figures depend on."""
    lines = Path("/proc/cpuinfo").read_text().splitlines() if Path("/proc/cpuinfo").exists() else []
    model = next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "unknown")
    return {
        "cores": os.cpu_count(),
        "processor": model,
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "postgresql": _version([str(postgres.BIN / "postgres"), "--version"]),
        "redis": _version([str(redis.BIN), "--version"]),
        "packages": {name: version(name) for name in PACKAGES},
    }


def _version(argv: list[str]) -> str:
    return subprocess.run(argv, capture_output=True, text=True, check=False).stdout.strip()
