"""Handoff, callbacks and outbox on a real PostgreSQL: row locks and unique constraints hold where writers do not queue."""

from __future__ import annotations

import getpass
import os
import shutil
import subprocess
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import select, text

from channels import setup
from channels.auth.models import Staff
from channels.callbacks import service as callbacks
from channels.callbacks import staff_service
from channels.callbacks.models import Callback, CallbackCode
from channels.callbacks.service import NewCallback
from channels.conversations import resume
from channels.conversations import service as conversations
from channels.conversations.models import Conversation, Message
from channels.handoff import figures, history, presence, service, steps, upkeep
from channels.handoff.models import Episode
from channels.notices import compose, outbox
from channels.notices.models import Notice
from channels.notices.outbox import NewNotice
from core import clock
from core.database import Base, Database
from core.errors import Conflict
from core.settings import Settings
from knowledge_base import municipalities
from knowledge_base.models import Municipality

pytestmark = pytest.mark.scale
MANY = 8


def _run(*command: str) -> None:
    as_somebody = ["runuser", "-u", "nobody", "--"] if getpass.getuser() == "root" else []
    subprocess.run([*as_somebody, *command], check=True, capture_output=True, cwd="/", timeout=60)


@pytest.fixture(scope="module")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a PostgreSQL of the tests' own, on a socket only."""
    if not (shutil.which("initdb") and shutil.which("pg_ctl")):
        if os.environ.get("CI") == "true":
            pytest.fail("PostgreSQL is missing: apt install postgresql")
        pytest.skip("PostgreSQL is missing: apt install postgresql")
    folder = Path("/tmp") / f"naer-pg-{uuid.uuid4().hex[:8]}"  # a socket's path may not be long
    folder.mkdir(mode=0o777)
    folder.chmod(0o777)
    data = str(folder / "data")
    _run("initdb", "-D", data, "-A", "trust", "-U", "naer", "--no-sync", "-E", "UTF8", "--locale=C.UTF-8")
    options = f"-k {folder} -c listen_addresses='' -c fsync=off -c max_connections=60"
    _run("pg_ctl", "-D", data, "-w", "-l", str(folder / "log"), "-o", options, "start")
    try:
        yield f"postgresql+psycopg://naer@/postgres?host={folder}"
    finally:
        _run("pg_ctl", "-D", data, "-m", "immediate", "stop")
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def on_postgres(postgres: str) -> Iterator[Database]:
    """A migrated database with municipalities and two counsellors, emptied before each test."""
    database = Database(postgres, threads=MANY)
    with database.writing() as session:
        session.execute(text("DROP SCHEMA public CASCADE"))
        session.execute(text("CREATE SCHEMA public"))
    setup.migrate(database)
    with database.writing() as session:
        municipalities.seed(session, always_open=True)
    with database.writing() as session:
        for name in ("kari", "omar"):
            session.add(
                Staff(
                    email=f"{name}@example.no",
                    name=name,
                    role="counsellor",
                    municipality="lillestrom",
                    password_hash="-",
                )
            )
    yield database
    database.close()


def at_once(database: Database, work: Callable[..., Any], times: int = MANY) -> list[Any]:
    """Run `work(session, n)` in as many transactions at the same time; a Conflict is given back, not raised."""

    def one(number: int) -> Any:
        try:
            with database.writing() as session:
                return work(session, number)
        except Conflict as error:
            return error

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(one, range(times)))


def counsellor(database: Database, name: str = "kari") -> Staff:
    with database.reading() as session:
        return session.scalars(select(Staff).where(Staff.name == name)).one()


def waiting(database: Database) -> str:
    with database.writing() as session:
        talk, _ = conversations.open_conversation(session, "lillestrom", "nb", 30)
        service.request(session, talk, None, consented=True)
        return talk.id


def state_of(database: Database, conversation_id: str) -> Conversation:
    with database.reading() as session:
        return session.get_one(Conversation, conversation_id)


def test_the_migrations_make_what_the_code_expects(on_postgres: Database) -> None:
    with on_postgres.engine.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), Base.metadata)
    assert differences == []


