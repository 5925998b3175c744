"""Training data as the text of a file, in either form."""

from typing import Literal

from frontdesk.core.wording import storable
from frontdesk.errors import InvalidInput, MalformedPayload
from frontdesk.understanding.intents import csv, rasa
from frontdesk.understanding.intents.data import TrainingData
from frontdesk.understanding.intents.stored import MOST_NAME

Form = Literal["yaml", "csv"]


def read(content: bytes, form: Form) -> TrainingData:
    """Return what a file holds; MalformedPayload says what is wrong with it. CPU work: seconds where it is large."""
    try:
        data = csv.read(content) if form == "csv" else rasa.read(content)
    except RecursionError:
        raise MalformedPayload("the training data is nested too deep") from None
    if not data.sections and data.further.keys() <= {"version"}:
        raise InvalidInput("the file holds no training data: neither sections under `nlu` nor rows")
    return data


def write(data: TrainingData, form: Form) -> str:
    """Return the file's text."""
    return csv.write(data) if form == "csv" else rasa.write(data)


def section_name(name: str) -> str:
    """Return the name of a synonym, regex or lookup; InvalidInput where it can't be one."""
    clean = storable(name).strip()
    if not clean or len(clean) > MOST_NAME:
        raise InvalidInput(f"a name has 1 to {MOST_NAME} characters: {clean[:60]!r}")
    return clean
