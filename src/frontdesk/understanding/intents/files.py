"""Training data in files: CSV, Markdown and JSON by their ending, Rasa NLU YAML otherwise, and a folder of them."""

import re
from pathlib import Path

from frontdesk.errors import InvalidInput, NotFound
from frontdesk.understanding.intents import csv, earlier, rasa
from frontdesk.understanding.intents.data import TrainingData

YAML, CSV, EARLIER = (".yml", ".yaml"), (".csv", ".tsv"), (".md", ".json")
OF_NLU = re.compile(rb"^[\"']?(nlu|responses)[\"']?[ \t]*:", re.MULTILINE)


def read(path: Path) -> TrainingData:
    """Return what the file holds, or all training data of a folder together; errors name the file."""
    if not path.is_dir():
        return _read(path, _content(path))
    found = [_read(file, content) for file in _files(path) if _is_nlu(file, content := _content(file))]
    if not found:
        raise NotFound(f"{path} holds no training data: a file that ends in {', '.join(YAML + CSV + EARLIER)}")
    return joined(found)


def _files(folder: Path) -> list[Path]:
    found = (file for file in folder.rglob("*") if file.suffix.lower() in YAML + CSV + EARLIER and file.is_file())
    return sorted(file for file in found if not any(part.startswith(".") for part in file.relative_to(folder).parts))


def _is_nlu(path: Path, content: bytes) -> bool:
    """Tell whether a file in a folder is training data; stories, rules, settings and pages to read are left alone."""
    match path.suffix.lower():
        case ".md":
            return earlier.is_markdown(content)
        case ".json":
            return b"rasa_nlu_data" in content
        case suffix:
            return suffix in CSV or bool(OF_NLU.search(content))


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise NotFound(f"{path} can't be read: {error.strerror or error}") from None


def _read(path: Path, content: bytes) -> TrainingData:
    try:
        match path.suffix.lower():
            case ".csv" | ".tsv":
                return csv.read(content)
            case ".md":
                return earlier.markdown(content)
            case ".json":
                return earlier.nlu_json(content)
            case _:
                return rasa.read(content)
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
