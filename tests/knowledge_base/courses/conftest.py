"""Fixtures: an empty database with both municipalities, and a clock that stands still."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from core import clock
from core.database import Base, Database
from knowledge_base import municipalities
from knowledge_base.courses import service
from knowledge_base.courses.service import CourseView, ImportReport

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
Import = Callable[..., ImportReport]
Upcoming = Callable[..., list[CourseView]]


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """A database with the municipalities and no course."""
    made = Database(f"sqlite:///{tmp_path / 'naer.db'}")
    Base.metadata.create_all(made.engine)
    with made.writing() as session:
        municipalities.seed(session, always_open=True)
    yield made
    made.close()


@pytest.fixture(autouse=True)
def today(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], None]:
    """It is Saturday 21 November 2026, 13:00 in Norway; call it to make it another time."""

    def go_to(moment: datetime) -> None:
        monkeypatch.setattr(clock, "now", lambda: moment)

    go_to(NOW)
    return go_to


@pytest.fixture
def bring_in(database: Database) -> Import:
    """Import a feed for Lillestrøm."""

    def work(text: str | bytes, format: str, source: str = "portal", municipality: str = "lillestrom") -> ImportReport:
        data = text.encode() if isinstance(text, str) else text
        with database.writing() as session:
            return service.import_feed(session, municipality, data, format, source)

    return work


@pytest.fixture
def upcoming(database: Database) -> Upcoming:
    """What Lillestrøm's readers are offered."""

    def work(date_from=None, date_to=None, language="nb", municipality="lillestrom", **how) -> list[CourseView]:
        with database.reading() as session:
            return service.upcoming(session, municipality, date_from, date_to, language, **how)

    return work
