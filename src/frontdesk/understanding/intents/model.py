"""A trained model: it ranks the intents of a text, and is kept as bytes that hold data only."""

import io
import json
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from frontdesk.errors import ConfigurationError, MalformedPayload
from frontdesk.understanding.intents.calibration import confidences
from frontdesk.understanding.intents.classifier import Linear
from frontdesk.understanding.intents.data import OUT_OF_SCOPE
from frontdesk.understanding.intents.features import Block, Features

FORMAT = 1
MOST_UNPACKED_BYTES = 2_000_000_000
EMBEDDING_WEIGHT = 1.5
"""What a sentence embedding weighs beside words and character n-grams, which weigh one each."""
PARTS = ("about", "words", "characters", "word_weights", "character_weights", "weights", "biases")

Embed = Callable[[Sequence[str]], NDArray[np.float32]]
"""Sentence embeddings, one row of length one a text."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """An intent a text may mean, and how sure the model is."""

    intent: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Prediction:
    """The intents of a text, the likeliest first; `accepted` is false where it is none of them."""

    ranking: tuple[Candidate, ...]
    scope: float
    """How much speaks for the text being in scope; compared with the model's threshold."""
    accepted: bool

    @property
    def best(self) -> Candidate:
        return self.ranking[0]


@dataclass(frozen=True, slots=True)
class Model:
    """All that is needed to rank intents; `about` holds what was measured when it was trained."""

    features: Features
    linear: Linear
    sharpness: float
    threshold: float
    embedding: str | None = None
    about: Mapping[str, Any] = field(default_factory=dict)
    embed: Embed | None = field(default=None, repr=False, compare=False)

    @property
    def intents(self) -> tuple[str, ...]:
        return tuple(label for label in self.linear.labels if label != OUT_OF_SCOPE)

    def predict(self, text: str, most: int = 5) -> Prediction:
        """Rank the intents a text may mean, `most` of them; one without anything known is never accepted."""
        places, values = self.features.row(text)
        scores = self._scores(text, places, values)
        inside, scope = split(scores, self.linear.labels)
        sure = confidences(inside, self.sharpness)
        names = self.intents
        order = np.argsort(-inside, kind="stable")[:most]
        ranking = tuple(Candidate(names[place], float(sure[place])) for place in order)
        return Prediction(ranking, float(scope), bool(scope >= self.threshold and (places or self.embed)))

    def _scores(self, text: str, places: list[int], values: NDArray[np.float32]) -> NDArray[np.float32]:
        scores: NDArray[np.float32] = values @ self.linear.weights[places].astype(np.float32) + self.linear.biases
        if self.embedding is None:
            return scores
        if self.embed is None:
            raise ConfigurationError(f"the model was trained with the embeddings {self.embedding!r}: set their folder")
        dense = self.linear.weights[self.features.size :].astype(np.float32)
        return np.asarray(scores + EMBEDDING_WEIGHT * self.embed([text])[0] @ dense, dtype=np.float32)


def split(scores: NDArray[np.float32], labels: Sequence[str]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return the scores of the intents, and how much more they speak for the best of them than for out of scope."""
    if OUT_OF_SCOPE not in labels:
        return scores, scores.max(axis=-1)
    place = labels.index(OUT_OF_SCOPE)
    inside = np.delete(scores, place, axis=-1)
    return inside, inside.max(axis=-1) - scores[..., place]


def dump(model: Model) -> bytes:
    """Return the model as bytes (NumPy arrays and JSON in a zip file)."""
    about = {
        "format": FORMAT,
        "labels": model.linear.labels,
        "sharpness": model.sharpness,
        "threshold": model.threshold if np.isfinite(model.threshold) else None,
        "embedding": model.embedding,
        "about": model.about,
    }
    words, characters = model.features.words, model.features.characters
    out = io.BytesIO()
    np.savez_compressed(
        out,
        about=_packed(about),
        words=_packed(list(words.places)),
        characters=_packed(list(characters.places)),
        word_weights=np.array(words.weights, np.float64),
        character_weights=np.array(characters.weights, np.float64),
        weights=model.linear.weights,
        biases=model.linear.biases,
    )
    return out.getvalue()


def load(content: bytes, embed: Embed | None = None) -> Model:
    """Return the model in these bytes; MalformedPayload where they are none of ours. Nothing in them is ever run."""
    try:
        parts = _parts(content)
        about = json.loads(parts["about"].tobytes())
        if about["format"] != FORMAT:
            raise MalformedPayload(f"the model has format {about['format']!r}, this version reads {FORMAT}: train anew")
        features = Features(_block(parts, "words", "word"), _block(parts, "characters", "character"))
        weights = np.asarray(parts["weights"], np.float16)
        linear = Linear(tuple(map(str, about["labels"])), weights, np.asarray(parts["biases"], np.float32))
        threshold = float("-inf") if about["threshold"] is None else float(about["threshold"])
        model = Model(features, linear, float(about["sharpness"]), threshold, about["embedding"], about["about"], embed)
        _check(model)
    except (KeyError, TypeError, ValueError, AttributeError, OSError, EOFError, zipfile.BadZipFile, RecursionError):
        raise MalformedPayload("the model can't be read: it is damaged or none of Frontdesk's; train it anew") from None
    return model


def _check(model: Model) -> None:
    rows, columns = model.linear.weights.shape
    fits = rows == model.features.size if model.embedding is None else rows > model.features.size
    if not fits or columns != len(model.linear.labels) or model.linear.biases.shape != (columns,):
        raise ValueError("sizes differ")
    if not model.intents or not isinstance(model.about, dict) or not np.isfinite(model.sharpness):
        raise ValueError("parts are missing")


def _packed(content: Any) -> NDArray[np.uint8]:
    return np.frombuffer(json.dumps(content, ensure_ascii=True).encode(), np.uint8)


def _parts(content: bytes) -> dict[str, NDArray[Any]]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        if sum(member.file_size for member in archive.infolist()) > MOST_UNPACKED_BYTES:
            raise ValueError("it unpacks to too much")
    with np.load(io.BytesIO(content), allow_pickle=False) as archive:
        return {name: archive[name] for name in PARTS}


def _block(parts: Mapping[str, NDArray[Any]], names: str, kind: str) -> Block:
    places = {str(name): place for place, name in enumerate(json.loads(parts[names].tobytes()))}
    weights = tuple(np.asarray(parts[f"{kind}_weights"], np.float64).tolist())
    if len(places) != len(weights):
        raise ValueError("sizes differ")
    return Block(places, weights)
