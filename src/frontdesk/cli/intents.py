"""`intents`: training data measured and converted, without servers."""

import json
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from frontdesk.errors import InvalidInput

app = typer.Typer(help="Measure and convert training data of intents.", no_args_is_help=True)


class Embeddings(StrEnum):
    """Where sentence embeddings come from."""

    NONE = "none"
    LOCAL = "local"


@app.callback()
def intents() -> None:
    """Measure and convert training data of intents."""


@app.command()
def evaluate(
    train: Annotated[Path, typer.Option(help="Training data: CSV `text,intent`, Rasa NLU YAML, or a folder of them.")],
    test: Annotated[Path, typer.Option(help="Data to measure on; `oos` marks out-of-scope rows.")],
    val: Annotated[Path | None, typer.Option(help="Held-out data for calibration and threshold.")] = None,
    ask_again: Annotated[
        float, typer.Option(min=0, max=0.99, help="Share of in-scope messages you are willing to ask again about.")
    ] = 0.03,
    embeddings: Annotated[Embeddings, typer.Option(help="Sentence embeddings that join the features.")] = (
        Embeddings.NONE
    ),
    embeddings_folder: Annotated[
        Path | None, typer.Option(envvar="FRONTDESK_EMBEDDINGS_FOLDER", help="Folder of the embeddings' model.")
    ] = None,
    confusion: Annotated[bool, typer.Option("--confusion", help="Print the confusion per intent, too.")] = False,
) -> None:
    """Train on one file, measure on another, and print the figures as JSON."""
    from frontdesk.understanding.intents import embeddings as sentences
    from frontdesk.understanding.intents import evaluation, files, training

    embed = sentences.local(embeddings_folder) if embeddings is Embeddings.LOCAL else None
    known, rows = files.read(train).utterances, files.read(test).utterances
    held_out = files.read(val).utterances if val else ()
    if not rows:
        raise InvalidInput(f"{test} holds no utterance to measure on")
    model = training.train(known, held_out, willingness=ask_again, embed=embed)
    report = evaluation.evaluate(model, rows)
    figures: dict[str, Any] = {**report.document(), "train_seconds": model.about["train_seconds"]}
    if confusion:
        figures["confusion"] = report.confusion
    print(json.dumps(figures, ensure_ascii=False, indent=2))


@app.command("import")
def import_(
    source: Annotated[Path, typer.Argument(help="Rasa NLU YAML, CSV, or a folder of them.")],
    target: Annotated[Path, typer.Argument(help="File to write; its ending says which form.")],
) -> None:
    """Read training data, check it, and write it as one file."""
    _convert(source, target)


@app.command()
def export(
    source: Annotated[Path, typer.Argument(help="Training data to read.")],
    target: Annotated[Path, typer.Argument(help="File to write: .csv, .yml or .yaml.")],
) -> None:
    """Write training data in another form."""
    _convert(source, target)


def _convert(source: Path, target: Path) -> None:
    from frontdesk.understanding.intents import files

    if target.suffix.lower() not in (*files.CSV, *files.YAML):
        raise InvalidInput(f"{target.name} has to end in {', '.join((*files.CSV, *files.YAML))}")
    data = files.read(source)
    files.write(target, data)
    written = data.utterances
    intents = {utterance.intent for utterance in written}
    print(f"{len(written)} utterances of {len(intents)} intents written to {target}")
    if target.suffix.lower() in files.CSV and (left := len(data.sections) - len(list(data.of_kind("intent")))):
        print(f"{left} other sections (synonyms, regexes, lookups) have no place in CSV: left out", file=sys.stderr)
