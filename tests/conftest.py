"""Fixtures: the real embedder, a small part of the real content, a database made once and copied, the app."""

from __future__ import annotations

import shutil
import socket
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path

import httpx
import pytest
import uvicorn
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import select

from channels import setup
from channels.app import create_app
from channels.auth import accounts
from core.database import Database
from core.settings import Settings
from knowledge_base import importer, municipalities
from knowledge_base.models import Article
from knowledge_base.retrieval import learning, shipped_vectors, vector_store
from knowledge_base.retrieval.embeddings import Embedder
from knowledge_base.retrieval.published import collect
from knowledge_base.service import KnowledgeBase
from tests.support import PASSWORD, STAFF, FakeEngine, StaffMember, Talk

ARTICLES = (
    "national/respite-care", "national/care-benefit", "national/own-strain", "national/for-children",
    "national/complain-health", "national/next-of-kin", "national/interpreter", "national/helplines",
    "national/emergency-numbers", "national/new-as-relative", "national/for-youth", "national/staff-duty-to-report",
    "local/dementia-course", "local/contact-municipality", "local/general-course",
    "baerum/sibs-course", "lillestrom/sibs-course",
)  # fmt: skip
SECRET = "the secret of the tests, long enough"
MakeSettings = Callable[..., Settings]
MakeApp = Callable[..., FastAPI]
MakeClient = Callable[..., TestClient]


@pytest.fixture(scope="session")
def embedder() -> Embedder:
    """The real embedder; loading takes seconds, so all tests share it."""
    return Embedder()


