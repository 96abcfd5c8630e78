"""Vectors of the shipped content, shipped with it: a first start fills its store from here instead of computing for minutes.

They are keyed by the text's digest, so a changed text is simply not found here and is embedded as usual. Kept as 8-bit
integers with a scale a row (cosine to the original above 0.999), 384 bytes a text.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.database import Database
from knowledge_base.models import StoredVector
from knowledge_base.retrieval import learning, published, vector_store
from knowledge_base.retrieval.embeddings import BUNDLED, Embedder

FILE = Path(__file__).parent.parent / "content" / "vectors.npz"


def write(database: Database, model: str, also: Sequence[str]) -> tuple[int, int]:
    """Write the file from the present content, the off-topic questions and `also`; returns (vectors, bytes)."""
    with database.reading() as session:
        texts = published.read(session).texts
    for text in [*also, *(t for _, t in learning.off_topic())]:
        texts[vector_store.digest_of(text)] = text
    vectors = vector_store.vectors_for(database, model, texts, Embedder(model).embed)
    digests = sorted(vectors)
    matrix = np.stack([vectors[d] for d in digests])
    scales = np.abs(matrix).max(axis=1) / 127.0
    np.savez_compressed(
        FILE,
        digests=np.array([bytes.fromhex(d) for d in digests]),
        scales=scales.astype(np.float32),
        values=np.round(matrix / scales[:, None]).astype(np.int8),
    )
    return len(digests), FILE.stat().st_size


def load_into(database: Database, model: str) -> int:
    """Put the shipped vectors that the store lacks into it; returns how many. Other models have none."""
    if model != BUNDLED or not FILE.exists():
        return 0
    with database.reading() as session:
        known = set(session.scalars(select(StoredVector.digest).where(StoredVector.model == model)))
    with np.load(FILE, allow_pickle=False) as data:
        digests = [raw.ljust(32, b"\0").hex() for raw in data["digests"].tolist()]
        matrix = data["values"].astype(np.float32) * data["scales"][:, None]
    matrix /= np.linalg.norm(matrix, axis=1, keepdims=True)
    missing = [(d, v) for d, v in zip(digests, matrix, strict=True) if d not in known]
    if missing:
        with database.writing() as session:
            _insert(session, model, missing)
    return len(missing)


def _insert(session: Session, model: str, rows: list[tuple[str, np.ndarray]]) -> None:
    session.bulk_insert_mappings(
        StoredVector.__mapper__,
        [{"digest": d, "model": model, "vector": v.astype("<f4").tobytes()} for d, v in rows],
    )
