"""`frontdesk intents`: figures as JSON, data from one form to another."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from frontdesk.cli import app
from frontdesk.errors import FrontdeskError
from frontdesk.understanding.intents import csv, rasa
from frontdesk.understanding.intents.data import Utterance, gathered
from tests.understanding.intents.sentences import OUTSIDE, some


def run(*words: object) -> tuple[str, str]:
    done = CliRunner().invoke(app, ["intents", *map(str, words)])
    if isinstance(done.exception, FrontdeskError):
        raise done.exception
    assert done.exit_code == 0, done.output
    return done.stdout, done.stderr


@pytest.fixture
def rows(tmp_path: Path) -> Path:
    outside = [Utterance(text, "oos") for text in OUTSIDE]
    (tmp_path / "train.csv").write_text(csv.write(gathered([*some(), *outside[:3]])))
    (tmp_path / "test.yml").write_text(rasa.write(gathered([*some(4), *outside[3:]])))
    return tmp_path


def test_evaluate_prints_the_figures(rows: Path) -> None:
    out, _ = run("evaluate", "--train", rows / "train.csv", "--test", rows / "test.yml", "--val", rows / "test.yml")
    figures = json.loads(out)
    assert figures["accuracy"] == figures["macro_f1"] == 1.0
    assert {"oos_recall", "oos_precision", "train_seconds", "ms_per_text", "ece"} <= figures.keys()


def test_rasa_to_csv_and_back_keeps_the_utterances(rows: Path) -> None:
    run("export", rows / "test.yml", rows / "out.csv")
    run("import", rows / "out.csv", rows / "back.yaml")
    assert (
        rasa.read((rows / "back.yaml").read_bytes()).utterances
        == rasa.read((rows / "test.yml").read_bytes()).utterances
    )


def test_what_csv_cant_hold_is_said(tmp_path: Path) -> None:
    (tmp_path / "a.yml").write_text(
        "nlu:\n- intent: a\n  examples: |\n    - hi\n- synonym: b\n  examples: |\n    - c\n"
    )
    out, err = run("export", tmp_path / "a.yml", tmp_path / "a.csv")
    assert "1 utterances of 1 intents" in out
    assert "1 other sections" in err


def test_a_folder_is_read_as_one(tmp_path: Path, rows: Path) -> None:
    out, _ = run("import", rows, tmp_path / "all.yml")
    assert f"{len(some()) + len(some(4)) + len(OUTSIDE)} utterances of 6 intents" in out


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        (("--train", "none.csv", "--test", "none.csv"), r"none\.csv can't be read"),
        (("--train", "{}/train.csv", "--test", "{}/empty.csv"), r"empty\.csv holds no utterance"),
        (("--train", "{}/train.csv", "--test", "{}/bad.yml"), r"bad\.yml: the training data"),
        (("--train", "{}/train.csv", "--test", "{}/test.yml", "--embeddings", "local"), "FRONTDESK_EMBEDDINGS_FOLDER"),
    ],
)
def test_what_is_wrong_is_said(rows: Path, words: tuple[str, ...], fault: str) -> None:
    (rows / "empty.csv").write_text("text,intent\n")
    (rows / "bad.yml").write_text("nlu: [")
    with pytest.raises(FrontdeskError, match=fault):
        run("evaluate", *(word.format(rows) for word in words))
