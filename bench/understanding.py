"""Understanding measured: every data set of a folder, its intents learned and its test rows judged one by one."""

import json
import sys
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from frontdesk.understanding.intents import evaluation, files, training

RESULTS = Path(__file__).parent / "understanding.json"
COLUMNS = ("accuracy", "macro_f1", "asked_again", "oos_recall", "oos_precision", "ece", "train_seconds", "ms_per_text")
ENDINGS = (".csv", ".yml", ".yaml")


def main() -> None:
    """Measure the data sets of the folders named; print a table and write understanding.json."""
    folders = [found for name in sys.argv[1:] for found in data_sets(Path(name))]
    if not folders:
        sys.exit("make bench-understanding DATA=folder: a folder of folders with train.csv and test.csv (and val.csv)")
    results = {folder.name: measured(folder) for folder in folders}
    show(results)
    RESULTS.write_text(json.dumps(results, indent=2, ensure_ascii=False) + "\n")


def data_sets(folder: Path) -> list[Path]:
    """Return the data sets in a folder, or the folder itself where it is one."""
    inside = [path for path in sorted(folder.iterdir()) if path.is_dir()] if folder.is_dir() else []
    return [path for path in (folder, *inside) if part(path, "train") and part(path, "test")]


def part(folder: Path, name: str) -> Path | None:
    """Return the file of one part, or None."""
    return next((path for ending in ENDINGS if (path := folder / f"{name}{ending}").is_file()), None)


def measured(folder: Path) -> dict[str, Any]:
    """Train on a data set's own train rows, calibrate on its val rows where it has some, judge its test rows."""
    train, val, test = (part(folder, name) for name in ("train", "val", "test"))
    assert train
    assert test
    model = training.train(files.read(train).utterances, files.read(val).utterances if val else ())
    report = evaluation.evaluate(model, files.read(test).utterances)
    return {
        "utterances": model.about["utterances"],
        "intents": len(model.intents),
        **report.document(),
        "train_seconds": round(model.about["train_seconds"], 1),
        "bins": [[found.count, round(found.confidence, 4), round(found.accuracy, 4)] for found in report.bins],
    }


def show(results: dict[str, dict[str, Any]]) -> None:
    """Print a row for each data set."""
    table = Table("data set", title="Intents, measured")
    for name in ("utterances", "intents", "rows", *COLUMNS):
        table.add_column(name.replace("_", " "), justify="right")
    for name, figures in results.items():
        cells = (figures[column] for column in ("utterances", "intents", "rows", *COLUMNS))
        table.add_row(name, *("–" if cell is None else f"{cell:,}" for cell in cells))
    Console(width=150).print(table)


if __name__ == "__main__":
    main()
