"""The database: one engine, one transaction a unit of work, run in a thread so that the event loop stays free.

SQLite (WAL) by default, PostgreSQL by setting alone. SQLite has one writer: writers of this process queue on a lock
of ours, in order, instead of polling for SQLite's; what the event loop writes is committed in groups (`group_commit`).

What a transaction leaves in `session.info["events"]` is handed to `told` on the event loop after the commit.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, Concatenate, ParamSpec, TypeVar

import anyio.to_thread
from anyio import CapacityLimiter
from sqlalchemy import DateTime, MetaData, TypeDecorator, create_engine, event
from sqlalchemy.engine import Dialect, Engine
from sqlalchemy.orm import DeclarativeBase, Session, sessionmaker

from core.group_commit import GroupCommit

P = ParamSpec("P")
T = TypeVar("T")

_NAMING = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """The base of every table, whichever room it lives in."""

    metadata = MetaData(naming_convention=_NAMING)


class UtcDateTime(TypeDecorator[datetime]):
    """A timezone-aware UTC moment, also in SQLite, which keeps none."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is not None and value.tzinfo is None:
            raise ValueError("naive datetime")
        return value.astimezone(UTC) if value is not None else None

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value if value.tzinfo else value.replace(tzinfo=UTC)


class Database:
    """Opens transactions. `read` and `write` take a function of (Session, …) and run it off the event loop."""

    def __init__(self, url: str, *, threads: int = 8) -> None:
        self.url = url
        self.is_sqlite = url.startswith("sqlite")
        self.engine = _engine(url, threads)
        self._sessions = sessionmaker(self.engine, expire_on_commit=False)
        self._write_lock = threading.Lock()
        self._threads = threads
        self._limiter: CapacityLimiter | None = None
        self._writer = GroupCommit(self.engine, self._write_lock, self._hand_on)
        self._told: Callable[[list[Any]], None] | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    def tell(self, told: Callable[[list[Any]], None]) -> None:
        """From now on hand committed events to `told`, on the running event loop, in order of commit."""
        self._told, self._loop = told, asyncio.get_running_loop()

    def _hand_on(self, events: list[Any]) -> None:
        if events and self._told is not None:
            self._told(events)

    def _committed(self, session: Session) -> None:
        """After a commit in some thread."""
        events = session.info.pop("events", [])
        if events and self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._hand_on, events)

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """One transaction that may write; commits at the end, rolls back on any error."""
        if self.is_sqlite:
            with self._write_lock, self._sessions() as session:
                with session.begin():
                    session.connection(execution_options={"naer_begin": "IMMEDIATE"})
                    yield session
                self._committed(session)
        else:
            with self._sessions() as session:
                with session.begin():
                    yield session
                self._committed(session)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """One transaction that only reads."""
        with self._sessions() as session, session.begin():
            yield session

    async def write(self, work: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run `work(session, …)` in one writing transaction in a thread; returns when it is on the disk."""
        if self.is_sqlite:
            done: T = await self._writer.submit(lambda session: work(session, *args, **kwargs))
            return done

        def unit() -> T:
            with self.writing() as session:
                return work(session, *args, **kwargs)

        return await self._in_thread(unit)

    async def read(self, work: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run `work(session, …)` in one reading transaction in a thread."""

        def unit() -> T:
            with self.reading() as session:
                return work(session, *args, **kwargs)

        return await self._in_thread(unit)

    async def _in_thread(self, unit: Callable[[], T]) -> T:
        if self._limiter is None:
            self._limiter = CapacityLimiter(self._threads)
        return await anyio.to_thread.run_sync(unit, limiter=self._limiter)

    def close(self) -> None:
        """Write what waits, and give all connections back."""
        self._writer.close()
        self.engine.dispose()


def _engine(url: str, threads: int) -> Engine:
    if not url.startswith("sqlite"):
        return create_engine(url, pool_size=threads, max_overflow=2, pool_pre_ping=True, hide_parameters=True)
    engine = create_engine(
        url,
        pool_size=threads,
        max_overflow=4,
        hide_parameters=True,
        connect_args={"timeout": 15, "check_same_thread": False},
    )

    @event.listens_for(engine, "connect")
    def configure(connection: Any, _: Any) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            "busy_timeout=15000",
            "cache_size=-16000",
            "secure_delete=ON",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Any) -> None:
        mode = connection.get_execution_options().get("naer_begin", "DEFERRED")
        connection.exec_driver_sql(f"BEGIN {mode}")

    return engine