@pytest.fixture(scope="session")
def content(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a few real articles of the shipped content."""
    root = tmp_path_factory.mktemp("content")
    for name in ARTICLES:
        shutil.copytree(importer.CONTENT / name, root / name)
    return root


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory, content: Path, embedder: Embedder) -> Path:
    """A migrated SQLite database with municipalities, the small content, its vectors and ranking, and accounts."""
    path = tmp_path_factory.mktemp("template") / "naer.db"
    database = Database(f"sqlite:///{path}")
    setup.migrate(database)
    with database.writing() as session:
        municipalities.seed(session, always_open=True)
    with database.writing() as session:
        importer.import_folder(session, content, author="seed")
        for email, name, role, municipality in STAFF:
            accounts.add(session, email=email, name=name, role=role, municipality=municipality, password=PASSWORD)
    shipped_vectors.load_into(database, embedder.name)
    off_topic = learning.off_topic()[::6]  # enough of them for so few articles
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(learning, "off_topic", lambda: off_topic)
        KnowledgeBase(database, embedder).rebuild()
    with database.writing() as session:
        keep = [e.digest for e in collect(list(session.scalars(select(Article))))[1]]
        keep += [vector_store.digest_of(text) for _, text in learning.off_topic()]
        vector_store.forget(session, embedder.name, keep)
    database.close()
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("VACUUM")
    connection.execute("PRAGMA journal_mode=DELETE")  # one file to copy
    connection.close()
    return path


@pytest.fixture(scope="session")
def closed_port() -> int:
    """A port of this machine on which nothing listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _settings(folder: Path, closed_port: int, **changed: object) -> Settings:
    given = {
        "data_dir": folder, "secret": SECRET, "engine_url": f"http://127.0.0.1:{closed_port}", "engine_timeout": 1.0,
        "relearn_after": 0, "rate_requests": "100000/second", "rate_conversations": "100000/second",
    }  # fmt: skip
    return Settings(**(given | changed))


# --- one app for all tests of a file: for talks that do not touch each other -----------------------------------------


@pytest.fixture(scope="module")
def shared_dir(tmp_path_factory: pytest.TempPathFactory, template: Path) -> Path:
    """The data folder of the file's app."""
    folder = tmp_path_factory.mktemp("shared")
    shutil.copyfile(template, folder / "naer.db")
    return folder


@pytest.fixture(scope="module")
def shared_database(shared_dir: Path) -> Iterator[Database]:
    """The database of the file's app."""
    made = Database(f"sqlite:///{shared_dir / 'naer.db'}")
    yield made
    made.close()


@pytest.fixture(scope="module")
def client(shared_dir: Path, embedder: Embedder, closed_port: int) -> Iterator[TestClient]:
    """The file's app, called without a network; its engine is down, so it answers by itself."""
    app = create_app(_settings(shared_dir, closed_port), embedder=embedder)
    with TestClient(app, raise_server_exceptions=False, follow_redirects=False) as made:
        yield made


@pytest.fixture
def talk(client: TestClient) -> Talk:
    """A talk in Lillestrøm, in Norwegian."""
    return Talk(client)


@pytest.fixture
def staff(client: TestClient, shared_database: Database) -> Callable[[str], StaffMember]:
    """A logged-in member of staff of the file's app, by e-mail address."""
    return lambda email: StaffMember(client, shared_database, email)


# --- an installation of the test's own: where content or settings change, or everything stored is looked at ------------


@pytest.fixture
def data_dir(tmp_path: Path, template: Path) -> Path:
    """A data folder of the test's own, with a copy of the template database."""
    shutil.copyfile(template, tmp_path / "naer.db")
    return tmp_path


@pytest.fixture
def database(data_dir: Path) -> Iterator[Database]:
    """The test's own database."""
    made = Database(f"sqlite:///{data_dir / 'naer.db'}")
    yield made
    made.close()


@pytest.fixture
def knowledge(database: Database, embedder: Embedder) -> KnowledgeBase:
    """A knowledge base on the test's own database, its index built."""
    made = KnowledgeBase(database, embedder)
    made.rebuild()
    return made


@pytest.fixture
def make_settings(data_dir: Path, closed_port: int) -> MakeSettings:
    """Settings of the test's own installation, to be changed by name."""
    return partial(_settings, data_dir, closed_port)


@pytest.fixture
def make_app(make_settings: MakeSettings, embedder: Embedder) -> MakeApp:
    """The real app on the test's own installation."""
    return lambda **changed: create_app(make_settings(**changed), embedder=embedder)


@pytest.fixture
def make_client(make_app: MakeApp) -> Iterator[MakeClient]:
    """The real app with its start and end, called without a network; settings may be changed by name."""
    with ExitStack() as stack:
        yield lambda **changed: stack.enter_context(
            TestClient(make_app(**changed), raise_server_exceptions=False, follow_redirects=False)
        )


@pytest.fixture
def own_client(make_client: MakeClient) -> TestClient:
    """The app of the test's own installation."""
    return make_client()


@pytest.fixture
def own_staff(own_client: TestClient, database: Database) -> Callable[[str], StaffMember]:
    """A logged-in member of staff of the test's own installation, by e-mail address."""
    return lambda email: StaffMember(own_client, database, email)


@pytest.fixture
def engine() -> Iterator[FakeEngine]:
    """A real HTTP server in the engine's place."""
    made = FakeEngine()
    yield made
    made.close()


@pytest.fixture
def serve() -> Iterator[Callable[[FastAPI], httpx.Client]]:
    """The app behind a real server, for live streams; gives a client of it."""
    with ExitStack() as stack:

        def start(app: FastAPI) -> httpx.Client:
            server = uvicorn.Server(
                uvicorn.Config(app, host="127.0.0.1", port=0, log_config=None, timeout_graceful_shutdown=1)
            )
            thread = threading.Thread(target=server.run, daemon=True)
            thread.start()
            stack.callback(thread.join, 10)
            stack.callback(setattr, server, "should_exit", True)
            deadline = time.monotonic() + 60
            while not server.started:
                assert thread.is_alive(), "the server has not started"
                assert time.monotonic() < deadline, "the server has not started"
                time.sleep(0.01)
            port = server.servers[0].sockets[0].getsockname()[1]
            return stack.enter_context(
                httpx.Client(
                    base_url=f"http://127.0.0.1:{port}",
                    trust_env=False,
                    timeout=20,
                    limits=httpx.Limits(max_connections=100),
                )
            )

        yield start
