"""Vectors kept in the database by text and model: a text is embedded once, also across restarts and replicas."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence

import numpy as np
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from core.database import Database
from knowledge_base.models import StoredVector
from knowledge_base.retrieval.embeddings import Vectors

_BATCH = 64
_FEW = 1000  # up to here rows are asked for by digest; above, reading the whole table is quicker
Progress = Callable[[int, int], None]
Embed = Callable[[Sequence[str]], Vectors]


def digest_of(text: str) -> str:
    """What a text's vector is stored under."""
    return hashlib.sha256(text.encode()).hexdigest()


def vectors_for(
    database: Database, model: str, texts: dict[str, str], embed: Embed, progress: Progress | None = None
) -> dict[str, Vectors]:
    """Vectors by digest for `texts` (digest → text); missing ones are made and stored in small transactions.

    A build that is killed half-way keeps what it has made and leaves the serving index alone.
    """
    if not texts:
        return {}
    with database.reading() as session:
        known = load(session, model) if len(texts) > _FEW else load_some(session, model, list(texts))
    missing = sorted(set(texts) - set(known), key=lambda d: len(texts[d]))
    for start in range(0, len(missing), _BATCH):
        batch = missing[start : start + _BATCH]
        made = embed([texts[d] for d in batch])
        with database.writing() as session:
            for digest, vector in zip(batch, made, strict=True):
                session.merge(StoredVector(digest=digest, model=model, vector=vector.astype("<f4").tobytes()))
                known[digest] = vector
        if progress:
            progress(min(start + _BATCH, len(missing)), len(missing))
    return {digest: known[digest] for digest in texts}


def load(session: Session, model: str) -> dict[str, Vectors]:
    """All stored vectors of a model, by digest."""
    rows = session.execute(select(StoredVector.digest, StoredVector.vector).where(StoredVector.model == model))
    return {digest: np.frombuffer(raw, dtype="<f4").astype(np.float32) for digest, raw in rows}


def load_some(session: Session, model: str, digests: Sequence[str]) -> dict[str, Vectors]:
    """The stored vectors of these texts, by digest; unknown ones are left out."""
    found: dict[str, Vectors] = {}
    for start in range(0, len(digests), 500):
        rows = session.execute(
            select(StoredVector.digest, StoredVector.vector).where(
                StoredVector.model == model, StoredVector.digest.in_(digests[start : start + 500])
            )
        )
        found |= {digest: np.frombuffer(raw, dtype="<f4").astype(np.float32) for digest, raw in rows}
    return found


def forget(session: Session, model: str, keep: Sequence[str]) -> int:
    """Drop vectors of texts that no article has any more; returns how many."""
    known = set(session.scalars(select(StoredVector.digest).where(StoredVector.model == model)))
    gone = sorted(known - set(keep))
    for start in range(0, len(gone), 500):
        session.execute(
            delete(StoredVector).where(StoredVector.model == model, StoredVector.digest.in_(gone[start : start + 500]))
        )
    return len(gone)
