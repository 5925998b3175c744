"""Training data as CSV with the columns `text` and `intent`, and `entities` as JSON where there are any."""

import csv
import io
import json
from collections.abc import Iterator
from typing import Any

from frontdesk.errors import MalformedPayload, PayloadTooLarge
from frontdesk.understanding.intents import markup
from frontdesk.understanding.intents.data import Annotation, TrainingData, Utterance, gathered

MOST_BYTES = 50_000_000
DELIMITERS = ",;\t"


def read(content: str | bytes) -> TrainingData:
    """Return the rows as data; comma, semicolon and tab are understood; MalformedPayload names the line at fault."""
    return gathered(rows(content))


def rows(content: str | bytes) -> Iterator[Utterance]:
    """Yield the rows in their order; those without text are left out."""
    if len(content) > MOST_BYTES:
        raise PayloadTooLarge(f"the training data is over {MOST_BYTES // 1_000_000} MB: split it into several files")
    text = _text(content)
    first = text.partition("\n")[0]
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=max(DELIMITERS, key=first.count), strict=True)
    try:
        names = {(name or "").strip().lower(): name for name in reader.fieldnames or ()}
        if not {"text", "intent"} <= names.keys():
            raise MalformedPayload("the first line of the CSV has to name the columns `text` and `intent`")
        for row in reader:
            yield from _utterance({name: row.get(column) for name, column in names.items()}, reader.line_num)
    except csv.Error as error:
        raise MalformedPayload(f"line {reader.line_num} of the CSV can't be read: {error}") from None


def write(data: TrainingData) -> str:
    """Return the utterances as CSV; synonyms, regexes, lookups and metadata have no place in it."""
    utterances = data.utterances
    marked = any(utterance.entities for utterance in utterances)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["text", "intent", "entities"] if marked else ["text", "intent"])
    for utterance in utterances:
        entities = json.dumps(markup.as_list(utterance.entities), ensure_ascii=False)
        writer.writerow([utterance.text, utterance.intent, *([entities if utterance.entities else ""] * marked)])
    return out.getvalue()


def _text(content: str | bytes) -> str:
    try:
        text = content if isinstance(content, str) else content.decode()
    except UnicodeDecodeError as error:
        raise MalformedPayload(f"the CSV is not UTF-8: byte {error.start}") from None
    return text.removeprefix("\ufeff").replace("\0", "")


def _utterance(row: dict[str, Any], line: int) -> Iterator[Utterance]:
    text, intent = (row["text"] or "").strip(), (row["intent"] or "").strip()
    if not text:
        return
    if not intent:
        raise MalformedPayload(f"line {line} of the CSV has no intent: {text[:60]!r}")
    if not (entities := row.get("entities")):
        yield Utterance(text, intent)
    else:  # their places count from the first blank on
        yield Utterance(row["text"], intent, _entities(entities, len(row["text"]), line))


def _entities(written: str, length: int, line: int) -> tuple[Annotation, ...]:
    try:
        return markup.listed(json.loads(written), length)
    except (ValueError, RecursionError) as error:
        raise MalformedPayload(f"line {line} of the CSV has entities at fault: {error}: {written!r:.80}") from None