class TestClaims:
    def test_one_of_many_wins(self, on_postgres: Database) -> None:
        with on_postgres.writing() as session:
            for n in range(MANY):
                session.add(
                    Staff(
                        email=f"c{n}@x.no",
                        name=f"c{n}",
                        role="counsellor",
                        municipality="lillestrom",
                        password_hash="-",
                    )
                )
        crowd = [counsellor(on_postgres, f"c{n}") for n in range(MANY)]
        talk = waiting(on_postgres)
        answers = at_once(on_postgres, lambda session, n: steps.claim(session, talk, crowd[n]).claimed_by)
        (winner,) = [a for a in answers if not isinstance(a, Conflict)]
        assert [a.code for a in answers if isinstance(a, Conflict)] == ["already_claimed"] * (MANY - 1)
        assert state_of(on_postgres, talk).claimed_by == winner

    def test_capacity_holds(self, on_postgres: Database) -> None:
        kari = counsellor(on_postgres)
        with on_postgres.writing() as session:
            presence.set_presence(session, kari.id, "available", {"capacity": 3})
        talks = [waiting(on_postgres) for _ in range(MANY)]
        answers = at_once(on_postgres, lambda session, n: steps.claim(session, talks[n], kari).id)
        assert [a.code for a in answers if isinstance(a, Conflict)] == ["at_capacity"] * (MANY - 3)

    def test_a_lost_talk_goes_back_once_while_others_claim_and_write(self, on_postgres: Database) -> None:
        kari, omar = counsellor(on_postgres), counsellor(on_postgres, "omar")
        talk = waiting(on_postgres)
        with on_postgres.writing() as session:
            steps.claim(session, talk, kari)
            session.get_one(Conversation, talk).claimed_at = clock.now() - timedelta(seconds=500)

        def mixed(session: Any, n: int) -> str:
            if n % 4 == 3:
                return steps.claim(session, talk, omar).id
            if n % 4 == 2:
                return str(conversations.receive(session, talk, f"client-{n:04}", "hei", None).seq)
            return "returned" if presence.return_lost(session, talk, timedelta(seconds=120)) else "left"

        answers = at_once(on_postgres, mixed)
        assert answers.count("returned") == 1
        with on_postgres.reading() as session:
            numbers = list(
                session.scalars(select(Message.seq).where(Message.conversation_id == talk).order_by(Message.seq))
            )
        assert numbers == list(range(1, len(numbers) + 1))
        assert len(numbers) == state_of(on_postgres, talk).last_seq

    def test_the_same_message_at_once_is_one(self, on_postgres: Database) -> None:
        talk = waiting(on_postgres)
        got = at_once(on_postgres, lambda s, _: conversations.receive(s, talk, "client-0001", "hei", None))
        assert len({r.seq for r in got}) == 1
        assert [r.duplicate for r in got].count(False) == 1

    def test_upkeep_and_figures_speak_its_dialect(self, on_postgres: Database) -> None:
        kari = counsellor(on_postgres)
        with on_postgres.writing() as session:
            presence.set_presence(session, kari.id, "available", {"languages": ["nb"]})
            session.get_one(Staff, kari.id).seen_at = clock.now() - timedelta(seconds=100)
        talk = waiting(on_postgres)
        with on_postgres.writing() as session:
            assert presence.set_away(session, timedelta(seconds=90)) == {"lillestrom"}
            assert upkeep.places(session)[talk]["position"] == 1
            steps.claim(session, talk, kari)
            steps.add_note(session, talk, kari, "Ringte Årdal")
            steps.close(session, talk, kari, "helped", False)
        with on_postgres.writing() as session:
            assert [i["id"] for i in history.find(session, kari, history.Wanted("årdal"))["items"]] == [talk]
            assert figures.overview(session, "lillestrom")["by_theme"] == {"general": 1}
            today = clock.now().astimezone(municipalities.OSLO).date()
            assert figures.statistics(session, "lillestrom", today - timedelta(days=2), today)["by_language"] == {
                "nb": "<5"
            }

    def test_erasing_leaves_a_count_only(self, on_postgres: Database) -> None:
        talk = waiting(on_postgres)
        with on_postgres.writing() as session:
            code = resume.new_code(session, talk).code
            resume.resume(session, code)
            outbox.enqueue(session, _notice("about", conversation_id=talk))
        with on_postgres.writing() as session:
            conversations.erase(session, talk)
        with on_postgres.reading() as session:
            assert session.get(Conversation, talk) is None
            assert session.scalars(select(Episode.conversation_id)).all() == [None]
            assert session.scalars(select(Notice)).all() == []


class TestCallbacks:
    def test_the_same_wish_at_once_is_one_and_every_code_opens_it(self, on_postgres: Database) -> None:
        wish = NewCallback("lillestrom", "phone", "wish-0001", phone="91234567")
        codes = at_once(on_postgres, lambda s, _: callbacks.request(s, wish)[1])
        with on_postgres.writing() as session:
            assert len(session.scalars(select(Callback)).all()) == 1
            assert len(session.scalars(select(CallbackCode)).all()) == MANY
            assert {callbacks.access_by_code(session, code).client_id for code in codes} == {"wish-0001"}

    def test_taken_by_one_while_the_relative_cancels(self, on_postgres: Database) -> None:
        kari, omar = counsellor(on_postgres), counsellor(on_postgres, "omar")
        with on_postgres.writing() as session:
            made, code = callbacks.request(session, NewCallback("lillestrom", "phone", "wish-0002", phone="91234567"))
            number = made.id

        def mixed(session: Any, n: int) -> Any:
            if n == 0:
                return callbacks.cancel(session, code).status
            return staff_service.take(session, number, (kari, omar)[n % 2]).taken_by

        answers = at_once(on_postgres, mixed)
        assert answers[0] == "cancelled"
        assert len({a for a in answers[1:] if not isinstance(a, Conflict)}) <= 1
        with on_postgres.reading() as session:
            found = session.get_one(Callback, number)
            assert (found.status, found.phone) == ("cancelled", "")


def _notice(key: str, **changed: Any) -> NewNotice:
    given: dict[str, Any] = {
        "channel": "email", "what": "test", "municipality": "lillestrom", "recipient": "a@b.no", "content": {"text": "x"},
    }  # fmt: skip
    return NewNotice(key, **(given | changed))


class TestOutbox:
    def test_is_written_once_and_taken_once(self, on_postgres: Database) -> None:
        assert at_once(on_postgres, lambda s, _: outbox.enqueue(s, _notice("k"))).count(True) == 1
        with on_postgres.reading() as session:
            (number,) = outbox.due(session)
        assert [t is not None for t in at_once(on_postgres, lambda s, _: outbox.take(s, number))].count(True) == 1

    def test_waiting_talks_are_told_once(self, on_postgres: Database) -> None:
        waiting(on_postgres)
        with on_postgres.writing() as session:
            place = session.get_one(Municipality, "lillestrom")
            place.settings = {**place.settings, "notify_webhook": "http://127.0.0.1:9/x", "notify_after_seconds": 0}
        assert sum(at_once(on_postgres, lambda s, _: compose.waiting(s, Settings()))) == 1
