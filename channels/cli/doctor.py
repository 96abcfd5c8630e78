"""`naer doctor`: looks at every part and says what is wrong and how to mend it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from channels import setup
from channels.cli import training
from channels.conversations.models import Turn
from channels.notices import outbox
from channels.notices.models import GIVEN_UP
from channels.pages.endpoints import DIST
from core import clock
from core.database import Database
from core.settings import Settings
from knowledge_base.models import Municipality, StoredVector
from knowledge_base.municipalities import settings_of
from knowledge_base.retrieval import published, ranker_store

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
    _running(settings, database, tell)
    return fine


def _database(settings: Settings, database: Database, tell: Callable[..., None]) -> None:
    with database.engine.connect() as connection:
        current = MigrationContext.configure(connection).get_current_revision()
    head = ScriptDirectory.from_config(setup.alembic_config(database)).get_current_head()
    tell(current == head, f"database schema {current}", "naer migrate")
    if current != head:
        return
    with database.reading() as session:
        content = published.read(session)
        wanted = set(content.texts)
        known = set(session.scalars(select(StoredVector.digest).where(StoredVector.model == settings.embedding_model)))
        tell(bool(content.articles), f"{len(content.articles)} articles", "naer migrate")
        tell(not wanted - known, f"index: {len(wanted - known)} texts without a vector", "naer kb reindex")
        learned = ranker_store.stamp(session, settings.embedding_model)
        tell(learned is not None, "ranking learned", "naer kb reindex")
        waiting = session.scalar(select(func.count()).select_from(Turn).where(~Turn.done)) or 0
        _notices(session, settings, tell)
        tell(waiting < 100, f"{waiting} messages still want an answer", "is the app running?")


def _notices(session: Session, settings: Settings, tell: Callable[..., None]) -> None:
    counts = outbox.counts(session, clock.now() - timedelta(days=7))
    lost = sum(count for (_, state), count in counts.items() if state == GIVEN_UP)
    tell(not lost, f"{lost} notices given up in the last seven days", "see NAER_SMTP_ and the municipality's webhook")
    for place in session.scalars(select(Municipality)):
        mute = bool(settings_of(place).notify_emails) and not settings.smtp_host
        tell(not mute, f"notices of {place.id} have a way out", "set NAER_SMTP_HOST")


def _running(settings: Settings, database: Database, tell: Callable[..., None]) -> None:
    try:
        answer = httpx.get(f"http://{settings.host}:{settings.port}/readyz", timeout=2, trust_env=False).json()
    except (httpx.HTTPError, ValueError):
        tell(True, "app is not running (nothing to compare)")
        return
    tell(answer.get("status") == "ready", "app is ready", "see app.log")
    tell(bool(answer.get("engine")), "engine answers", "see engine.log")
    try:
        _compare(settings, database, answer.get("index") or {}, tell)
    except SQLAlchemyError as error:
        tell(False, f"database: {type(error).__name__}", "naer migrate")


def _compare(settings: Settings, database: Database, index: dict[str, Any], tell: Callable[..., None]) -> None:
    """Does the running app's index hold what the database holds?"""
    with database.reading() as session:
        content = published.read(session)
        learned = ranker_store.stamp(session, settings.embedding_model)
    same = (index.get("version"), index.get("digest")) == (content.version, content.digest)
    told = f"serving index {index.get('version')}, database {content.version}"
    tell(
        same, f"{told}: {'the same texts' if same else 'other texts'}", "wait 5 s and look again; then restart the app"
    )
    current = learned is not None and learned[0] == content.version
    tell(True, f"ranking learned from {index.get('learned_from')}" + ("" if current else ", will be learned anew"))
