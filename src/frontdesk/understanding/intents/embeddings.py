"""Sentence embeddings from a folder on this machine, where the extra `embeddings` is installed; nothing is fetched."""

from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from frontdesk.errors import ConfigurationError
from frontdesk.understanding.intents.model import Embed

BATCH = 64


def local(folder: Path | None) -> Embed:
    """Return the embeddings of the sentence-transformers model in this folder; ConfigurationError says what lacks."""
    if folder is None:
        raise ConfigurationError("local embeddings need the folder of a model: set FRONTDESK_EMBEDDINGS_FOLDER")
    if not (folder / "modules.json").is_file():
        raise ConfigurationError(f"{folder} holds no sentence-transformers model (there is no modules.json in it)")
    if find_spec("sentence_transformers") is None:
        raise ConfigurationError("local embeddings need the package sentence-transformers: install it, or do without")
    from sentence_transformers import SentenceTransformer  # type: ignore[import-not-found, unused-ignore]

    model = SentenceTransformer(str(folder), device="cpu", local_files_only=True)

    def embed(texts: Sequence[str]) -> NDArray[np.float32]:
        rows = model.encode(list(texts), batch_size=BATCH, normalize_embeddings=True, show_progress_bar=False)
        return np.asarray(rows, np.float32)

    return embed
