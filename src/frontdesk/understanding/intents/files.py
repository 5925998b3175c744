"""Training data in files: CSV by its ending, Rasa NLU YAML otherwise, and a folder of either."""

from pathlib import Path

from frontdesk.errors import InvalidInput, NotFound
from frontdesk.understanding.intents import csv, rasa
from frontdesk.understanding.intents.data import TrainingData

YAML, CSV = (".yml", ".yaml"), (".csv", ".tsv")


def read(path: Path) -> TrainingData:
    """Return what the file holds, or all files of a folder together; errors name the file."""
    if path.is_dir():
        found = [file for file in sorted(path.rglob("*")) if file.suffix.lower() in YAML + CSV]
        if not found:
            raise NotFound(f"{path} holds no training data: a file that ends in {', '.join(YAML + CSV)}")
        return joined([read(file) for file in found])
    try:
        content = path.read_bytes()
    except OSError as error:
        raise NotFound(f"{path} can't be read: {error.strerror or error}") from None
    try:
        return csv.read(content) if path.suffix.lower() in CSV else rasa.read(content)
    except InvalidInput:
        raise
    except Exception as error:
        error.args = (f"{path}: {error}",)
        raise


def write(path: Path, data: TrainingData) -> None:
    """Write the data in the form the file's ending names."""
    text = csv.write(data) if path.suffix.lower() in CSV else rasa.write(data)
    path.write_text(text, encoding="utf-8", newline="")


def joined(several: list[TrainingData]) -> TrainingData:
    """Return the data of several files as one; of equal further keys the first file's stands unless both are lists."""
    further: dict[str, object] = {}
    for data in several:
        for name, value in data.further.items():
            known = further.get(name)
            if isinstance(known, dict) and isinstance(value, dict):
                further[name] = {**value, **known}
            elif isinstance(known, list) and isinstance(value, list):
                further[name] = [*known, *value]
            else:
                further.setdefault(name, value)
    return TrainingData(tuple(section for data in several for section in data.sections), further)
