"""`naer doctor`: looks at every part and says what is wrong and how to mend it."""

from __future__ import annotations

import shutil
from collections.abc import Callable

import httpx
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from channels import setup
from channels.cli import training
from channels.conversations.models import Turn
from channels.pages.endpoints import DIST
from core.database import Database
from core.settings import Settings
from knowledge_base.models import Article, StoredRanker, StoredVector
from knowledge_base.retrieval.index import collect

Echo = Callable[[str], None]


def examine(settings: Settings, database: Database, echo: Echo) -> bool:
    """Print one line a part; True when nothing is wrong."""
    fine = True

    def tell(ok: bool, what: str, mend: str = "") -> None:
        nonlocal fine
        fine = fine and ok
        echo(f"{'ok  ' if ok else 'BAD '} {what}" + (f" → {mend}" if mend and not ok else ""))

    for problem in settings.problems():
        tell(False, problem)
    tell(settings.engine_python.exists(), f"engine environment {settings.engine_python}", "make setup")
    tell((DIST / "widget.html").exists(), "front end built", "make front (needs Node)")
    tell(training.is_current(settings), "trained model is current", "naer train")
    tell(shutil.disk_usage(settings.data_dir).free > 1 << 30, "more than 1 GB of disk is free", "make room")
    try:
        _database(settings, database, tell)
    except SQLAlchemyError as error:
        tell(False, f"database: {type(error).__name__}", "naer migrate")
    _running(settings, tell)
    return fine


def _database(settings: Settings, database: Database, tell: Callable[..., None]) -> None:
    with database.engine.connect() as connection:
        current = MigrationContext.configure(connection).get_current_revision()
    head = ScriptDirectory.from_config(setup.alembic_config(database)).get_current_head()
    tell(current == head, f"database schema {current}", "naer migrate")
    if current != head:
        return
    with database.reading() as session:
        rows = list(session.scalars(select(Article).where(~Article.archived)))
        wanted = {e.digest for e in collect(rows)[1]}
        known = set(session.scalars(select(StoredVector.digest).where(StoredVector.model == settings.embedding_model)))
        tell(bool(rows), f"{len(rows)} articles", "naer migrate")
        tell(not wanted - known, f"index: {len(wanted - known)} texts without a vector", "naer kb reindex")
        tell(session.get(StoredRanker, settings.embedding_model) is not None, "ranking learned", "naer kb reindex")
        waiting = session.scalar(select(func.count()).select_from(Turn).where(~Turn.done)) or 0
        tell(waiting < 100, f"{waiting} messages still want an answer", "is the app running?")


def _running(settings: Settings, tell: Callable[..., None]) -> None:
    try:
        answer = httpx.get(f"http://{settings.host}:{settings.port}/readyz", timeout=2, trust_env=False).json()
    except (httpx.HTTPError, ValueError):
        tell(True, "app is not running (nothing to compare)")
        return
    tell(answer.get("status") == "ready", "app is ready", "see app.log")
    tell(bool(answer.get("engine")), "engine answers", "see engine.log")
