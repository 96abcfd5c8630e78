"""Fixtures for talks with the real engine."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from core.database import Database
from core.settings import Settings
from knowledge_base.courses import service as courses
from knowledge_base.retrieval.embeddings import Embedder
from tests import live_engine
from tests.conftest import SECRET


@pytest.fixture(scope="package")
def live_dir(tmp_path_factory: pytest.TempPathFactory, template: Path) -> Path:
    """The data folder of the app with the real engine; the example courses are in its database."""
    folder = tmp_path_factory.mktemp("live")
    shutil.copyfile(template, folder / "naer.db")
    database = Database(f"sqlite:///{folder / 'naer.db'}")
    with database.writing() as session:
        courses.seed(session)
    database.close()
    return folder


@pytest.fixture(scope="package")
def live(live_dir: Path, embedder: Embedder) -> Iterator[httpx.Client]:
    """The app with the real engine."""
    settings = Settings(
        data_dir=live_dir, secret=SECRET, port=live_engine.free_port(), engine_timeout=10.0,
        engine_url=f"http://127.0.0.1:{live_engine.free_port()}", rate_requests="100000/second",
        rate_conversations="100000/second",
    )  # fmt: skip
    with live_engine.running(settings, embedder) as client:
        yield client


@pytest.fixture
def live_database(live: httpx.Client, live_dir: Path) -> Iterator[Database]:
    """The database of the app with the real engine."""
    made = Database(f"sqlite:///{live_dir / 'naer.db'}")
    yield made
    made.close()
