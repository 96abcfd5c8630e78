"""Deleting a talk takes every text of it away: from every table, from the engine's tracker, and none was ever logged."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from channels.conversations.models import Conversation
from core import clock
from core.database import Database
from tests.conftest import MakeClient
from tests.support import KARI, FakeEngine, StaffMember, Talk, error_of, messages

Login = Callable[[str], StaffMember]
MARKER = "zebrafink-4711"


def tables_with(path: Path, words: str) -> dict[str, int]:
    """Tables of a SQLite file in which a row holds these words, and how many rows."""
    found: dict[str, int] = {}
    with closing(sqlite3.connect(path)) as connection:
        names = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for name in names:
            rows = connection.execute(f'SELECT * FROM "{name}"').fetchall()
            count = sum(words in str(row) for row in rows)
            if count:
                found[name] = count
    return found


def tracker(folder: Path, conversation_id: str, words: str) -> Path:
    """A tracker database as Rasa's SQLTrackerStore makes it, with one event."""
    path = folder / "engine.db"
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(
            "CREATE TABLE IF NOT EXISTS events (id INTEGER PRIMARY KEY, sender_id TEXT, type_name TEXT, timestamp FLOAT, "
            "intent_name TEXT, action_name TEXT, data TEXT)"
        )
        connection.execute(
            "INSERT INTO events (sender_id, type_name, data) VALUES (?, 'user', ?)", (conversation_id, words)
        )
    return path


@pytest.fixture
def told(own_client: TestClient, own_staff: Login) -> Talk:
    """A talk that has left its words wherever words can be left."""
    talk = Talk(own_client)
    talk.say(f"{MARKER} Hvordan søker jeg om omsorgsstønad?")
    talk.say(f"Mannen min skal ta livet sitt {MARKER}")
    talk.call("POST", "/feedback", json={"rating": "down", "text": f"dårlig {MARKER}"})
    talk.hand_over(summary=f"oppsummert {MARKER}")
    kari = own_staff(KARI)
    kari.do(talk, "claim")
    kari.do(talk, "notes", {"text": f"notat {MARKER}"})
    kari.write(talk, f"svar {MARKER}")
    kari.call("GET", f"/staff/conversations/{talk.id}")
    return talk


