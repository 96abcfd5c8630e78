"""The learned ranker in the database: stored whole or not at all, and learned by one process at a time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from core import clock
from core.database import Database
from knowledge_base.models import KnowledgeState, StoredRanker
from knowledge_base.retrieval.ranker import Ranker

LONGEST = timedelta(minutes=15)  # a learning that takes longer is taken to be dead


def stamp(session: Session, model: str) -> tuple[int, datetime] | None:
    """Content version and moment of the stored ranker, without reading it; None where none has been learned."""
    row = session.execute(select(StoredRanker.version, StoredRanker.made_at).where(StoredRanker.model == model)).first()
    return (row[0], row[1]) if row else None


def load(session: Session, model: str) -> tuple[Ranker, tuple[int, datetime]] | None:
    """The stored ranker and its stamp; None where there is none, or one of an earlier release."""
    stored = session.get(StoredRanker, model)
    ranker = Ranker.unpack(stored.archive) if stored else None
    return (ranker, (stored.version, stored.made_at)) if stored and ranker else None


def store(database: Database, model: str, version: int, ranker: Ranker) -> tuple[int, datetime]:
    """Put a ranker, learned from this version of the content, in place of the stored one; returns its stamp."""
    made_at, archive = clock.now(), ranker.pack()
    with database.writing() as session:
        session.merge(StoredRanker(model=model, version=version, made_at=made_at, archive=archive))
    return version, made_at


@contextmanager
def claim(database: Database) -> Iterator[bool]:
    """Hold the right to learn: of all processes on this database one has it. A dead one's right runs out."""
    until = clock.now() + LONGEST
    with database.writing() as session:
        free = or_(KnowledgeState.learning_until.is_(None), KnowledgeState.learning_until < clock.now())
        got = session.execute(update(KnowledgeState).where(free).values(learning_until=until))
        mine = bool(got.rowcount)  # type: ignore[attr-defined]
    try:
        yield mine
    finally:
        if mine:
            release(database)


def release(database: Database) -> None:
    """Give the right to learn back, also in place of a process that was killed."""
    with database.writing() as session:
        session.execute(update(KnowledgeState).values(learning_until=None))
