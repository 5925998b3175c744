"""`frontdesk intents`: training data measured and converted without servers; a tenant's intents trained and promoted."""

import json
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from frontdesk.cli import intent_data, intent_versions, intent_views
from frontdesk.errors import InvalidInput

HELP = "Intents: measure and convert training data, and train, promote and try a tenant's."

app = typer.Typer(help=HELP, no_args_is_help=True)


class Embeddings(StrEnum):
    """Where sentence embeddings come from."""

    NONE = "none"
    LOCAL = "local"


@app.callback(help=HELP)
def intents() -> None:
    """Stay a group, however few commands it has."""


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


for commands in (intent_data, intent_views, intent_versions):
    commands.register(app)
