"""SQLite's one writer as one thread: what waits is run together and committed together, each unit in a savepoint.

A unit that fails takes back only itself. Nobody is told that a unit is done before the commit has reached the disk.
"""

from __future__ import annotations

import asyncio
import queue
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.engine import Connection, Engine
from sqlalchemy.orm import Session

Unit = Callable[[Session], Any]
Told = Callable[[list[Any]], None]
MOST_UNITS = 64
MOST_SECONDS = 0.01  # a unit waits at most about this long for others that share its commit


@dataclass(slots=True)
class _Job:
    unit: Unit
    loop: asyncio.AbstractEventLoop
    future: asyncio.Future[Any]
    result: Any = None
    error: BaseException | None = None
    events: list[Any] = field(default_factory=list)


class GroupCommit:
    """`submit` from an event loop. `told` gets what the units left in `session.info["events"]`, in order of commit."""

    def __init__(self, engine: Engine, lock: threading.Lock, told: Told) -> None:
        self._engine, self._lock, self._told = engine, lock, told
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None

    async def submit(self, unit: Unit) -> Any:
        """Run a unit in the writer's thread; returns when it is on the disk. Cancelling the caller does not stop it."""
        loop = asyncio.get_running_loop()
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="writer", daemon=True)
            self._thread.start()
        future: asyncio.Future[Any] = loop.create_future()
        self._jobs.put(_Job(unit, loop, future))
        return await future

    def close(self) -> None:
        """Write what waits, and end."""
        if self._thread is not None:
            self._jobs.put(None)
            self._thread.join()
            self._thread = None

    def _run(self) -> None:
        while (first := self._jobs.get()) is not None:
            more, batch = True, [first]
            try:
                with self._lock, self._engine.connect() as connection:
                    connection.execution_options(naer_begin="IMMEDIATE")
                    with connection.begin():
                        more = self._batch(connection, batch)
            except Exception as error:  # nothing of the batch is stored; everyone who waits is told
                for job in batch:
                    job.error = error
            self._tell(batch)
            if not more:
                return

    def _batch(self, connection: Connection, batch: list[_Job]) -> bool:
        """Run the first unit and those that wait behind it; False when asked to end."""
        until = time.monotonic() + MOST_SECONDS
        _in_savepoint(connection, batch[0])
        while len(batch) < MOST_UNITS and time.monotonic() < until:
            try:
                job = self._jobs.get_nowait()
            except queue.Empty:
                break
            if job is None:
                return False
            batch.append(job)
            _in_savepoint(connection, job)
        return True

    def _tell(self, batch: list[_Job]) -> None:
        by_loop: dict[asyncio.AbstractEventLoop, list[_Job]] = defaultdict(list)
        for job in batch:
            by_loop[job.loop].append(job)
        for loop, jobs in by_loop.items():
            if not loop.is_closed():
                loop.call_soon_threadsafe(self._deliver, jobs)

    def _deliver(self, jobs: list[_Job]) -> None:
        """On the event loop: readers first, then the callers."""
        self._told([event for job in jobs if job.error is None for event in job.events])
        for job in jobs:
            if job.future.done():  # the caller has gone
                continue
            if job.error is not None:
                job.future.set_exception(job.error)
            else:
                job.future.set_result(job.result)


def _in_savepoint(connection: Connection, job: _Job) -> None:
    try:
        with Session(connection, join_transaction_mode="create_savepoint", expire_on_commit=False) as session:
            with session.begin():
                job.result = job.unit(session)
            job.events = session.info.pop("events", [])
    except Exception as error:
        if connection.invalidated or not connection.in_transaction():
            raise
        job.error = error