class TestDelete:
    def test_takes_every_text_away(self, told: Talk, data_dir: Path) -> None:
        before = tables_with(data_dir / "naer.db", MARKER)
        assert set(before) >= {"messages", "notes", "feedback", "conversations"}
        response = told.call("DELETE")
        assert response.status_code == 204
        assert response.content == b""
        assert tables_with(data_dir / "naer.db", MARKER) == {}

    def test_leaves_only_the_audit_trail_of_the_id(self, told: Talk, data_dir: Path) -> None:
        told.call("DELETE")
        assert set(tables_with(data_dir / "naer.db", told.id)) <= {"audit"}

    def test_leaves_nothing_in_the_file_either(self, told: Talk, data_dir: Path, database: Database) -> None:
        told.call("DELETE")
        with closing(sqlite3.connect(data_dir / "naer.db", isolation_level=None)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        assert not [p.name for p in data_dir.rglob("*") if p.is_file() and MARKER.encode() in p.read_bytes()]

    def test_takes_the_engines_tracker_away_and_no_other(self, told: Talk, data_dir: Path) -> None:
        path = tracker(data_dir, told.id, MARKER)
        tracker(data_dir, "another-talk", "other words")
        told.call("DELETE")
        assert tables_with(path, MARKER) == {}
        assert tables_with(path, "other words") == {"events": 1}

    def test_closes_every_door(self, told: Talk, own_staff: Login) -> None:
        told.call("DELETE")
        for path in ("", "/messages", "/transcript", "/events", "/handoff"):
            assert error_of(told.call("GET", path), 404)["code"] == "unknown_conversation"
        error_of(told.post("hei"), 404)
        error_of(told.call("DELETE"), 404)
        kari = own_staff(KARI)
        error_of(kari.call("GET", f"/staff/conversations/{told.id}"), 404)
        assert told.id not in [r["id"] for r in kari.call("GET", "/staff/queue").json()]

    def test_leaves_other_talks_alone(self, told: Talk, own_client: TestClient) -> None:
        other = Talk(own_client)
        other.say("avlastning")
        before = other.messages()
        told.call("DELETE")
        assert other.messages() == before

    def test_while_the_engine_is_answering(self, make_client: MakeClient, engine: FakeEngine, data_dir: Path) -> None:
        engine.reply = lambda _: (engine.released.wait(5), messages({"do": "say", "key": "greet"}))[1]
        talk = Talk(make_client(engine_url=engine.url, engine_timeout=5.0))
        talk.post(f"{MARKER} hei", wait=False)
        while not engine.turns:
            engine.released.wait(0.01)
        assert talk.call("DELETE").status_code == 204
        engine.released.set()
        other = Talk(talk.client)
        assert other.say("hei igjen")  # the app goes on
        assert tables_with(data_dir / "naer.db", MARKER) == {}


class TestRetention:
    def test_erases_what_is_due_at_the_start(self, make_client: MakeClient, database: Database, data_dir: Path) -> None:
        client = make_client()
        due, kept = Talk(client), Talk(client)
        due.say(f"{MARKER} avlastning")
        kept.say("omsorgsstønad")
        tracker(data_dir, due.id, MARKER)
        with database.writing() as session:
            session.get_one(Conversation, due.id).erase_after = clock.now() - timedelta(seconds=1)
        later = make_client()
        deadline = clock.now() + timedelta(seconds=5)
        while tables_with(data_dir / "engine.db", MARKER) and clock.now() < deadline:
            later.get("/healthz")
        assert tables_with(data_dir / "naer.db", MARKER) == {}
        assert tables_with(data_dir / "engine.db", MARKER) == {}
        assert kept.messages()

    def test_is_the_installations_unless_the_municipality_sets_its_own(
        self, make_client: MakeClient, database: Database
    ) -> None:
        from knowledge_base.models import Municipality

        with database.writing() as session:
            place = session.get_one(Municipality, "baerum")
            place.settings = {**place.settings, "retention_days": 7}
        client = make_client(retention_days=21)
        for municipality, days in (("baerum", 7), ("lillestrom", 21)):
            talk = Talk(client, municipality)
            assert f"{days} dager" in talk.opened["messages"][0]["text"]
            with database.reading() as session:
                left = session.get_one(Conversation, talk.id).erase_after - clock.now()
            assert timedelta(days=days, minutes=-1) < left <= timedelta(days=days)


class TestLog:
    def test_never_holds_what_was_written(
        self, told: Talk, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
    ) -> None:
        with caplog.at_level(0):
            told.say(f"enda mer {MARKER}")
            Talk(told.client).say(
                f"Hva er {MARKER} for noe?"
            )  # answered by the app, which logs that the engine is down
            told.post(f"{MARKER}" * 400)
            told.call("POST", "/messages", json={"client_id": MARKER, "text": 7})
            told.client.get("/api/v1/search", params={"q": MARKER, "municipality": "lillestrom"})
            told.client.post("/api/v1/screen", json={"text": MARKER})
            told.call("DELETE")
        output = capfd.readouterr()
        ours = [
            caplog.handler.format(r) for r in caplog.records if not r.name.startswith("httpx")
        ]  # that is the test's client
        assert ours
        assert MARKER not in "".join(ours)
        assert MARKER not in output.out + output.err

    @pytest.fixture
    def with_engine(self, make_client: MakeClient, engine: FakeEngine) -> TestClient:
        engine.reply = lambda turn: (200, turn["text"].encode())
        return make_client(engine_url=engine.url)

    def test_of_a_failing_engine_and_of_our_own_mistakes_neither(
        self, with_engine: TestClient, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def broken(*_: Any, **__: Any) -> Any:
            raise RuntimeError("something of ours")

        talk = Talk(with_engine)
        monkeypatch.setattr("knowledge_base.service.KnowledgeBase.respond", broken)
        with caplog.at_level(0):
            said = talk.say(f"hva er {MARKER} for noe")
        assert said[-1]["choices"]
        assert "turn_failed" in caplog.text
        assert MARKER not in caplog.text
