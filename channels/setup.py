"""What a new installation needs before it can serve: migrated database, municipalities, content, demo accounts."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import select

from channels.auth import accounts
from core.database import Database
from core.settings import ROOT, Settings
from knowledge_base import importer, municipalities
from knowledge_base.courses import service as courses
from knowledge_base.models import Municipality, StoredVector

Say = Callable[[str], None]
ACCOUNTS = "demo-accounts.json"


def migrate(database: Database) -> None:
    """Bring the database to the newest schema."""
    command.upgrade(alembic_config(database), "head")


def alembic_config(database: Database) -> Config:
    """Alembic, pointed at our migrations and this database."""
    config = Config(ROOT / "alembic.ini")
    config.set_main_option("script_location", str(ROOT / "migrations"))
    config.attributes["database"] = database
    return config


def prepare(settings: Settings, database: Database, say: Say) -> None:
    """Migrate, seed municipalities and content, make the demo's accounts. Safe to run at every start."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    say("Database: migrating")
    migrate(database)
    demo = settings.profile == "demo"
    with database.writing() as session:
        municipalities.seed(session, always_open=demo)
    with database.writing() as session:
        written = importer.seed(session)
    say(f"Content: {written} articles brought in" if written else "Content: up to date")
    if demo:
        with database.writing() as session:
            courses.seed(session)  # examples, marked as such: never in production
        path = accounts_path(settings)
        with database.writing() as session:
            names = {m.id: m.name for m in session.scalars(select(Municipality))}
            accounts.seed_demo(session, path, names)
        say(f"Demo accounts: {path}")


def accounts_path(settings: Settings) -> Path:
    """Where the demo's accounts are written."""
    return settings.data_dir / ACCOUNTS


def prepare_index(settings: Settings, database: Database, say: Say) -> None:
    """Make the vectors that are missing and learn the ranking, if it has not been learned; shows progress."""
    from knowledge_base.retrieval import published, ranker_store, shipped_vectors

    loaded = shipped_vectors.load_into(database, settings.embedding_model)
    if loaded:
        say(f"Index: {loaded} vectors came with the content")
    with database.reading() as session:
        wanted = set(published.read(session).texts)
        known = set(session.scalars(select(StoredVector.digest).where(StoredVector.model == settings.embedding_model)))
        learned = ranker_store.load(session, settings.embedding_model) is not None
    missing = len(wanted - known)
    if learned and not missing:
        say("Index: current")
        return
    say(f"Index: {missing} texts to embed; learning the ranking")
    done = subprocess.run([sys.executable, "-c", "from channels.cli import main; main()", "kb", "reindex"], check=False)
    if done.returncode:
        raise SystemExit("The index could not be made; see above.")
