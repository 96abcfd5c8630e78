"""Vectors kept in the database by text and model: a text is embedded once, also across restarts and replicas."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from core.database import Database
from knowledge_base.models import StoredVector
from knowledge_base.retrieval.embeddings import Embedder, Vectors

_BATCH = 64
Progress = Callable[[int, int], None]


def vectors_for(
    database: Database, embedder: Embedder, texts: dict[str, str], progress: Progress | None = None
) -> dict[str, Vectors]:
    """Vectors by digest for `texts` (digest → text); missing ones are made and stored in small transactions.

    A build that is killed half-way keeps what it has made and leaves the serving index alone.
    """
    with database.reading() as session:
        known = load(session, embedder.name)
    missing = sorted(set(texts) - set(known), key=lambda d: len(texts[d]))
    for start in range(0, len(missing), _BATCH):
        batch = missing[start : start + _BATCH]
        made = embedder.embed([texts[d] for d in batch])
        with database.writing() as session:
            for digest, vector in zip(batch, made, strict=True):
                session.merge(StoredVector(digest=digest, model=embedder.name, vector=vector.astype("<f4").tobytes()))
                known[digest] = vector
        if progress:
            progress(min(start + _BATCH, len(missing)), len(missing))
    return {digest: known[digest] for digest in texts}


def load(session: Session, model: str) -> dict[str, Vectors]:
    """All stored vectors of a model, by digest."""
    rows = session.execute(select(StoredVector.digest, StoredVector.vector).where(StoredVector.model == model))
    return {digest: np.frombuffer(raw, dtype="<f4").astype(np.float32) for digest, raw in rows}


def forget(session: Session, model: str, keep: Sequence[str]) -> int:
    """Drop vectors of texts that no article has any more; returns how many."""
    known = set(session.scalars(select(StoredVector.digest).where(StoredVector.model == model)))
    gone = sorted(known - set(keep))
    for start in range(0, len(gone), 500):
        session.execute(
            delete(StoredVector).where(StoredVector.model == model, StoredVector.digest.in_(gone[start : start + 500]))
        )
    return len(gone)
