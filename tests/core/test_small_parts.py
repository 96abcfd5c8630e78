"""Payloads, errors, time, the event bus and the database."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Integer, select
from sqlalchemy.orm import Mapped, mapped_column

from core import clock, errors, payloads
from core.database import Base, Database, UtcDateTime
from core.events import CAPACITY, Event, InProcessBus
from core.payloads import (
    Answer,
    Clarify,
    Handoff,
    Repeat,
    Say,
    SetLanguage,
    as_custom,
    button,
    from_custom,
    parse_button,
)


class Counter(Base):
    """A row to count with."""

    __tablename__ = "counter_of_the_tests"
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    value: Mapped[int] = mapped_column(Integer)
    at: Mapped[datetime | None] = mapped_column(UtcDateTime)


Base.metadata.remove(Counter.__table__)  # type: ignore[arg-type]  # no migration makes it


class TestPayloads:
    @pytest.mark.parametrize(
        "payload",
        [
            Say("greet", "start"),
            Say("thanks"),
            Answer("x", 0.5),
            Clarify(("a", "b"), 0.2),
            Handoff(),
            SetLanguage(None),
            Repeat(),
        ],
    )
    def test_cross_the_engine_unchanged(self, payload: payloads.Payload) -> None:
        assert from_custom(as_custom(payload)) == payload

    @pytest.mark.parametrize(
        "raw",
        [{}, {"do": "x"}, {"do": "say"}, {"do": "say", "key": "a", "more": 1}, {"do": ["say"]}, None, 7, "say", []],
    )
    def test_anything_else_is_a_value_error(self, raw: Any) -> None:
        with pytest.raises(ValueError, match="payload"):
            from_custom(raw)

    def test_every_kind_has_a_do(self) -> None:
        for kind in (Say, Answer, Clarify, Handoff, SetLanguage, Repeat):
            assert next(f for f in fields(kind) if f.name == "do").default in payloads._KINDS


class TestButtons:
    @given(st.dictionaries(st.from_regex(r"[a-z_]{1,10}", fullmatch=True), st.text(max_size=30), max_size=3))
    def test_are_read_as_they_were_written(self, entities: dict[str, str]) -> None:
        made = button("choose_article", **entities)
        assert parse_button(made) == ("choose_article", entities)

    @pytest.mark.parametrize("payload", ["", "/", "x", "/a b", "/a{", "/a{1}", "/a[1]", '/a{"b": }', "/1a"])
    def test_anything_else_is_a_value_error(self, payload: str) -> None:
        with pytest.raises(ValueError, match=r".+"):
            parse_button(payload)

    @given(st.text(max_size=60))
    def test_never_raise_anything_else(self, rest: str) -> None:
        try:
            intent, entities = parse_button("/" + rest)
        except ValueError:
            return
        assert intent.isidentifier()
        assert isinstance(entities, dict)


class TestErrors:
    @pytest.mark.parametrize(
        ("kind", "status"),
        [(errors.InvalidInput, 422), (errors.Unauthorized, 401), (errors.Forbidden, 403), (errors.NotFound, 404), (errors.Conflict, 409),
         (errors.TooLong, 413), (errors.Unavailable, 503)],
    )  # fmt: skip
    def test_have_the_contracts_status_and_shape(self, kind: type[errors.AppError], status: int) -> None:
        error = kind("Told.", details={"a": 1})
        assert error.status == status
        assert error.as_json() == {"error": {"code": kind.code, "message": "Told.", "details": {"a": 1}}}

    def test_too_many_says_when_to_come_back(self) -> None:
        error = errors.TooMany("Slow down.", 0)
        assert (error.status, error.headers) == (429, {"Retry-After": "1"})


class TestClock:
    @pytest.mark.parametrize(
        ("moment", "text"),
        [(None, None), (datetime(2026, 5, 17, 12, tzinfo=UTC), "2026-05-17T12:00:00.000Z"), (datetime(2026, 5, 17, 12), "2026-05-17T12:00:00.000Z"),  # noqa: DTZ001
         (datetime(2026, 5, 17, 12, tzinfo=timezone(timedelta(hours=2))), "2026-05-17T10:00:00.000Z")],
    )  # fmt: skip
    def test_is_rfc_3339_in_utc(self, moment: datetime | None, text: str | None) -> None:
        assert clock.rfc3339(moment) == text


class TestBus:
    async def test_tells_the_readers_of_a_topic_only(self) -> None:
        bus = InProcessBus()
        async with bus.listen("a") as one, bus.listen("b") as other:
            bus.publish("a", Event("moved"))
            assert await one.take(1) == [Event("moved")]
            assert await other.take(0.01) == []
            assert bus.readers() == 2
        assert bus.readers() == 0

    async def test_a_full_inbox_is_bounded_and_says_so(self) -> None:
        bus = InProcessBus()
        async with bus.listen("a") as inbox:
            for _ in range(CAPACITY):
                bus.publish("a", Event("moved"))
            assert inbox.overflow is False
            bus.publish("a", Event("moved"))
            assert inbox.overflow is True
            assert len(await inbox.take(0.01)) == CAPACITY

    async def test_a_closed_bus_lets_its_readers_go_at_once(self) -> None:
        bus = InProcessBus()
        async with bus.listen("a") as inbox:
            waiting = asyncio.create_task(inbox.take(30))
            await asyncio.sleep(0)
            bus.close()
            assert await asyncio.wait_for(waiting, 1) == []
            assert inbox.closed

    async def test_a_reader_that_goes_leaves_nothing_behind(self) -> None:
        bus = InProcessBus()

        async def read() -> None:
            async with bus.listen("a"):
                await asyncio.sleep(10)

        task = asyncio.create_task(read())
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert bus.readers() == 0


class TestDatabase:
    @pytest.fixture
    def counting(self, tmp_path: Path) -> Any:
        database = Database(f"sqlite:///{tmp_path / 'count.db'}")
        Counter.__table__.create(database.engine)  # type: ignore[attr-defined]
        with database.writing() as session:
            session.add(Counter(id=1, value=0))
        yield database
        database.close()

    def test_no_write_of_many_threads_is_lost(self, counting: Database) -> None:
        def add(_: int) -> None:
            with counting.writing() as session:
                session.get_one(Counter, 1).value += 1

        with ThreadPoolExecutor(16) as pool:
            list(pool.map(add, range(100)))
        with counting.reading() as session:
            assert session.get_one(Counter, 1).value == 100

    def test_an_error_takes_everything_back(self, counting: Database) -> None:
        with pytest.raises(RuntimeError, match="half-way"), counting.writing() as session:
            session.get_one(Counter, 1).value = 7
            session.flush()
            raise RuntimeError("half-way")
        with counting.reading() as session:
            assert session.get_one(Counter, 1).value == 0

    def test_reading_goes_on_while_somebody_writes(self, counting: Database) -> None:
        inside, leave = threading.Event(), threading.Event()

        def write() -> None:
            with counting.writing() as session:
                session.get_one(Counter, 1).value = 5
                session.flush()
                inside.set()
                leave.wait(5)

        writer = threading.Thread(target=write)
        writer.start()
        inside.wait(5)
        with counting.reading() as session:
            assert session.scalar(select(Counter.value)) == 0
        leave.set()
        writer.join()

    def test_times_come_back_in_utc_and_naive_ones_are_refused(self, counting: Database) -> None:
        oslo = datetime(2026, 5, 17, 14, tzinfo=timezone(timedelta(hours=2)))
        with counting.writing() as session:
            session.get_one(Counter, 1).at = oslo
        with counting.reading() as session:
            assert session.get_one(Counter, 1).at == oslo
            assert session.get_one(Counter, 1).at.tzinfo is UTC  # type: ignore[union-attr]
        with pytest.raises(Exception, match="naive"), counting.writing() as session:
            session.get_one(Counter, 1).at = datetime(2026, 5, 17)  # noqa: DTZ001

    async def test_works_off_the_event_loop(self, counting: Database) -> None:
        def where(_: Any) -> int:
            return threading.get_ident()

        assert await counting.read(where) != threading.get_ident()
